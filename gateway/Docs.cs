using System.Security.Cryptography;
using System.Text.Encodings.Web;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Scalar.AspNetCore;

namespace DevPortal.Gateway;

/// <summary>One reference page over the OpenAPI documents of all services, from our own files.</summary>
static class Docs
{
    /// <summary>As identity knows this page.</summary>
    const string Client = "devportal-docs";

    public static void MapDocs(this WebApplication app)
    {
        var home = app.Services.GetRequiredService<IOptions<PublicAddress>>().Value.Issuer;
        var brand = app.Services.GetRequiredService<IOptions<BrandOptions>>().Value;
        app.MapScalarApiReference("/docs", (options, http) =>
        {
            var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.ForDocs(nonce);
            options.WithNonce(nonce).WithTitle($"{brand.Name} API").DisableDefaultFonts().DisableAgent().DisableMcp().DisableTelemetry().HideDeveloperTools().HideClientButton()
                .AddPreferredSecuritySchemes(ApiDescription.SignIn)
                .AddAuthorizationCodeFlow(ApiDescription.SignIn, flow =>
                {
                    // Comes back to this page, which reads the code and closes itself.
                    (flow.ClientId, flow.RedirectUri, flow.Pkce, flow.SelectedScopes, flow.CredentialsLocation) = (Client, home + "docs/", Pkce.Sha256, ["openid"], CredentialsLocation.Body);
                });
            options.WithCustomCss(Contrast);
            options.HeaderContent = WithoutScript(brand.Name, nonce, http.RequestServices.GetRequiredService<IStringLocalizer<Texts>>());
            foreach (var service in Routes.Services) options.AddDocument(service, service, $"/openapi/{service}.json");
        }).AddEndpointFilter(async (context, next) => await next(context) is var answer && answer is ContentHttpResult { ResponseContent: { } page } content
            // The renderer's own page does not say in which language it is.
            ? TypedResults.Content(page.Replace("<html>", "<html lang=\"en\">", StringComparison.Ordinal), content.ContentType)
            : answer).AllowAnonymous();
    }

    /// <summary>Some of the renderer's colours are too pale to be read by all.</summary>
    const string Contrast = ".light-mode { --scalar-color-3: #666; --scalar-color-orange: #b3400b; } .dark-mode { --scalar-color-3: #949494; --scalar-color-red: #ff6b6b; }";

    /// <summary>The renderer would try whether text may become code here. It may not, so it need not try.</summary>
    const string OnlyText = "window.__zod_globalConfig = { jitless: true };";

    /// <summary>What the renderer says wrongly to those who hear the page, as on the reference pages of the portal.</summary>
    const string Mend = """
        new MutationObserver(() => {
          // Several of them bear one name.
          for (const part of document.querySelectorAll("div[role=region][aria-labelledby]")) part.setAttribute("role", "group");
          for (const box of document.querySelectorAll("[role=combobox]:not([aria-expanded])")) box.setAttribute("aria-expanded", "false");
          for (const button of document.querySelectorAll("button[aria-expanded]:not([aria-label])")) if (!button.textContent.trim()) button.setAttribute("aria-label", "Details");
          // No step left out.
          let before = 0;
          for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) if (heading.checkVisibility()) heading.ariaLevel = before = Math.min(heading.localName[1], before + 1);
        }).observe(document.body, { childList: true, subtree: true });
        """;

    /// <summary>The first thing that a script does is to take this away.</summary>
    static string WithoutScript(string name, string nonce, IStringLocalizer<Texts> t) => $"""
        <div id="without-script"><link rel="stylesheet" href="{RefusalPage.Stylesheet}"><main>
            <h1>{HtmlEncoder.Default.Encode(name)} API</h1>
            <p>{t["This page needs JavaScript. The documents that it shows, one of each service, can be read without it or opened in a tool of yours:"]}</p>
            <ul>{string.Concat(Routes.Services.Select(service => $"""<li><a href="/openapi/{service}.json">{service}</a></li>"""))}</ul>
        </main></div>
        <script nonce="{nonce}">document.getElementById("without-script").remove(); {OnlyText} {Mend}</script>
        """;
}
