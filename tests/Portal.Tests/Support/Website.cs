using System.Text.Json;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using DevPortal.SystemTests;
using DevPortal.Testing;
using Microsoft.Playwright;
using Xunit;
using WholePortal = DevPortal.SystemTests.Portal;

namespace DevPortal.PortalTests;

/// <summary>The whole running system, filled by tools/Demo, and a real Chromium. Tests share it and make what they need in it.</summary>
public sealed class Website : IAsyncLifetime
{
    static readonly string[] Limits = ["Limits__SignIn__Burst", "Limits__SignIn__PerSecond", "Limits__Caller__Burst", "Limits__Caller__PerSecond"];

    IPlaywright? playwright;
    IBrowser? browser;

    WholePortal? portal;

    public Uri Address { get; private set; } = null!;

    /// <summary>Where the client <c>frontend</c> has its pages.</summary>
    public Uri FrontEnd { get; private set; } = new("http://localhost:5173/");

    /// <summary>Where the run tells about itself.</summary>
    public StateFolder State { get; private set; } = null!;

    public IReadOnlyList<Demo.Filling.Account> Accounts { get; private set; } = [];

    /// <summary>The same people at the API, for what a test needs to be there before.</summary>
    public Cast Cast { get; private set; } = null!;

    /// <summary>The gateway's own operator.</summary>
    public TykAdmin Tyk { get; private set; } = null!;

    public PortalClient ConsumerApi => Cast.Consumers.Single(actor => actor.Me.Email == Consumer.Email).Portal;

    public PortalClient AdminApi => Cast.Admins.Single(actor => actor.Me.Email == Admin.Email).Portal;

    public Demo.Filling.Account Consumer => Accounts.First(account => account.Email.StartsWith("ines", StringComparison.Ordinal));

    /// <summary>May decide the consumer's requests: somebody else made her link.</summary>
    public Demo.Filling.Account Admin => Accounts.First(account => account.Email.StartsWith("tobias", StringComparison.Ordinal));

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        // Whoever builds a page tries it on a portal that runs already: the state folder of one that ./devportal up started.
        var running = Environment.GetEnvironmentVariable("DEVPORTAL_TEST_WEBSITE");
        if (running is null)
        {
            FrontEnd = new Uri($"http://localhost:{Ports.Free()}/");
            // All visitors of these tests come from one address, and no person is that quick.
            foreach (var limit in Limits) Environment.SetEnvironmentVariable(limit, "2000");
            portal = await WholePortal.StartAsync("website", ct, options => options with
            {
                Parameters = new Dictionary<string, string> { ["frontend-origins"] = FrontEnd.GetLeftPart(UriPartial.Authority), ["frontend-redirect-uris"] = $"{FrontEnd}" },
            });
        }
        var state = State = portal?.Run.State ?? new StateFolder(running!);
        Address = portal?.Address ?? new Uri(RunState.Of(state)!.Address);
        Accounts = await AccountsFile.ReadAsync(state.Accounts, ct) ?? throw new InvalidOperationException("The portal was not filled.");
        Cast = await Cast.AssembleAsync(Address, Accounts, ct);
        using var secrets = JsonDocument.Parse(await File.ReadAllTextAsync(state.Secrets, ct));
        Tyk = new(new Uri(RunState.Of(state)!.StandInAddress!), new Uri(RunState.Of(state)!.StandInAdminAddress!), secrets.RootElement.GetProperty("tyk-stand-in").GetString()!);
        // Far beyond what a quiet machine needs.
        Assertions.SetDefaultExpectTimeout(30_000);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("DEVPORTAL_CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    /// <summary>Somebody with a password who has not done anything yet: his page, and his account.</summary>
    public async Task<(string Page, Demo.Filling.Account Account)> NewcomerAsync(CancellationToken ct)
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        var account = new Demo.Filling.Account($"Olaf {mark}", $"olaf-{mark}@example.org", $"a sentence of {mark}", "consumer", "", []);
        var team = (await AdminApi.ListAsync<Team>("/api/identity/teams", ct)).First(team => team.Name == "Payments");
        var invited = await AdminApi.PostAsync<Invitation>(
            "/api/identity/users", new { name = account.Name, email = account.Email, role = "member", organizationId = team.Organization.Id, teamIds = new[] { team.Id } }, ct);
        using var http = PortalClient.Connect(Address);
        await Newcomer.UseLinkAsync(http, invited.Link.Url, account.Password, ct);
        return ($"/admin/people/{invited.User.Id}", account);
    }

    /// <summary>A browser of its own: no cookies, nothing open.</summary>
    public async Task<Visit> VisitAsync(bool scripts = true)
    {
        var context = await browser!.NewContextAsync(new()
        {
            BaseURL = Address.ToString(),
            JavaScriptEnabled = scripts,
            ColorScheme = ColorScheme.Light,
            ViewportSize = new() { Width = 1280, Height = 900 },
            Locale = "en-GB",
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(60_000);
        return new Visit(context, await context.NewPageAsync());
    }

    /// <summary>The environment that a program of the run has: its settings.</summary>
    public IReadOnlyDictionary<string, string> SettingsOf(string program) =>
        Told(program, "environ").Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>What it was started with.</summary>
    public IReadOnlyList<string> CommandOf(string program) => Told(program, "cmdline");

    /// <summary>Where it was started.</summary>
    public string FolderOf(string program) => File.ResolveLinkTarget(At(program, "cwd"), returnFinalTarget: true)!.FullName;

    string[] Told(string program, string file) => File.ReadAllText(At(program, file)).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    string At(string program, string file) => $"/proc/{RunState.Of(State)!.Programs.Single(known => known.Name == program).Process!.Id}/{file}";

    /// <summary>Where a test leaves pictures.</summary>
    public static string Screens => Directory.CreateDirectory(Repository.Path("TestResults", "Portal.Tests", "screens")).FullName;

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        Cast?.Dispose();
        Tyk?.Dispose();
        if (portal is not null) await portal.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class OnTheWebsite : ICollectionFixture<Website>
{
    public const string Name = "website";
}
