using System.Text;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;
using Npgsql;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>The canary: secrets are put through all flows, and then looked for wherever something is kept or sent.</summary>
[Collection(InObservedPortal.Name)]
public sealed partial class SecretsTests(ObservedPortal observed)
{
    static readonly string[] Databases = ["identitydb", "catalogdb", "provisioningdb", "credentialsdb", "tyksyncdb", "portaldb"];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_key_link_token_or_password_stands_in_any_table_log_trace_or_message()
    {
        var marker = $"canary-{Guid.NewGuid():N}";
        var (secrets, request) = await PutThroughAsync(marker);
        await observed.Portal.Broker.UntilQuietAsync(Ct);

        var tables = new List<string>();
        foreach (var database in Databases) tables.AddRange(await SearchTablesAsync(database, secrets));
        Assert.Empty(tables);
        Assert.Empty(SearchFiles(observed.Portal.Run.State.Logs, secrets));
        Assert.Empty(SearchFiles(observed.Portal.Run.State.Data, secrets));
        Assert.Empty(observed.Collector.Bodies.SelectMany(body => Found(body, secrets)));

        // The same search finds what may be found.
        var harmless = new Dictionary<string, string> { ["the reason"] = marker, ["the request"] = $"{request.Id}" };
        Assert.NotEmpty(await SearchTablesAsync("provisioningdb", harmless));
        Assert.NotEmpty(SearchFiles(Path.Combine(observed.Portal.Run.State.Data, "postgres"), harmless));
        Assert.NotEmpty(SearchFiles(Path.Combine(observed.Portal.Run.State.Data, "rabbitmq"), harmless));
        Assert.NotEmpty(observed.Collector.Bodies.SelectMany(body => Found(body, harmless)));
        Assert.NotEmpty(SearchFiles(observed.Portal.Run.State.Logs, new Dictionary<string, string> { ["what services say at their start"] = "Now listening on" }));
    }

