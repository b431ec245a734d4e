using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using DevPortal.Testing;
using RabbitMQ.Client;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>Every alert is provoked by what it is for, and clears when that is mended.</summary>
public sealed partial class AlertTests
{
    static readonly Dictionary<string, (string Written, string Quick)> Thresholds = new()
    {
        ["PortalAnnouncementsWait"] = ("> 60", "> 3"),
        ["PortalDecisionsWait"] = ("> 172800", "> 5"),
        ["PortalKeysWait"] = ("> 300", "> 5"),
        ["PortalRevocationUnconfirmed"] = ("> 60", "> 5"),
        ["PortalSyncStale"] = ("> 3600", "> 45"),
        ["PortalManyRefusals"] = ("> 5", "> 0.5"),
        ["PortalSignInFailures"] = ("> 1", "> 0.1"),
    };

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_rules_are_good_for_promtool() => await Prometheus.CheckAsync(Ct, "check", "rules", Repository.Path("observability", "alerts.yml"));

    [Fact]
    public async Task Every_alert_fires_when_it_should_and_clears_when_it_is_mended()
    {
        await using var portal = await StartAsync();
        await using var prometheus = await Prometheus.StartAsync(portal.Run.State, Thresholds, Ct);
        using var cast = await portal.AssembleAsync(Ct);
        using var caller = new TykCaller(null);
        using var tyk = new TykAdmin(portal.Run);
        var scene = await Scene.SetAsync(cast, caller, Ct);
        var fired = new HashSet<string>();

        await SourceAwayAsync(portal, prometheus, scene, tyk, fired);
        await KeyTakenAwayAsync(prometheus, scene, tyk, fired);
        await ServersAwayAsync(portal, prometheus, scene, fired);

        Assert.Equal(AlertName().Matches(await File.ReadAllTextAsync(Repository.Path("observability", "alerts.yml"), Ct)).Select(match => match.Groups["name"].Value).Order(), fired.Order());
        await NothingIsNamedThatIsNotThereAsync(prometheus);
        await MetricsAreNotPublicAsync(portal);
    }

    static async Task SourceAwayAsync(Portal portal, Prometheus prometheus, Scene scene, TykAdmin tyk, HashSet<string> fired)
    {
        string[] alerts =
        [
            "PortalSourceDown", "PortalKeysWait", "PortalRevocationUnconfirmed", "PortalSyncFailing", "PortalSyncStale", "PortalDecisionsWait", "PortalMessagesInError",
            "PortalSignInFailures", "PortalManyRefusals",
        ];
        var granted = await scene.GrantAsync("To be revoked while Tyk is away", Ct);
        var undecided = await scene.AskAsync("Undecided", Ct);
        var waiting = await scene.AskAsync("Approved while Tyk is away", Ct);

        await tyk.SwitchOnAsync("refuse", Ct);
        await scene.RevokeAsync(granted, Ct);
        await scene.ApproveAsync(waiting, Ct);
        await SyncAsync(scene);
        await PutUnreadableAsync(portal, "catalog.people");
        using var trying = new CancellationTokenSource();
        var tries = TryDoorsAsync(portal, trying.Token);
        await prometheus.UntilFiringAsync(alerts, Ct);
        fired.UnionWith(alerts);

        await trying.CancelAsync();
        await tries;
        await tyk.SwitchOffAsync(Ct);
        await scene.UntilRevokedAsync(granted, Ct);
        await scene.UntilProvisionedAsync(waiting, Ct);
        await PurgeErrorsAsync(portal, "catalog.people");
        await DecideAllAsync(scene);
        Assert.Equal("rejected", (await scene.LookAsync(undecided, Ct)).State);
        await prometheus.UntilClearAsync([.. alerts.Except(["PortalSyncStale", "PortalSyncFailing"])], Ct);
        // A run every ten minutes is too seldom for the quick rule: it clears right after one.
        await SyncAsync(scene);
        await prometheus.UntilClearAsync(["PortalSyncFailing", "PortalSyncStale"], Ct);
    }

    static async Task KeyTakenAwayAsync(Prometheus prometheus, Scene scene, TykAdmin tyk, HashSet<string> fired)
    {
        var granted = await scene.GrantAsync("Its key is deleted at Tyk", Ct);
        var key = (await tyk.KeysAsync(Ct)).Single(key => key.CredentialId == granted.Credential!.Id);
        await tyk.DeleteKeyAsync(key.Hash, Ct);
        await prometheus.UntilFiringAsync(["PortalCredentialsLost"], Ct);
        fired.Add("PortalCredentialsLost");

        await scene.RevokeAsync(granted, Ct);
        await prometheus.UntilClearAsync(["PortalCredentialsLost"], Ct);
    }

