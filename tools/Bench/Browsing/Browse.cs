using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using Npgsql;

namespace DevPortal.Bench;

/// <summary>Every list at its service, read from the database, with a hundredth of the data and with all of it: how long it takes, which statements it runs and how many rows they read; and a page beside what
/// the same machine does bare, in turns.</summary>
static class Browse
{
    const int Before = 200, Calls = 100, Runs = 5, Connections = 64, MostRead = 2_500;
    const double MostP95 = 25, MostGrowth = 1.5, LeastOfSql = 0.5, LeastOfCache = 0.9;

    static readonly TimeSpan Warm = TimeSpan.FromSeconds(5), Length = TimeSpan.FromSeconds(3);

    /// <summary>Whose list it is.</summary>
    /// <param name="Besides">Why it is more than one statement.</param>
    sealed record Listed(string Who, string Path, HttpClient Http, string? Besides = null)
    {
        /// <summary>What everybody sees is kept in memory: another address is another page, that is read from the database.</summary>
        public string Unkept(int number) => $"{Path}{(Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}read={number}";

        public override string ToString() => $"{Who}: {Path}";
    }

    /// <param name="report">Hears of each figure as soon as it is there: loading takes minutes.</param>
    public static async Task RunAsync(Action<Measured> report, Action<string> say, CancellationToken ct)
    {
        await using var portal = new OwnPortal();
        await portal.UpAsync(ct);
        var accounts = (await AccountsFile.ReadAsync(portal.State.Accounts, ct))!;
        using var cast = await Cast.AssembleAsync(portal.Address, accounts, ct);
        using var http = PortalClient.Connect(portal.Address);
        var (consumer, admin) = (cast.Consumers.First(), cast.Admins.Last());
        // Tokens live for five minutes, and loading may take longer.
        async Task<string> TokenAsync(Actor actor)
        {
            var account = accounts.Single(account => account.Email == actor.Me.Email);
            return await new SignedIn(http, account.Email, account.Password, TimeProvider.System).TokenAsync(ct);
        }

        async Task<IReadOnlyList<Listed>> ListsNowAsync() => await ListsAsync(portal.State, consumer, await TokenAsync(consumer), await TokenAsync(admin), ct);

        say($"loading {Amounts.Lists.Hundredth}");
        await LoadMuch.RunAsync(portal.State, cast, Amounts.Lists.Hundredth, say, ct);
        var few = new List<double>();
        foreach (var list in await WarmAsync(await ListsNowAsync(), say, ct)) few.Add(Median.Of(await TimeAsync(list, ct)));

        say($"loading {Amounts.Lists}");
        await LoadMuch.RunAsync(portal.State, cast, Amounts.Lists, say, ct);
        var lists = await WarmAsync(await ListsNowAsync(), say, ct);
        foreach (var (number, list) in lists.Index()) report(await MeasureAsync(portal.State, list, few[number], ct));
        foreach (var measured in await BesideBareAsync(portal.State, lists, await TokenAsync(consumer), say, ct)) report(measured);
    }

