using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DevPortal.TykStandIn;

/// <summary>The gateway's envelopes.</summary>
static class Answers
{
    public const string Json = "application/json";

    public static IResult Ok<T>(T body) => Results.Text(TykJson.Write(body), Json);

    public static IResult Error(int status, string message) =>
        Results.Text(TykJson.Write(new JsonObject { ["status"] = "error", ["message"] = message }), Json, statusCode: status);

    public static IResult Done(string key, string action, string? keyHash = null) => Ok(new Deed(key, "ok", action, keyHash));

    sealed record Deed(
        [property: JsonPropertyName("key")] string Key,
        [property: JsonPropertyName("status")] string Status,
        [property: JsonPropertyName("action")] string Action,
        [property: JsonPropertyName("key_hash"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? KeyHash);
}
