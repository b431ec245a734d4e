using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace DevPortal.Gateway;

/// <summary>Whose word about the client is taken: <c>TrustedProxies</c>, networks in CIDR form, separated by commas. Nobody's by default.</summary>
sealed record TrustedProxyOptions : IValidatableObject
{
    public string TrustedProxies { get; init; } = "";

    public IEnumerable<System.Net.IPNetwork> Networks => Parts.Select(System.Net.IPNetwork.Parse);

    string[] Parts => TrustedProxies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Parts.Where(part => !System.Net.IPNetwork.TryParse(part, out _))
            .Select(part => new ValidationResult($"TrustedProxies: '{part}' is not a network such as 10.0.0.0/8.", [nameof(TrustedProxies)]));
}

static class TrustedProxies
{
    /// <summary>Headers by which somebody outside could claim to be somebody else.</summary>
    static readonly string[] Claims = ["X-Forwarded-", "X-Original-", "X-User", "X-Tyk-Authorization", "X-Real-Ip", "Forwarded"];

    public static void AddTrustedProxies(this WebApplicationBuilder builder)
    {
        // Aspire sets this for every project, and it means: believe X-Forwarded-For from anybody.
        builder.Configuration["FORWARDEDHEADERS_ENABLED"] = "false";
        builder.Services.AddOptions<TrustedProxyOptions>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();
    }

    public static void UseTrustedProxies(this WebApplication app)
    {
        var networks = app.Services.GetRequiredService<IOptions<TrustedProxyOptions>>().Value.Networks.ToArray();
        if (networks.Length > 0)
        {
            // Host is not among them: our own address is the parameter public-url, never a header.
            var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in networks) options.KnownIPNetworks.Add(network);
            app.UseForwardedHeaders(options);
        }

        app.Use((http, next) =>
        {
            // Nearly no call has any: nothing is made for those that have none.
            List<string>? claims = null;
            foreach (var header in http.Request.Headers) if (IsClaim(header.Key)) (claims ??= []).Add(header.Key);
            if (claims is not null) foreach (var name in claims) http.Request.Headers.Remove(name);
            return next(http);
        });
    }

    static bool IsClaim(string header)
    {
        // All begin with one of two letters, and nearly no other header does.
        if (header.Length == 0 || (header[0] | ' ') is not ('x' or 'f')) return false;
        foreach (var claim in Claims) if (header.StartsWith(claim, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
