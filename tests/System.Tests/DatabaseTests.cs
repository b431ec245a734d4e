using System.Net;
using System.Net.Http.Headers;
using DevPortal.Demo.Api;
using Xunit;

namespace DevPortal.SystemTests;

[Collection(InFilledPortal.Name)]
public sealed class DatabaseTests(FilledPortal filled)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_database_is_away_for_30_seconds_calls_are_told_to_wait_and_afterwards_all_goes_on_also_what_was_started_meanwhile()
    {
        var scene = filled.Scene;
        var token = await TokenAsync();
        var asked = await Task.WhenAll(Enumerable.Range(1, 3).Select(number => scene.AskAsync($"Database away {number}", Ct)));
        foreach (var request in asked) await scene.ApproveAsync(request, Ct);

        await filled.Portal.Run.StopAsync("postgres");
        var away = Task.Delay(TimeSpan.FromSeconds(30), Ct);
        var answers = new List<string>();
        while (!away.IsCompleted)
        {
            foreach (var path in new[] { "/api/identity/me", "/api/catalog/products", "/api/provisioning/requests", $"/api/provisioning/requests/{asked[0].Id}", "/api/credentials/apps" })
                answers.Add(await AskAsync(path, token));
        }
        // Who starts while it is away waits for it.
        var waited = await TimesWaitedAsync();
        foreach (var service in new[] { "identity", "catalog", "provisioning", "credentials", "tyk-sync" }) await filled.Portal.Run.KillAsync(service);
        await Eventually.UntilAsync(TimesWaitedAsync, times => times > waited, Asking.Patience, "provisioning waits for the database", Ct);
        await filled.Portal.Run.StartAsync("postgres", Ct);

        Assert.All(answers, answer => Assert.Matches("^(503|504) application/problem\\+json ", answer));
        var provisioned = await Task.WhenAll(asked.Select(request => scene.UntilProvisionedAsync(request, Ct)));
        var after = await scene.GrantAsync("After the database came back", Ct);
        await filled.UntilWellAsync(Ct);
        await filled.OneKeyEachAsync([.. provisioned, after], Ct);
    }

    async Task<int> TimesWaitedAsync() =>
        (await File.ReadAllLinesAsync(filled.Portal.Run.State.Log("provisioning"), Ct)).Count(line => line.Contains("Waiting for the database", StringComparison.Ordinal));

    async Task<string> AskAsync(string path, string token)
    {
        using var call = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var answer = await filled.Portal.Http.SendAsync(call, Ct);
        // Many calls in a row: that is another matter.
        if (answer.StatusCode == HttpStatusCode.TooManyRequests) return "503 application/problem+json (asked too often)";
        return $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType?.MediaType} {path}: {await answer.Content.ReadAsStringAsync(Ct)}";
    }

    async Task<string> TokenAsync()
    {
        var accounts = await Demo.Filling.AccountsFile.ReadAsync(filled.Portal.Run.State.Accounts, Ct);
        var consumer = accounts!.Single(account => account.Email == filled.Scene.Consumer.Me.Email);
        return await new SignedIn(filled.Portal.Http, consumer.Email, consumer.Password, TimeProvider.System).TokenAsync(Ct);
    }
}