    static async Task<IReadOnlyList<Listed>> ListsAsync(StateFolder state, Actor consumer, string token, string adminToken, CancellationToken ct)
    {
        HttpClient As(string? bearer)
        {
            var http = Direct.Connect(state);
            if (bearer is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            return http;
        }

        var (anybody, member, admin) = (As(null), As(token), As(adminToken));
        async Task<JsonElement> FirstAsync(string path) => JsonDocument.Parse(await member.GetStringAsync(path, ct)).RootElement.GetProperty("items")[0];
        // What his requests are for, so that no list of them is empty.
        var (shelf, asked) = ((await FirstAsync("/api/catalog/catalogs?limit=1")).GetProperty("id").GetGuid(), await FirstAsync("/api/provisioning/requests?state=rejected&limit=1"));
        var (request, product, app) = (asked.GetProperty("id").GetGuid(), asked.GetProperty("products")[0].GetProperty("id").GetGuid(), asked.GetProperty("appId").GetGuid());
        var (me, company, team) = (consumer.Me.Id, consumer.Me.Organization.Id, consumer.Me.Teams[0].Id);
        const string whose = "whose it is", groups = "the names of their organisations", accounts = "accounts have tables of their own, and the names of organisations and teams";
        return
        [
            .. new[] { "products", $"products?catalog={shelf}", "products?q=forecasts", "plans", "catalogs" }.Select(path => new Listed("anybody", $"/api/catalog/{path}", anybody)),
            .. new (string Path, string? Besides)[]
            {
                ("catalog/products", null), ("catalog/products?q=forecasts", null), ("catalog/catalogs", null), ("catalog/plans", null), ("provisioning/requests", null),
                ("provisioning/requests?state=rejected", null), ($"provisioning/requests?appId={app}", null), ("provisioning/requests?sort=oldest", null), ($"provisioning/requests/{request}/history", whose),
                ("credentials/apps", null), ("credentials/apps?q=many", null), ($"credentials/apps/{app}/credentials", whose), ($"identity/names?ids={me}", accounts), ("identity/tokens", null),
            }.Select(list => new Listed("consumer", $"/api/{list.Path}", member, list.Besides)),
            .. new (string Path, string? Besides)[]
            {
                ("catalog/products?view=admin", null), ("catalog/products?view=admin&q=forecasts", null), ("catalog/plans?view=admin", null), ("catalog/catalogs", null), ("catalog/apis", null),
                ("provisioning/requests", null), ("provisioning/requests?state=pending&sort=oldest", null), ("provisioning/requests?state=rejected", null), ($"provisioning/requests?requesterId={me}", null),
                ($"provisioning/requests?productId={product}", null), ($"provisioning/requests?productId={product}&state=pending", null), ($"provisioning/requests/{request}/history", whose),
                ("provisioning/requests?state=pending&mayDecide=true", "by whom each may be decided"), ("credentials/apps", null), ("credentials/apps?q=many", null), ($"credentials/apps?ownerId={me}", null),
                ("credentials?hint=abcd", "the apps that hold them"), ("credentials/gateways", null), ("identity/users", accounts), ("identity/users?q=ines", accounts), ($"identity/users?teamId={team}", accounts),
                ("identity/teams", groups), ("identity/teams?q=plan", groups), ($"identity/teams?organizationId={company}", groups), ("identity/organizations", null), ("identity/organizations?q=bright", null),
                ("sync/runs", null), ("sync/sources", "the last run of each"),
            }.Select(list => new Listed("admin", $"/api/{list.Path}", admin, list.Besides)),
        ];
    }

    /// <summary>Each list as often, before the first is timed: with a hundredth of the data the process would be younger, its code slower, and growth look smaller.</summary>
    static async Task<IReadOnlyList<Listed>> WarmAsync(IReadOnlyList<Listed> lists, Action<string> say, CancellationToken ct)
    {
        say($"warming up: {Before} calls of each of {lists.Count} lists");
        foreach (var list in lists)
        {
            for (var call = 0; call < Before; call++) await ReadAsync(list, call, ct);
        }

        return lists;
    }

    static async Task<IReadOnlyList<double>> TimeAsync(Listed list, CancellationToken ct)
    {
        var times = new List<double>();
        for (var call = 0; call < Calls; call++)
        {
            var began = Stopwatch.GetTimestamp();
            await ReadAsync(list, Before + call, ct);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return times;
    }

    static async Task ReadAsync(Listed list, int number, CancellationToken ct) => (await list.Http.GetAsync(list.Unkept(number), ct)).EnsureSuccessStatusCode().Dispose();

    static async Task<Measured> MeasureAsync(StateFolder state, Listed list, double few, CancellationToken ct)
    {
        var times = await TimeAsync(list, ct);
        var (median, p95) = (Median.Of(times), Median.P95(times));
        await using var database = NpgsqlDataSource.Create(DatabaseOf(state, list));
        Task<IReadOnlyList<Statement>> AskedAsync(int number) => Statement.OfAsync(state, database, () => ReadAsync(list, Before + Calls + number, ct), ct);
        var (statements, again) = (await AskedAsync(0), await AskedAsync(1));
        // What the service asks by itself in that moment is no part of the list.
        if (again.Count < statements.Count) statements = again;
        List<string> missed = [];
        var read = 0L;
        foreach (var statement in statements) read += await statement.RowsReadAsync(database, ct);

        if (p95 >= MostP95) missed.Add($"p95 under {MostP95} ms");
        if (median > few * MostGrowth) missed.Add($"at most {MostGrowth} of a hundredth's");
        if (statements.Count > 1) missed.Add("one statement");
        if (read > MostRead) missed.Add($"at most {MostRead:N0} rows read");
        return new(list.ToString(), $"p50 {median:0.0} ms, p95 {p95:0.0} ms; {median / few:0.00} of a hundredth's; {statements.Count} statement{(statements.Count == 1 ? "" : $"s{(list.Besides is { } besides ? $" ({besides})" : "")}")}, {read:N0} rows read", missed);
    }

    static string DatabaseOf(StateFolder state, Listed list) => list.Path.Split('/', '?')[2] switch
    {
        "sync" => Limits.Environ(state, "tyk-sync", "ConnectionStrings__tyksyncdb"),
        var service => Limits.Environ(state, service, $"ConnectionStrings__{service}db"),
    };

    static async Task<IReadOnlyList<Measured>> BesideBareAsync(StateFolder state, IReadOnlyList<Listed> lists, string token, Action<string> say, CancellationToken ct)
    {
        const string page = "/api/catalog/products?limit=50";
        var (member, anybody) = (lists.First(list => list.Who == "consumer" && list.Path == "/api/catalog/products"), lists[0]);
        await using var database = NpgsqlDataSource.Create(DatabaseOf(state, member));
        var statement = (await Statement.OfAsync(state, database, async () => (await member.Http.GetAsync(page, ct)).EnsureSuccessStatusCode().Dispose(), ct)).First(asked => asked.Sql.Contains("offer_in_catalog", StringComparison.Ordinal));
        using var kept = (await anybody.Http.GetAsync(page, ct)).EnsureSuccessStatusCode();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new BareReads(DatabaseOf(state, member), statement, await kept.Content.ReadAsByteArrayAsync(ct))), ct);
        var bare = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var process = await Launcher.StartAsync(new("dotnet", [Environment.GetCommandLineArgs()[0], "bare-reads", bare.ToString(), file], Path.ChangeExtension(file, ".log"))
        {
            Folder = Directory.GetCurrentDirectory(),
            // The gateway has it, and so this program; the services have not.
            Environment = new Dictionary<string, string?> { ["DOTNET_TieredPGO"] = "0" },
        });
        try
        {
            using var http = new HttpClient();
            await Poll.UntilAsync(async () =>
            {
                try
                {
                    using var answered = await http.GetAsync(new Uri(bare, BareReads.List), ct);
                    return answered.StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            }, TimeSpan.FromSeconds(60), () => LogTail.Of(Path.ChangeExtension(file, ".log")), ct);

            var service = new Uri(new Uri(RunState.Of(state)!.Programs.Single(program => program.Name == "catalog").HealthAddress!), page);
            var tag = kept.Headers.ETag!.ToString();
            (string Name, Uri Address, (string, string)[] Headers, List<double> Rates)[] peers =
            [
                ("a signed-in page of 50", service, [("Authorization", "Bearer " + token)], []),
                ("bare: the same statement by Npgsql", new Uri(bare, BareReads.List), [], []),
                ("an anonymous page of 50", service, [], []),
                ("bare: the same bytes from an output cache", new Uri(bare, BareReads.Kept), [], []),
                ("bare: the same, with our look at what was committed", new Uri(bare, BareReads.Fresh), [], []),
                ("an anonymous page that the caller has (304)", service, [("If-None-Match", tag)], []),
                ("bare: the same (304)", new Uri(bare, BareReads.Kept), [("If-None-Match", "\"bare\"")], []),
                ("bare: the same (304), with our look", new Uri(bare, BareReads.Fresh), [("If-None-Match", "\"bare\"")], []),
            ];
            foreach (var peer in peers) await Wrk.RateAsync(peer.Address, Connections, Warm, ct, peer.Headers);
            for (var run = 1; run <= Runs; run++)
            {
                say($"run {run} of {Runs}");
                foreach (var peer in peers) peer.Rates.Add(await Wrk.RateAsync(peer.Address, Connections, Length, ct, peer.Headers));
            }

            double Ratio(int one, int other) => Median.Of(peers[one].Rates.Zip(peers[other].Rates, (rate, beside) => rate / beside));
            Measured OfBare(int ours, double goal, string besides = "")
            {
                var ratio = Ratio(ours, ours + 1);
                return new($"{peers[ours].Name}, of bare", $"{ratio:0.00}{besides}", ratio >= goal ? [] : [$"at least {goal}"]);
            }

            string WithLook(int ours) => $"; {Ratio(ours, ours + 2):0.00} of bare with the look, which is {Ratio(ours + 2, ours + 1):0.00} of bare";
            return [.. peers.Select(peer => new Measured(peer.Name, $"{Median.Of(peer.Rates):0} a second", [])), OfBare(0, LeastOfSql), OfBare(2, LeastOfCache, WithLook(2)), OfBare(5, LeastOfCache, WithLook(5))];
        }
        finally
        {
            await process.StopAsync(TimeSpan.FromSeconds(10));
            File.Delete(file);
            File.Delete(Path.ChangeExtension(file, ".log"));
        }
    }
}
