using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;

namespace DevPortal.Bench;

/// <summary>The main flow ten times a second for as long as is asked, while a thousand people read by the API, and some of them in sessions of the website, all signed in and through the
/// gateway with its limits on. What is compared are the first third of the time after the fifth minute and the last. Uses a portal of its own.</summary>
sealed class Soak(TimeSpan length, Action<Measured> report, Action<string> say) : IDisposable
{
    const int People = 1_000, FlowsASecond = 10, ReadsASecond = 90, PagesASecond = 10, Sessions = 36, Invitations = 4;
    const double MostGrowth = 1.10, MostSlowing = 1.25, MostQueued = 100;

    static readonly TimeSpan Shortest = TimeSpan.FromMinutes(2), Settling = TimeSpan.FromMinutes(5), Look = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(60);

    readonly ConcurrentBag<(double Second, string What, double Value)> seen = [];
    readonly ConcurrentDictionary<string, int> failed = [];
    readonly SocketsHttpHandler connections = new() { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 256 };

    long began;

    public void Dispose() => connections.Dispose();

    public async Task RunAsync(CancellationToken ct)
    {
        if (length < Shortest) throw new InvalidOperationException($"At least {Shortest.TotalMinutes:0} minutes: a third of less shows nothing.");
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
        say($"{Sessions} of them sign in to the website");
        var visitors = new List<Visitor>();
        foreach (var person in people.Take(Sessions)) visitors.Add(new(person.Website, await WebSession.SignInAsync(person.Website, person.Email, person.Password, ct)));

        say($"{length.TotalMinutes:0} minutes: {FlowsASecond} flows, {ReadsASecond} reads and {PagesASecond} pages of the website a second");
        began = Stopwatch.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var vitals = new Vitals(portal.State);
        var looking = LookAsync(vitals, over.Token);
        string[] lists = ["/api/catalog/products", $"/api/catalog/products/{page.Id}", "/api/provisioning/requests", "/api/credentials/apps"];
        string[] pages = ["/", "/catalog", $"/catalog/{page.Id}", "/requests", "/apps", "/me"];
        await Task.WhenAll(
            RunAsync(FlowsASecond, (number, due) => FlowAsync(people[number % People].Api, deciding, page.Id, plan.Id, due, ct)),
            RunAsync(ReadsASecond, (number, due) => ReadAsync(people[number * 7 % People].Api, lists[number % lists.Length], due, ct)),
            RunAsync(PagesASecond, (number, due) => ShowAsync(visitors[number % visitors.Count], pages[number / visitors.Count % pages.Length], due, ct)));
        await over.CancelAsync();
        await looking;

        foreach (var (what, unit, most) in new[]
        {
            (Vitals.Memory, "MB", MostGrowth), (Vitals.Handles, "", MostGrowth), (Vitals.Connections, "", MostGrowth), (Reading, "ms", MostSlowing), (Showing, "ms", MostSlowing), (Waiting, "ms", MostSlowing), (Flowing, "ms", MostSlowing),
        }) report(Compare(what, unit, most));
        var queued = Third(Vitals.Queued, last: true);
        report(new("messages in queues at the end", string.Create(CultureInfo.InvariantCulture, $"p50 {Median.Of(queued):0}, most {queued.Max():0}"), Median.Of(queued) > MostQueued ? [$"at most {MostQueued} waiting"] : []));
        report(new("flows, reads and pages that failed", failed.IsEmpty ? "none" : string.Join("; ", failed.Select(one => $"{one.Value} × {one.Key}")), failed.IsEmpty ? [] : ["none"]));

        Task RunAsync(double perSecond, Func<int, long, Task> deed) => Paced.RunAsync(perSecond, (int)(perSecond * length.TotalSeconds), deed, ct);
    }

    /// <summary>One of the thousand: his scripts, and his browser, which has no token.</summary>
    sealed record Person(HttpClient Api, HttpClient Website, string Email, string Password)
    {
        public override string ToString() => Email;
    }

    sealed record Visitor(HttpClient Website, string Cookies)
    {
        public override string ToString() => nameof(Visitor);
    }

    const string Reading = "a read of the API", Showing = "a page of the website", Waiting = "from an approval until its consumer sees it", Flowing = "a whole flow";

    /// <summary>Each has an address of his own and a personal access token.</summary>
    async Task<Person[]> InviteAsync(Uri address, PortalClient inviting, Me among, CancellationToken ct)
    {
        say($"inviting {People} people");
        var people = new Person[People];
        await Parallel.ForEachAsync(Enumerable.Range(0, People), new ParallelOptions { MaxDegreeOfParallelism = Invitations, CancellationToken = ct }, async (number, cancel) =>
        {
            HttpClient Connect()
            {
                var client = new HttpClient(connections, disposeHandler: false) { BaseAddress = address, Timeout = Patience };
                client.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.1.{number / 250}.{number % 250 + 1}");
                return client;
            }

            var http = Connect();
            var newcomer = await Newcomer.InviteAsync(http, inviting, "member", among.Organization.Id, among.Teams[0].Id, cancel);
            var minted = await newcomer.Actor.Portal.PostAsync<Minted>("/api/identity/tokens", new { name = "Half an hour", scopes = new[] { "read", "write" }, expiresAt = DateTimeOffset.UtcNow.AddDays(1) }, cancel);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", minted.Token);
            people[number] = new(http, Connect(), newcomer.Email, newcomer.Password);
        });
        return people;
    }

    async Task FlowAsync(HttpClient http, PortalClient deciding, Guid product, Guid plan, long due, CancellationToken ct)
    {
        var consumer = new PortalClient(http);
        await CountAsync(async () =>
        {
            var app = await consumer.CreateAppAsync("Half an hour", ct);
            var request = await consumer.RequestAccessAsync(app.Id, product, plan, "Does it stay as it is?", ct);
            await deciding.ApproveAsync(request.Id, "It should.", ct);
            var approved = Stopwatch.GetTimestamp();
            var provisioned = await consumer.UntilProvisionedAsync(request.Id, Patience, ct);
            Note(Waiting, Stopwatch.GetElapsedTime(approved).TotalMilliseconds);
            await consumer.RevealAsync(provisioned.Credential!.Id, ct);
            await deciding.RevokeAsync(request.Id, "Only measured.", ct);
            Note(Flowing, Stopwatch.GetElapsedTime(due).TotalMilliseconds);
        });
    }

    Task ReadAsync(HttpClient http, string path, long due, CancellationToken ct) => CountAsync(async () =>
    {
        using var answer = await http.GetAsync(path, ct);
        answer.EnsureSuccessStatusCode();
        Note(Reading, Stopwatch.GetElapsedTime(due).TotalMilliseconds);
    });

    /// <summary>One who is no longer signed in would be led away: that is no page.</summary>
    Task ShowAsync(Visitor visitor, string path, long due, CancellationToken ct) => CountAsync(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/html" }, { "Cookie", visitor.Cookies } } };
        using var answer = await visitor.Website.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
        Note(Showing, Stopwatch.GetElapsedTime(due).TotalMilliseconds);
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
