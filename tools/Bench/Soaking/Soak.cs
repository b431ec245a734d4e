using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;

namespace DevPortal.Bench;

/// <summary>The main flow ten times a second for as long as is asked, while a thousand people who are signed in read pages, all through the gateway with its limits on. What is compared
/// are the first third of the time after the fifth minute and the last. Uses a portal of its own.</summary>
sealed class Soak(TimeSpan length, Action<Measured> report, Action<string> say) : IDisposable
{
    const int People = 1_000, FlowsASecond = 10, ReadsASecond = 100, Invitations = 4;
    const double MostGrowth = 1.10, MostSlowing = 1.25, MostQueued = 100;

    static readonly TimeSpan Settling = TimeSpan.FromMinutes(5), Look = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(60);

    readonly ConcurrentBag<(double Second, string What, double Value)> seen = [];
    readonly ConcurrentDictionary<string, int> failed = [];
    readonly SocketsHttpHandler connections = new() { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 256 };

    long began;

    public void Dispose() => connections.Dispose();

    public async Task RunAsync(CancellationToken ct)
    {
        // Each of the thousand has an address of his own, as behind a balancer.
        Environment.SetEnvironmentVariable("TrustedProxies", "127.0.0.0/8");
        await using var portal = new OwnPortal();
        await portal.UpAsync(ct);
        var accounts = (await AccountsFile.ReadAsync(portal.State.Accounts, ct))!;
        using var cast = await Cast.AssembleAsync(portal.Address, accounts, ct);
        // Nobody decides for whom he has invited.
        var (inviting, deciding, consumer) = (cast.Admins.First().Portal, cast.Admins.Last().Portal, cast.Consumers.First());
        var offered = (await consumer.Portal.ListAsync<Product>("/api/catalog/products", ct)).First(product => product.Requestable);
        var page = await consumer.Portal.GetAsync<ProductPage>($"/api/catalog/products/{offered.Id}", ct);
        var plan = page.Plans.First(plan => plan.Available);
        var people = await InviteAsync(portal.Address, inviting, consumer.Me, ct);

        say($"{length.TotalMinutes:0} minutes: {FlowsASecond} flows and {ReadsASecond} pages a second");
        began = Stopwatch.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var vitals = new Vitals(portal.State);
        var looking = LookAsync(vitals, over.Token);
        string[] pages = ["/api/catalog/products", $"/api/catalog/products/{page.Id}", "/api/provisioning/requests", "/api/credentials/apps"];
        await Task.WhenAll(
            Paced.RunAsync(FlowsASecond, (int)(FlowsASecond * length.TotalSeconds), number => FlowAsync(people[number % People], deciding, page.Id, plan.Id, ct), ct),
            Paced.RunAsync(ReadsASecond, (int)(ReadsASecond * length.TotalSeconds), number => ReadAsync(people[number * 7 % People], pages[number % pages.Length], ct), ct));
        await over.CancelAsync();
        await looking;

        foreach (var (what, unit, most) in new[]
        {
            (Vitals.Memory, "MB", MostGrowth), (Vitals.Handles, "", MostGrowth), (Vitals.Connections, "", MostGrowth), (Reading, "ms", MostSlowing), (Waiting, "ms", MostSlowing), (Flowing, "ms", MostSlowing),
        }) report(Compare(what, unit, most));
        var queued = Third(Vitals.Queued, last: true);
        report(new("messages in queues at the end", string.Create(CultureInfo.InvariantCulture, $"p50 {Median.Of(queued):0}, most {queued.Max():0}"), Median.Of(queued) > MostQueued ? [$"at most {MostQueued} waiting"] : []));
        report(new("flows and pages that failed", failed.IsEmpty ? "none" : string.Join("; ", failed.Select(one => $"{one.Value} × {one.Key}")), failed.IsEmpty ? [] : ["none"]));
    }

    const string Reading = "a page", Waiting = "from an approval until its consumer sees it", Flowing = "a whole flow";