    static async Task ServersAwayAsync(Portal portal, Prometheus prometheus, Scene scene, HashSet<string> fired)
    {
        var asked = await scene.AskAsync("Approved while the broker is away", Ct);
        await portal.Run.StopAsync("rabbitmq");
        await scene.ApproveAsync(asked, Ct);
        await prometheus.UntilFiringAsync(["PortalAnnouncementsWait"], Ct);
        await HealthSaysAsync(portal, "provisioning", "Announcements wait since ");
        await portal.Run.StartAsync("rabbitmq", Ct);
        await scene.UntilProvisionedAsync(asked, Ct);
        await prometheus.UntilClearAsync(["PortalAnnouncementsWait"], Ct);

        await portal.Run.StopAsync("catalog");
        using (var fires = CancellationTokenSource.CreateLinkedTokenSource(Ct))
        {
            var calling = CallInVainAsync(portal, fires.Token);
            await prometheus.UntilFiringAsync(["PortalProgramDown", "PortalFailures"], Ct);
            await fires.CancelAsync();
            await calling;
        }

        await HealthSaysAsync(portal, "gateway", "The service catalog is away since ");
        await portal.Run.StartAsync("catalog", Ct);
        await prometheus.UntilClearAsync(["PortalProgramDown", "PortalFailures"], Ct);

        await portal.Run.StopAsync("postgres");
        await prometheus.UntilFiringAsync(["PortalDatabaseAway"], Ct);
        await HealthSaysAsync(portal, "catalog", "The database does not answer since ");
        await portal.Run.StartAsync("postgres", Ct);
        await prometheus.UntilClearAsync(["PortalDatabaseAway"], Ct);
        fired.UnionWith(["PortalAnnouncementsWait", "PortalProgramDown", "PortalFailures", "PortalDatabaseAway"]);
    }

    static async Task<Portal> StartAsync()
    {
        var settings = new Dictionary<string, string> { ["Converging__CheckActive"] = "00:00:02", ["Converging__CheckMissing"] = "00:00:01" };
        try
        {
            // Whatever is started takes them over from us.
            foreach (var (name, value) in settings) Environment.SetEnvironmentVariable(name, value);
            return await Portal.StartAsync("alerts", Ct);
        }
        finally
        {
            foreach (var name in settings.Keys) Environment.SetEnvironmentVariable(name, null);
        }
    }

    static async Task SyncAsync(Scene scene) => (await scene.Approver.Portal.PostAsync<System.Text.Json.JsonDocument>("/api/sync/runs", new { source = "tyk" }, Ct)).Dispose();

    static async Task PutUnreadableAsync(Portal portal, string queue)
    {
        await using var connection = await portal.Broker.ConnectAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        await channel.BasicPublishAsync("", queue, Encoding.UTF8.GetBytes("{"), Ct);
    }

    static async Task PurgeErrorsAsync(Portal portal, string queue)
    {
        await using var connection = await portal.Broker.ConnectAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        await channel.QueuePurgeAsync(queue + "_error", Ct);
    }

    /// <summary>Wrong passwords and made-up tokens, a few a second.</summary>
    static async Task TryDoorsAsync(Portal portal, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/identity/me") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "made-up") } };
            using (var answer = await portal.Http.SendAsync(request, Ct)) Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            var browser = new Browser(portal.Http);
            var page = await browser.OpenAsync("/sign-in", Ct);
            await browser.SubmitAsync(page, new Dictionary<string, string> { ["email"] = $"{Guid.NewGuid():N}@nobody.example", ["password"] = "this is not it" }, Ct);
            await Task.Delay(300, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A few a second: of a burst within one scrape Prometheus sees no rate, since its counter begins with it.</summary>
    static async Task CallInVainAsync(Portal portal, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            using (var answer = await portal.Http.GetAsync("/api/catalog/products", Ct)) Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            await Task.Delay(300, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static async Task DecideAllAsync(Scene scene)
    {
        foreach (var pending in await scene.Approver.Portal.ListAsync<AccessRequest>("/api/provisioning/requests?state=pending", Ct))
        {
            foreach (var admin in scene.Cast.Admins)
            {
                try
                {
                    var seen = await admin.Portal.FindRequestAsync(pending.Id, Ct);
                    await admin.Portal.PostAsync<AccessRequest>($"/api/provisioning/requests/{pending.Id}/reject", new { reason = "Not needed" }, Ct, seen.ETag);
                    break;
                }
                catch (RefusedException)
                {
                    // Who made the link may not decide; somebody else may.
                }
            }
        }
    }

    static async Task HealthSaysAsync(Portal portal, string program, string words)
    {
        using var http = new HttpClient();
        var wrong = await Eventually.UntilAsync(
            async () => JsonNode.Parse(await http.GetStringAsync(portal.HealthAddressOf(program), Ct))!["wrong"]!.ToJsonString(),
            said => said.Contains(words, StringComparison.Ordinal), TimeSpan.FromSeconds(60), $"{program} says '{words}'", Ct);
        Assert.Contains(" UTC", wrong, StringComparison.Ordinal);
    }

    /// <summary>Whatever rules and dashboard ask for exists under that name.</summary>
    static async Task NothingIsNamedThatIsNotThereAsync(Prometheus prometheus)
    {
        var there = await prometheus.NamesAsync(Ct);
        foreach (var file in new[] { "alerts.yml", "dashboard.json" })
        {
            var named = MetricName().Matches(await File.ReadAllTextAsync(Repository.Path("observability", file), Ct)).Select(match => match.Value).Distinct();
            Assert.All(named, name => Assert.Contains(name, there));
        }

        var ours = there.Where(name => name.StartsWith("devportal_", StringComparison.Ordinal) && !name.EndsWith("_created", StringComparison.Ordinal));
        var dashboard = await File.ReadAllTextAsync(Repository.Path("observability", "dashboard.json"), Ct);
        Assert.All(ours, name => Assert.Contains(name, dashboard, StringComparison.Ordinal));
    }

    static async Task MetricsAreNotPublicAsync(Portal portal)
    {
        foreach (var path in new[] { "/metrics", "/api/catalog/metrics", "/connect/metrics" })
        {
            using var answer = await portal.Http.GetAsync(path, Ct);
            Assert.DoesNotContain("devportal_", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("- alert: (?<name>[A-Za-z]+)")]
    private static partial Regex AlertName();

    [GeneratedRegex("\\b(devportal|http_server)_[a-z_]+\\b")]
    private static partial Regex MetricName();
}
