using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn.Tests.Recordings;

/// <summary>Plays one recorded scenario against a stand-in and lists what it answers otherwise than Tyk did.</summary>
sealed class Scenario(JsonObject recording, StandIn standIn, MovableClock clock)
{
    readonly Names names = new(standIn.Address, clock);

    public static IEnumerable<string> Files(string profile) =>
        Directory.EnumerateFiles(FolderOf(profile), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    public static JsonObject Read(string profile, string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(FolderOf(profile), name + ".json")))!.AsObject();

    public async Task<IReadOnlyList<string>> Play(CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = standIn.Address };
        var found = new List<string>();
        var number = 0;
        foreach (var step in recording["steps"]!.AsArray().Select(s => s!.AsObject()))
        {
            number++;
            if (step["wait_ms"] is { } wait)
            {
                clock.Pass(TimeSpan.FromMilliseconds((int)wait));
                continue;
            }

            var answer = await Send(http, step, stop);
            foreach (var (name, field) in step["keep"] as JsonObject ?? []) names.Keep(name, JsonNode.Parse(answer.Body)![(string)field!]);
            var got = Comparison.Compared(answer, step, names);
            found.AddRange(Comparison.Differences(step["answer"], got).Select(d => $"step {number} {step["method"]} {step["path"]} {step["why"]}: {d}"));
        }

        return found;
    }

    static string FolderOf(string profile) => Path.Combine(AppContext.BaseDirectory, "recorded", profile);

    async Task<Answer> Send(HttpClient http, JsonObject step, CancellationToken stop)
    {
        Answer? answer = null;
        for (var i = 0; i < ((int?)step["times"] ?? 1); i++)
        {
            using var request = Request(step);
            using var response = await http.SendAsync(request, stop);
            answer = new((int)response.StatusCode, Headers(response), await response.Content.ReadAsStringAsync(stop));
        }

        return answer!;
    }

    HttpRequestMessage Request(JsonObject step)
    {
        var path = (string)names.Fill(step["path"])!;
        var request = new HttpRequestMessage(new HttpMethod((string)step["method"]!), path);
        if ((step["raw"] ?? step["body"]) is not null)
        {
            var text = step["raw"] is { } raw ? (string)raw! : names.Fill(step["body"])!.ToJsonString();
            request.Content = new StringContent(text, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        }

        if (path.StartsWith("/tyk", StringComparison.Ordinal) && SecretOf(step["secret"]) is { } secret) request.Headers.Add("X-Tyk-Authorization", secret);
        foreach (var (name, value) in step["headers"] as JsonObject ?? []) request.Headers.TryAddWithoutValidation(name, (string)names.Fill(value)!);
        return request;
    }

    string? SecretOf(JsonNode? asked) => asked switch
    {
        null => standIn.Secret,
        JsonValue value when value.TryGetValue<string>(out var own) => own,
        _ => null,
    };

    static Dictionary<string, string> Headers(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key.ToLower(CultureInfo.InvariantCulture), h => string.Join(", ", h.Value));
}

sealed record Answer(int Status, Dictionary<string, string> Headers, string Body);
