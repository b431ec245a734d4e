using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DevPortal.TykStandIn;

/// <summary>What a real gateway does not have: its faults, its keys and its counts, on a port of their own.</summary>
static class StandInApi
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void MapStandIn(this WebApplication app, StandIn standIn)
    {
        app.UseSecret("/stand-in", standIn.Secret);
        app.MapGet("/stand-in/faults", () => Results.Json(standIn.Faults.Current, Json));
        app.MapPut("/stand-in/faults", (HttpRequest request) => SwitchFault(standIn, request));
        app.MapGet("/stand-in/keys", () => Results.Json(new { keys = standIn.Keys, calls = Counts(standIn) }, Json));
        app.MapDelete("/stand-in/calls", () =>
        {
            standIn.Calls.Reset();
            return Results.NoContent();
        });
    }

    static async Task<IResult> SwitchFault(StandIn standIn, HttpRequest request)
    {
        if (Read(await request.ReadBody()) is not { } fault)
            return Answers.Error(400, "Expected {\"kind\": none|error500|timeout|slow|refuse|lost-answer|store-down, \"match\": a kind of call or all, …}");
        await standIn.Faults.SwitchOnAsync(fault);
        return Results.Json(standIn.Faults.Current, Json);
    }

    static Fault? Read(string text)
    {
        try
        {
            var asked = JsonSerializer.Deserialize<Asked>(text, Json);
            return asked?.ToFault();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static Dictionary<string, int> Counts(StandIn standIn) =>
        standIn.Calls.ToDictionary().ToDictionary(c => JsonNamingPolicy.KebabCaseLower.ConvertName(c.Key.ToString()), c => c.Value);

    /// <summary>As <see cref="Fault"/>, with the word <c>all</c> for no match.</summary>
    sealed record Asked(FaultKind Kind, string? Match, int? DelayMs, int? Count, int? CreateDelayMs, int? HealthDelayMs)
    {
        public Fault? ToFault()
        {
            CallKind? match = null;
            if (Match is not (null or "all"))
            {
                if (!Enum.TryParse<CallKind>(Match, ignoreCase: true, out var kind) || !Enum.IsDefined(kind)) return null;
                match = kind;
            }

            var fault = new Fault { Kind = Kind, Match = match, DelayMs = DelayMs, Count = Count };
            return fault with { CreateDelayMs = CreateDelayMs ?? fault.CreateDelayMs, HealthDelayMs = HealthDelayMs ?? fault.HealthDelayMs };
        }
    }
}
