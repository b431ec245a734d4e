using System.Diagnostics;
using DevPortal.ServiceDefaults;

namespace DevPortal.Gateway;

/// <summary>Every call has a correlation id: the caller's if it is a GUID, else a new one. It goes on to the service and back to the caller.</summary>
static class Correlation
{
    public const string Header = "X-Correlation-Id";

    public static void UseCorrelation(this WebApplication app) => app.Use((http, next) =>
    {
        var id = Guid.TryParseExact(http.Request.Headers[Header], "D", out var given) ? given : Guid.CreateVersion7();
        var text = id.ToString();
        http.Request.Headers[Header] = text;
        Activity.Current?.SetTag(Telemetry.CorrelationId, text);
        http.Response.OnStarting(() =>
        {
            http.Response.Headers[Header] = text;
            return Task.CompletedTask;
        });
        return next(http);
    });
}
