using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DevPortal.ServiceDefaults;

/// <summary>The parameter <c>public-url</c>: issuer of tokens and base of all links; never taken from a request.</summary>
public sealed record PublicAddress : IValidatableObject
{
    /// <summary>Configuration key <c>PublicUrl</c>, without a trailing slash. Plain http only on localhost.</summary>
    [Required(ErrorMessage = "PublicUrl is missing: the address under which people reach the gateway, e.g. https://developer.example.com")]
    public string PublicUrl { get; init; } = "";

    /// <summary>The issuer of tokens: <see cref="PublicUrl"/> with exactly one trailing slash, as OpenID Connect servers write it.</summary>
    public string Issuer => PublicUrl.TrimEnd('/') + "/";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) || (url.Scheme != "https" && !(url.Scheme == "http" && url.IsLoopback)))
            yield return new ValidationResult($"PublicUrl must be an https address (http only on localhost), not '{PublicUrl}'.", [nameof(PublicUrl)]);
    }
}

/// <summary>For programs with pages.</summary>
public static class PublicAddressing
{
    /// <summary>Links, redirects and cookies are of the public address, whatever host the request came to.</summary>
    public static void UsePublicAddress(this WebApplication app)
    {
        var address = new Uri(app.Services.GetRequiredService<IOptions<PublicAddress>>().Value.Issuer);
        app.Use((http, next) =>
        {
            http.Request.Scheme = address.Scheme;
            http.Request.Host = HostString.FromUriComponent(address);
            return next(http);
        });
    }
}
