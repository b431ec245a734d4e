using System.Net;
using System.Text.Json;

namespace DevPortal.Demo.Api;

/// <summary>The API said no, and why.</summary>
public sealed class RefusedException(HttpStatusCode status, string code, string detail) : Exception($"{(int)status} {code}: {detail}")
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>Stable code of the problem details.</summary>
    public string Code { get; } = code;

    /// <summary>The same call may succeed in a moment.</summary>
    public bool IsPassing =>
        Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests
        || Code is "not-yet-known" or "in-flight";

    internal static async Task<RefusedException> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var text = await response.Content.ReadAsStringAsync(ct);
        try
        {
            using var problem = JsonDocument.Parse(text);
            return new(response.StatusCode, Member(problem, "code") ?? "no-code", Member(problem, "detail") ?? Member(problem, "title") ?? "");
        }
        catch (JsonException)
        {
            return new(response.StatusCode, "no-problem-details", text.Length > 200 ? text[..200] : text);
        }
    }

    static string? Member(JsonDocument problem, string name) =>
        problem.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(name, out var value) ? value.ToString() : null;
}
