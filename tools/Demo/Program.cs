using System.CommandLine;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;
using Spectre.Console;

var address = new Option<Uri>("--address") { Description = "The portal's address, e.g. http://localhost:8080", Required = true };
var accountsFile = new Option<string>("--accounts-file") { Description = "JSON file of the accounts that fill makes", Required = true };
var bootstrapToken = new Option<string>("--bootstrap-token-file") { Description = "File with the token of /welcome", Required = true };

var fill = new Command("fill", "Fills an empty portal through its public API.") { address, bootstrapToken, accountsFile };
fill.SetAction(async (parsed, ct) =>
{
    using var filling = new FillPortal(parsed.GetRequiredValue(address), parsed.GetRequiredValue(bootstrapToken), parsed.GetRequiredValue(accountsFile), Console.WriteLine);
    await filling.RunAsync(ct);
});

var tyk = new Option<Uri?>("--tyk") { Description = "Where Tyk is called, if the portal does not say it" };
var play = new Command("play", "Plays the main flow against a filled portal.") { address, accountsFile, tyk };
play.Aliases.Add("run");
play.SetAction(async (parsed, ct) =>
{
    var accounts = await AccountsFile.ReadAsync(parsed.GetRequiredValue(accountsFile), ct) ?? throw new InvalidOperationException("There are no accounts yet: fill the portal first.");
    await PlayMainFlow.RunAsync(parsed.GetRequiredValue(address), accounts, parsed.GetValue(tyk), new Stage(AnsiConsole.Console), ct);
});

try
{
    return await new RootCommand("Fills the developer portal and plays with it, only through its public API.") { fill, play }
        .Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (SceneFailedException)
{
    // The stage has shown it.
    return 1;
}
catch (Exception expected) when (expected is RefusedException or InvalidOperationException or TimeoutException or HttpRequestException or IOException)
{
    await Console.Error.WriteLineAsync(expected.Message);
    return 1;
}
