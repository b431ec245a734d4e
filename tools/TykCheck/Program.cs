using System.CommandLine;
using System.CommandLine.Help;
using DevPortal.Tyk;
using DevPortal.TykCheck;

var url = Setting("--url", "DEVPORTAL_TYK_URL", "Address of the gateway's control API.");
var secret = Setting("--secret", "DEVPORTAL_TYK_SECRET", "Its secret; better in the environment, which other users cannot see.");
var org = Setting("--org-id", "DEVPORTAL_TYK_ORG_ID", "The organisation whose policies are offered.");

var check = new Command("check", "Tests whether a Tyk gateway can be a source, and says what to set. Each option may stand in the environment.") { url, secret, org };
check.SetAction(RunAsync);
return await new Command("./devportal") { new HelpOption(), new Command("tyk", "About a Tyk gateway.") { check } }.Parse(args).InvokeAsync();

async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
{
    foreach (var (option, variable) in new[] { (url, "DEVPORTAL_TYK_URL"), (secret, "DEVPORTAL_TYK_SECRET"), (org, "DEVPORTAL_TYK_ORG_ID") })
    {
        if (!string.IsNullOrEmpty(parsed.GetValue(option))) continue;
        Console.Error.WriteLine($"{option.Name} or {variable} is missing: {option.Description}");
        return 2;
    }

    if (!Uri.TryCreate(parsed.GetValue(url), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
    {
        Console.Error.WriteLine($"--url must be an http address, not '{parsed.GetValue(url)}'.");
        return 2;
    }

    var worst = Verdict.Good;
    await foreach (var finding in new CheckGateway(new(address, new SecretText(parsed.GetRequiredValue(secret)!), parsed.GetRequiredValue(org)!)).RunAsync(ct))
    {
        Console.WriteLine($"{Word(finding.Verdict),-8} {finding.Words}");
        if (finding.Remedy is { } remedy && finding.Verdict != Verdict.Good) Console.WriteLine($"{"",-8} {remedy}");
        worst = finding.Verdict > worst ? finding.Verdict : worst;
    }

    Console.WriteLine(worst == Verdict.Bad ? "It can't be a source like this." : "It can be a source.");
    return worst == Verdict.Bad ? 1 : 0;
}

static string Word(Verdict verdict) => verdict switch
{
    Verdict.Good => "good",
    Verdict.Unknown => "unseen",
    Verdict.Warning => "warning",
    _ => "BAD",
};

static Option<string?> Setting(string name, string variable, string description) => new(name)
{
    Description = description,
    DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable),
};
