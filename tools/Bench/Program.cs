using System.CommandLine;
using System.CommandLine.Help;
using DevPortal.Bench;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using Microsoft.Playwright;

var address = new Option<Uri>("--address") { Description = "The portal's address, e.g. http://localhost:8080", Required = true, CustomParser = given => new Uri(given.Tokens[0].Value) };
var accountsFile = new Option<string>("--accounts-file") { Description = "JSON file of the accounts that fill made", Required = true };
var stateFolder = new Option<string>("--state") { Description = "State folder of the local run", DefaultValueFactory = _ => ".devportal" };

var pages = new Command("pages", "Measures the website's pages in Chromium, with many products and requests in the portal.") { address, accountsFile, stateFolder };
pages.SetAction(async (parsed, ct) =>
{
    var (portal, accounts) = (parsed.GetRequiredValue(address), await AccountsFile.ReadAsync(parsed.GetRequiredValue(accountsFile), ct) ?? throw new InvalidOperationException("There are no accounts yet: fill the portal first."));
    using var cast = await Cast.AssembleAsync(portal, accounts, ct);
    await LoadMuch.RunAsync(new StateFolder(parsed.GetRequiredValue(stateFolder)), cast, Amounts.Pages, Console.WriteLine, ct);

    using var playwright = await Playwright.CreateAsync();
    await using var browser = await playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Environment.GetEnvironmentVariable("DEVPORTAL_CHROMIUM") ?? "/usr/bin/chromium",
        Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    });
    var anybody = await ServerTime.AsAsync(portal, null, ct);
    var consumer = await ServerTime.AsAsync(portal, accounts.First(account => account.Role == "consumer"), ct);
    var admin = await ServerTime.AsAsync(portal, accounts.Last(account => account.Role == "admin"), ct);
    var product = await anybody.FirstAsync("/catalog?q=forecasts", "/catalog/");
    var request = await consumer.FirstAsync("/requests", "/requests/");
    var me = cast.Consumers.First().Me;

    List<Measured> all = [];
    void Say(Measured page)
    {
        all.Add(page);
        Report.Line(page);
    }

    foreach (var path in new[] { "/", "/catalog", product }) Say(await FirstPage.MeasureAsync(browser, portal, path));
    foreach (var path in new[] { "/", "/catalog", "/catalog?q=weather", await anybody.LinkAsync(product, "/catalog\\?tag=[^\"]+"), product, await anybody.FirstAsync(product, product + "/apis/") }) Say(await anybody.MeasureAsync(path));
    foreach (var path in new[] { product + "/request", "/requests", request, "/apps", "/apps/new", await consumer.FirstAsync("/apps", "/apps/"), "/me" }) Say(await consumer.MeasureAsync(path));
    foreach (var path in new[]
    {
        "/admin", "/admin/requests", "/admin/requests?state=rejected", "/admin/requests?state=all", "/admin" + request, "/admin/apps", "/admin/apps?q=many", $"/admin/apps?owner={me.Id}", "/admin/products",
        "/admin/products?q=weather", await admin.FirstAsync("/admin/products", "/admin/products/"), "/admin/plans", await admin.FirstAsync("/admin/plans", "/admin/plans/"), "/admin/catalogs",
        await admin.FirstAsync("/admin/catalogs", "/admin/catalogs/"), "/admin/people", "/admin/people?q=ines", $"/admin/people?organization={me.Organization.Id}", $"/admin/people?team={me.Teams[0].Id}",
        "/admin/people/teams", "/admin/people/teams?q=plan", $"/admin/people/teams?organization={me.Organization.Id}", "/admin/people/new", await admin.FirstAsync("/admin/people", "/admin/people/"),
        "/admin/sync", await admin.FirstAsync("/admin/sync", "/admin/sync/"),
    }) Say(await admin.MeasureAsync(path));

    await new SentForms(portal, cast, consumer, admin).MeasureAsync(Say, ct);
    return Report.End(all);
});

var passes = new Option<int>("--runs") { Description = "How often everything is measured, in turns; medians are printed", DefaultValueFactory = _ => 3 };

var approvals = new Command("approvals", "Measures how fast an approval becomes a key, beside what the machine can do.") { address, accountsFile, stateFolder, passes };
approvals.SetAction(async (parsed, ct) =>
{
    var (portal, state) = (parsed.GetRequiredValue(address), new StateFolder(parsed.GetRequiredValue(stateFolder)));
    var accounts = await AccountsFile.ReadAsync(parsed.GetRequiredValue(accountsFile), ct) ?? throw new InvalidOperationException("There are no accounts yet: fill the portal first.");
    using var cast = await Cast.AssembleAsync(portal, accounts, ct);
    return await Report.PrintAsync(() => new Approvals(state, cast, Console.WriteLine).RunAsync(parsed.GetRequiredValue(passes), ct));
});

var start = new Command("start", "Measures a start of everything beside RabbitMQ's own, and memory.");
start.SetAction(async (_, ct) => await Report.PrintAsync(() => ColdStart.RunAsync(Console.WriteLine, ct)));

var runs = new Option<int>("--runs") { Description = "How often everything is measured, in turns; medians are printed", DefaultValueFactory = _ => 5 };

var gateway = new Command("gateway", "Measures the gateway beside a bare YARP and nginx.") { runs };
gateway.SetAction(async (parsed, ct) => await Report.PrintAsync(() => GatewayBench.RunAsync(parsed.GetRequiredValue(runs), Console.WriteLine, ct)));

var rounds = new Option<int>("--runs") { Description = "How many new portals; medians are printed", DefaultValueFactory = _ => 3 };

var sync = new Command("sync", "Measures runs over a Tyk with 10,000 policies and 5,000 APIs.") { rounds };
sync.SetAction(async (parsed, ct) => await Report.PrintAsync(() => Sync.RunAsync(parsed.GetRequiredValue(rounds), Console.WriteLine, ct)));

var browse = new Command("browse", "Measures every list with 200,000 requests and what belongs to them, and a page beside bare ones.");
browse.SetAction(async (_, ct) => await Report.PrintAsync(report => Browse.RunAsync(report, Console.WriteLine, ct)));

var minutes = new Option<double>("--minutes") { Description = "How long", DefaultValueFactory = _ => 30 };

var soak = new Command("soak", "Plays the main flow ten times a second beside a thousand readers, and looks whether anything grows.") { minutes };
soak.SetAction(async (parsed, ct) => await Report.PrintAsync(async report =>
{
    using var half = new Soak(TimeSpan.FromMinutes(parsed.GetRequiredValue(minutes)), report, Console.WriteLine);
    await half.RunAsync(ct);
}));

try
{
    if (args is ["bare-reads", var at, var file])
    {
        await BareReads.RunAsync(new Uri(at), file);
        return 0;
    }

    if (args is ["bare-yarp", var here, var behind])
    {
        await BareYarp.RunAsync(new Uri(here), new Uri(behind));
        return 0;
    }

    return await new Command("./devportal") { new HelpOption(), new Command("bench", "Measures a running portal.") { pages, approvals, gateway, browse, start, sync, soak } }.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception expected) when (expected is InvalidOperationException or TimeoutException or HttpRequestException or IOException or PlaywrightException)
{
    await Console.Error.WriteLineAsync(expected.Message);
    return 1;
}