    /// <summary>Everything that handles a secret is done once.</summary>
    async Task<(Dictionary<string, string> Secrets, AccessRequest Request)> PutThroughAsync(string marker)
    {
        var (scene, http) = (observed.Scene, observed.Portal.Http);
        var (consumer, admin) = (scene.Consumer.Portal, scene.Approver);
        var secrets = new Dictionary<string, string>
        {
            ["the bootstrap token"] = (await File.ReadAllTextAsync(observed.Portal.Run.State.BootstrapToken, Ct)).Trim(),
            ["Tyk's secret"] = observed.Portal.Run.Parameter("tyk-secret"),
            ["the seal key"] = observed.Portal.Run.Parameter("seal-key"),
            ["the key pepper"] = observed.Portal.Run.Parameter("key-pepper"),
        };

        var request = await scene.GrantAsync(marker, Ct);
        var credential = request.Credential!.Id;
        var first = await consumer.RevealAsync(credential, Ct);
        secrets["the first key"] = first.Key;
        secrets["the hash of the first key"] = await HashOfAsync(credential);
        await consumer.RotateAsync(credential, Ct);
        secrets["the second key"] = await RevealOnWebsiteAsync(credential);
        await Eventually.UntilAsync(async () => (await observed.Tyk.KeysAsync(Ct)).Count(key => key.CredentialId == credential), count => count == 1, Asking.Patience, "the old key is gone", Ct);
        secrets["the hash of the second key"] = await HashOfAsync(credential);

        // One that waits at a failing gateway, is created late and revoked, so that its sealed copy is used again.
        await observed.Tyk.SwitchOnAsync("lost-answer", Ct, match: "create", count: 1);
        var late = await scene.GrantAsync(marker + " late", Ct);
        secrets["the hash of the late key"] = await HashOfAsync(late.Credential!.Id);
        await scene.RevokeAsync(late, Ct);
        await scene.UntilRevokedAsync(late, Ct);

        var invited = await Newcomer.InviteAsync(http, admin.Portal, "member", admin.Me.Organization.Id, admin.Me.Teams[0].Id, Ct);
        secrets["a one-time link that was used"] = TokenOf(invited.Link);
        secrets["a password"] = invited.Password;
        secrets["a one-time link that was not used"] = TokenOf((await admin.Portal.PostAsync<Link>($"/api/identity/users/{invited.Actor.Me.Id}/link", new { }, Ct)).Url);
        var token = await consumer.PostAsync<PersonalToken>("/api/identity/tokens", new { name = "For a script", scopes = new[] { "read" }, expiresAt = DateTimeOffset.UtcNow.AddDays(1) }, Ct);
        secrets["a personal access token"] = token.Token;
        using var call = new HttpRequestMessage(HttpMethod.Get, "/api/identity/me") { Headers = { Authorization = new("Bearer", token.Token) } };
        using var answer = await http.SendAsync(call, Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        return (secrets, request);
    }

    /// <summary>As its owner does it in a browser: signs in, opens the page of the key, sends its form.</summary>
    async Task<string> RevealOnWebsiteAsync(Guid credential)
    {
        var account = (await AccountsFile.ReadAsync(observed.Portal.Run.State.Accounts, Ct))!.Single(account => account.Email == observed.Scene.Consumer.Me.Email);
        var (browser, path) = (new Browser(observed.Portal.Http), $"/credentials/{credential}/reveal");
        async Task<Browser.Page> FollowAsync(Browser.Page page)
        {
            while (page.Location is { } location) page = await browser.OpenAsync(location, Ct);
            return page;
        }

        var signIn = await FollowAsync(await browser.OpenAsync("/session/sign-in?returnUrl=" + Uri.EscapeDataString(path), Ct));
        var page = await FollowAsync(await browser.SubmitAsync(signIn, new Dictionary<string, string> { ["email"] = account.Email, ["password"] = account.Password }, Ct));
        // The page's other forms stand in its frame; this one is sent to the page's own address.
        var form = page with { Html = $"<form action=\"{path}\"" + page.Html[page.Html.IndexOf(" id=\"reveal\"", StringComparison.Ordinal)..] };
        var revealed = await browser.SubmitAsync(form, new Dictionary<string, string>(), Ct);
        return ShownKey().Match(revealed.Html) is { Success: true } key ? key.Groups[1].Value : throw new InvalidOperationException($"The page shows no key: {(int)revealed.Status}");
    }

    [GeneratedRegex("id=\"key\"[^>]*><code>([^<]{20,})<")]
    private static partial Regex ShownKey();

    static string TokenOf(string link) => link[(link.LastIndexOf('=') + 1)..];

    async Task<string> HashOfAsync(Guid credential) => (await observed.Tyk.KeysAsync(Ct)).Single(key => key.CredentialId == credential).Hash;

    /// <summary>Each row as text, binary columns in hexadecimal digits.</summary>
    async Task<List<string>> SearchTablesAsync(string database, Dictionary<string, string> texts)
    {
        await using var source = NpgsqlDataSource.Create(observed.Portal.Run.ConnectionString(database));
        var tables = new List<string>();
        await using (var list = source.CreateCommand(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"))
        await using (var reader = await list.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct)) tables.Add(reader.GetString(0));
        }
        Assert.NotEmpty(tables);

        var found = new List<string>();
        foreach (var table in tables)
        {
            foreach (var (what, text) in texts)
            {
                await using var search = source.CreateCommand($"select count(*) from {table} as row where strpos(row::text, $1) > 0 or strpos(row::text, $2) > 0");
                search.Parameters.Add(new() { Value = text });
                search.Parameters.Add(new() { Value = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)) });
                if ((long)(await search.ExecuteScalarAsync(Ct))! > 0) found.Add($"{what} in {database}, {table}");
            }
        }
        return found;
    }

    static List<string> SearchFiles(string folder, Dictionary<string, string> texts)
    {
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device }).ToArray();
        Assert.NotEmpty(files);
        return [.. files.SelectMany(file => Found(Read(file), texts).Select(what => $"{what} in {file}"))];
    }

    static byte[] Read(string file)
    {
        try
        {
            // Servers are still writing.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    static IEnumerable<string> Found(byte[] content, Dictionary<string, string> texts) =>
        from text in texts
        from form in new[] { text.Value, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text.Value)), Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Value)).TrimEnd('=')[..^1] }
        where content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) >= 0
        select text.Key;

    sealed record PersonalToken(Guid Id, string Token)
    {
        public override string ToString() => $"{Id}";
    }
}