    /// <summary>A client for each, with a personal access token.</summary>
    async Task<HttpClient[]> InviteAsync(Uri address, PortalClient inviting, Me among, CancellationToken ct)
    {
        say($"inviting {People} people");
        var people = new HttpClient[People];
        await Parallel.ForEachAsync(Enumerable.Range(0, People), new ParallelOptions { MaxDegreeOfParallelism = Invitations, CancellationToken = ct }, async (number, cancel) =>
        {
            var http = new HttpClient(connections, disposeHandler: false) { BaseAddress = address, Timeout = Patience };
            http.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.1.{number / 250}.{number % 250 + 1}");
            var newcomer = await Newcomer.InviteAsync(http, inviting, "member", among.Organization.Id, among.Teams[0].Id, cancel);
            var minted = await newcomer.Actor.Portal.PostAsync<Minted>("/api/identity/tokens", new { name = "Half an hour", scopes = new[] { "read", "write" }, expiresAt = DateTimeOffset.UtcNow.AddDays(1) }, cancel);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", minted.Token);
            people[number] = http;
        });
        return people;
    }

    async Task FlowAsync(HttpClient http, PortalClient deciding, Guid product, Guid plan, CancellationToken ct)
    {
        var consumer = new PortalClient(http);
        await CountAsync(async () =>
        {
            var started = Stopwatch.GetTimestamp();
            var app = await consumer.CreateAppAsync("Half an hour", ct);
            var request = await consumer.RequestAccessAsync(app.Id, product, plan, "Does it stay as it is?", ct);
            await deciding.ApproveAsync(request.Id, "It should.", ct);
            var approved = Stopwatch.GetTimestamp();
            var provisioned = await consumer.UntilProvisionedAsync(request.Id, Patience, ct);
            Note(Waiting, Stopwatch.GetElapsedTime(approved).TotalMilliseconds);
            await consumer.RevealAsync(provisioned.Credential!.Id, ct);
            await deciding.RevokeAsync(request.Id, "Only measured.", ct);
            Note(Flowing, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        });
    }

    Task ReadAsync(HttpClient http, string path, CancellationToken ct) => CountAsync(async () =>
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(path, ct);
        answer.EnsureSuccessStatusCode();
        Note(Reading, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    });

    async Task CountAsync(Func<Task> deed)
    {
        try
        {
            await deed();
        }
        catch (Exception failure) when (failure is HttpRequestException or RefusedException or TimeoutException or TaskCanceledException or InvalidOperationException)
        {
            failed.AddOrUpdate($"{failure.GetType().Name}: {failure.Message}"[..Math.Min(120, failure.GetType().Name.Length + failure.Message.Length + 2)], 1, (_, count) => count + 1);
        }
    }

    async Task LookAsync(Vitals vitals, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            foreach (var (what, value) in await vitals.ReadAsync()) Note(what, value);
            await Task.Delay(Look, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Note(string what, double value) => seen.Add((Stopwatch.GetElapsedTime(began).TotalSeconds, what, value));

    double[] Third(string what, bool last)
    {
        var settled = Settling < length / 2 ? Settling : length / 2;
        var third = (length - settled) / 3;
        var (from, to) = last ? (length - third, length) : (settled, settled + third);
        return [.. seen.Where(one => one.What == what && one.Second >= from.TotalSeconds && one.Second < to.TotalSeconds).Select(one => one.Value)];
    }

    Measured Compare(string what, string unit, double most)
    {
        var (first, last) = (Third(what, last: false), Third(what, last: true));
        var growth = Median.Of(last) / Median.Of(first);
        return new(what, string.Create(CultureInfo.InvariantCulture, $"{growth:0.00}: p50 {Median.Of(first):0.#} {unit}, then {Median.Of(last):0.#} {unit}; p95 {Median.P95(first):0.#}, then {Median.P95(last):0.#}"), growth > most ? [$"at most {most}"] : []);
    }

    sealed record Minted(string Token)
    {
        public override string ToString() => nameof(Minted);
    }
}
