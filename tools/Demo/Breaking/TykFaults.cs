using System.Net.Http.Json;

namespace DevPortal.Demo.Breaking;

/// <summary>The stand-in's own port: what goes wrong at it, and which keys it has.</summary>
sealed class TykFaults : IDisposable
{
    readonly HttpClient http;

    public TykFaults(Uri adminAddress, string secret)
    {
        http = new HttpClient { BaseAddress = adminAddress, Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Add("X-Tyk-Authorization", secret);
    }

    public void Dispose() => http.Dispose();

    public async Task SwitchAsync(string kind, CancellationToken ct)
    {
        using var response = await http.PutAsJsonAsync("/stand-in/faults", new { kind, healthDelayMs = 1000 }, ct);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Keys by the credential that they say they are of.</summary>
    public async Task<ILookup<Guid, string>> KeysAsync(CancellationToken ct)
    {
        var there = (await http.GetFromJsonAsync<There>("/stand-in/keys", ct))!;
        return there.Keys.ToLookup(key => Guid.TryParse(key.MetaData.GetValueOrDefault("CredentialID"), out var credential) ? credential : Guid.Empty, key => key.Hash);
    }

    sealed record There(Key[] Keys);

    sealed record Key(string Hash, Dictionary<string, string> MetaData);
}
