using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace DevPortal.ServiceDefaults;

/// <summary>A service's OpenAPI documents: <c>/openapi/v1.json</c> as 3.1, <c>/openapi/v1-3.0.json</c> as 3.0 for generators that know no other. All in
/// them comes from routes, annotations and the comments in the source.</summary>
public static class ApiDescription
{
    /// <summary>The document written as OpenAPI 3.0.</summary>
    public const string AsThreeZero = "v1-3.0";

    /// <summary>Name of the security scheme by which people sign in.</summary>
    public const string SignIn = "signIn";

    internal const string Token = "token";

    internal static void AddApiDescription(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenApi("v1", api => api.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        builder.Services.AddOpenApi(AsThreeZero, api => api.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0);
        builder.Services.ConfigureAll<OpenApiOptions>(api =>
        {
            api.ShouldInclude = _ => true;
            api.CreateSchemaReferenceId = NameOf;
            api.AddOperationTransformer(DescribeOperation.TransformAsync);
            api.AddDocumentTransformer((document, context, _) =>
            {
                var address = context.ApplicationServices.GetRequiredService<IOptions<PublicAddress>>().Value;
                Describe(document, address);
                DescribeFields.Describe(document);
                return Task.CompletedTask;
            });
        });
    }

    static void Describe(OpenApiDocument document, PublicAddress address)
    {
        var service = Assembly.GetEntryAssembly()?.GetName().Name?.Split('.')[^1] ?? "";
        document.Info = new OpenApiInfo
        {
            Title = $"Developer portal: {service}",
            Version = "v1",
            Description = "Errors are `application/problem+json`; programs decide by `code`. Lists are read by `limit` and `cursor`. Changes name what was seen by `If-Match`, and may be "
                + "repeated with an `Idempotency-Key`. Every answer has an `X-Correlation-Id`, the caller's if he sent one (a UUID). Times are UTC.",
        };
        document.Servers = [new OpenApiServer { Url = address.PublicUrl.TrimEnd('/') }];
        var operations = document.Paths.Values.SelectMany(path => path.Operations ?? []).Select(operation => operation.Value);
        document.Tags = operations.SelectMany(operation => operation.Tags!).Select(tag => tag.Reference.Id).Distinct().Select(name => new OpenApiTag { Name = name }).ToHashSet();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [SignIn] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.OAuth2,
                Description = "Sign-in of a person: authorization code with PKCE.",
                Flows = new OpenApiOAuthFlows
                {
                    AuthorizationCode = new OpenApiOAuthFlow
                    {
                        AuthorizationUrl = new Uri(address.Issuer + "connect/authorize"),
                        TokenUrl = new Uri(address.Issuer + "connect/token"),
                        RefreshUrl = new Uri(address.Issuer + "connect/token"),
                        Scopes = new Dictionary<string, string> { ["openid"] = "Who signed in", ["offline_access"] = "A refresh token" },
                    },
                },
            },
            [Token] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An access token, or a personal access token (`/api/identity/tokens`)." },
        };
        (document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>())[DescribeOperation.Problem] = Problem();
    }

    static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Why something is not done (RFC 9457).",
        Required = new HashSet<string> { "type", "title", "status", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Field(JsonSchemaType.String, "`urn:devportal:problem:` and the code.", "urn:devportal:problem:stale"),
            ["title"] = Field(JsonSchemaType.String, "What is wrong, for people.", "It was changed since you read it."),
            ["status"] = Field(JsonSchemaType.Integer, "The HTTP status.", 412),
            ["detail"] = Field(JsonSchemaType.String | JsonSchemaType.Null, "What is wrong and what to do about it, for people.", "Read it again and repeat with the new ETag in If-Match."),
            ["code"] = Field(JsonSchemaType.String, "Stable: programs decide by it.", "stale"),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object | JsonSchemaType.Null,
                Description = "By field at fault (camelCase, dotted), what is wrong with it.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                Examples = [new JsonObject { ["planId"] = new JsonArray("There is no such plan.") }],
            },
            ["existing"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Format = "uuid", Description = "The thing that stands in the way.", Examples = [Vocabulary.SomeId] },
            ["retryAfter"] = Field(JsonSchemaType.Integer | JsonSchemaType.Null, "Seconds after which a repeat makes sense.", 1),
        },
    };

    static OpenApiSchema Field(JsonSchemaType type, string meaning, JsonNode example) => new() { Type = type, Description = meaning, Examples = [example] };

    /// <summary>Each feature has an <c>Input</c> of its own, and by the framework's rule all of a service's would be one schema.</summary>
    static string? NameOf(JsonTypeInfo type)
    {
        var name = (OpenApiOptions.CreateDefaultSchemaReferenceId(type), type.Type) switch
        {
            (null, _) => null,
            (var plain, { IsNested: true } nested) => nested.DeclaringType!.Name + plain,
            (var plain, { IsGenericType: true } generic) => generic.GetGenericArguments().Where(argument => argument.IsNested)
                .Aggregate(plain, (whole, argument) => whole.Replace(argument.Name, argument.DeclaringType!.Name + argument.Name, StringComparison.Ordinal)),
            (var plain, _) => plain,
        };
        if (name is not null) DescribeFields.Remember(name, type);
        return name;
    }
}
