namespace DevPortal.LocalRun;

/// <summary>Asks programs how they are.</summary>
internal sealed class Health : IDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(3) };

    /// <summary>The names of those that are well, out of those asked.</summary>
    public async Task<IReadOnlyList<string>> HealthyAsync(IReadOnlyDictionary<string, string> addresses, CancellationToken ct)
    {
        var answers = await Task.WhenAll(addresses.Select(async entry => (entry.Key, Answer: await AskAsync(entry.Value, ct))));
        return [.. answers.Where(entry => entry.Answer is null).Select(entry => entry.Key)];
    }

    /// <summary>Null when it is well, else what is wrong in a few words.</summary>
    public async Task<string?> AskAsync(string address, CancellationToken ct)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(address), ct);
            return answer.IsSuccessStatusCode ? null : $"answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException)
        {
            return "does not answer";
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return "answers too late";
        }
    }

    public void Dispose() => client.Dispose();
}
