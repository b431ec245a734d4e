using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;

namespace DevPortal.ServiceDefaults;

/// <summary>How a service's OpenAPI document names its schemas.</summary>
static class ApiDescription
{
    public static void AddApiDescription(this WebApplicationBuilder builder) =>
        builder.Services.ConfigureAll<OpenApiOptions>(api => api.CreateSchemaReferenceId = NameOf);

    /// <summary>Each feature has an <c>Input</c> of its own, and by the framework's rule all of a service's would be one schema.</summary>
    static string? NameOf(JsonTypeInfo type) => (OpenApiOptions.CreateDefaultSchemaReferenceId(type), type.Type) switch
    {
        (null, _) => null,
        (var name, { IsNested: true } nested) => nested.DeclaringType!.Name + name,
        (var name, { IsGenericType: true } generic) => generic.GetGenericArguments().Where(argument => argument.IsNested)
            .Aggregate(name, (whole, argument) => whole.Replace(argument.Name, argument.DeclaringType!.Name + argument.Name, StringComparison.Ordinal)),
        (var name, _) => name,
    };
}
