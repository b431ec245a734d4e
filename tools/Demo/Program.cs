using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using DevPortal.Demo.Api;
using DevPortal.Demo.Breaking;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Fuzzing;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using Spectre.Console;

var address = new Option<Uri>("--address") { Description = "The portal's address, e.g. http://localhost:8080", Required = true, CustomParser = ReadAddress! };
var accountsFile = new Option<string>("--accounts-file") { Description = "JSON file of the accounts that fill makes", Required = true };
var bootstrapToken = new Option<string>("--bootstrap-token-file") { Description = "File with the token of /welcome", Required = true };

var fill = new Command("fill", "Fills an empty portal through its public API.") { address, bootstrapToken, accountsFile };
fill.SetAction(async (parsed, ct) =>
{
    using var filling = new FillPortal(parsed.GetRequiredValue(address), parsed.GetRequiredValue(bootstrapToken), parsed.GetRequiredValue(accountsFile), Console.WriteLine);
    await filling.RunAsync(ct);
});

var tyk = new Option<Uri?>("--tyk") { Description = "Where Tyk is called, if the portal does not say it", CustomParser = ReadAddress };
var whileBreaking = new Option<bool>("--break") { Description = "Break every part of the local run meanwhile, and count what is lost or doubled" };
var stateFolder = new Option<string>("--state") { Description = "State folder of the local run that is broken", DefaultValueFactory = _ => ".devportal" };
var play = new Command("demo", "Plays the main flow against a filled portal.") { address, accountsFile, tyk, whileBreaking, stateFolder };
play.SetAction(async (parsed, ct) =>
{
    var accounts = await AccountsFile.ReadAsync(parsed.GetRequiredValue(accountsFile), ct) ?? throw new InvalidOperationException("There are no accounts yet: fill the portal first.");
    var (portal, stage) = (parsed.GetRequiredValue(address), new Stage(AnsiConsole.Console));
    if (!parsed.GetValue(whileBreaking))
    {
        await PlayMainFlow.RunAsync(portal, accounts, parsed.GetValue(tyk), stage, ct);
        return 0;
    }
    var reckoning = await PlayWhileBreaking.RunAsync(portal, accounts, new StateFolder(parsed.GetRequiredValue(stateFolder)), stage, ct);
    return reckoning is { Lost.Count: 0, Doubled.Count: 0 } ? 0 : 1;
});

var account = new Argument<string>("account") { Description = "E-mail address of an account that fill made, or its beginning" };
var token = new Command("token", "Prints a personal access token of an account that fill made.") { address, accountsFile, account };
token.SetAction(async (parsed, ct) =>
{
    var accounts = await AccountsFile.ReadAsync(parsed.GetRequiredValue(accountsFile), ct) ?? throw new InvalidOperationException("There are no accounts yet: fill the portal first.");
    Console.WriteLine(await MintToken.RunAsync(parsed.GetRequiredValue(address), accounts, parsed.GetRequiredValue(account), ct));
});

var minutes = new Option<double>("--minutes") { Description = "How long", DefaultValueFactory = _ => 10 };
var seed = new Option<int?>("--seed") { Description = "Of an earlier run, to make its calls again" };
var fuzz = new Command("fuzz", "Sends made-up input to every operation as everybody, and holds each answer against the OpenAPI documents.") { address, accountsFile, minutes, seed };
fuzz.SetAction(async (parsed, ct) =>
{
    var accounts = await AccountsFile.ReadAsync(parsed.GetRequiredValue(accountsFile), ct) ?? throw new InvalidOperationException("There are no accounts yet: fill the portal first.");
    var report = await Fuzz.RunAsync(parsed.GetRequiredValue(address), accounts, TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed) ?? Random.Shared.Next(), ct);
    foreach (var complaint in report.Complaints) Console.WriteLine(complaint);
    foreach (var (operation, times) in report.Changes) Console.WriteLine($"{times,6:N0} accepted  {operation}");
    Console.WriteLine($"{report.Calls} calls, {report.Accepted} of them accepted, {report.Complaints.Count} complaints (seed {report.Seed})");
    return report.Complaints.Count == 0 ? 0 : 1;
});

try
{
    // Named as people call it, so that usage shows what to type.
    var root = new Command("./devportal", "Fills the developer portal and plays with it, only through its public API.") { new HelpOption(), fill, play, token, new Command("bench", "Tries it at length.") { fuzz } };
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (SceneFailedException)
{
    // The stage has shown it.
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Broken off.");
    return 130;
}
catch (Exception expected) when (expected is RefusedException or InvalidOperationException or TimeoutException or HttpRequestException or IOException or CannotRunException)
{
    await Console.Error.WriteLineAsync(expected.Message);
    return 1;
}

static Uri? ReadAddress(ArgumentResult given)
{
    if (Uri.TryCreate(given.Tokens[0].Value, UriKind.Absolute, out var address)) return address;
    given.AddError($"'{given.Tokens[0].Value}' is no address such as http://localhost:8080");
    return null;
}
