using System.Diagnostics;
using System.Reflection;
using DevPortal.Testing;
using Xunit;

namespace DevPortal.SystemTests;

[Collection(InFilledPortal.Name)]
public sealed class MainFlowTests(FilledPortal filled, ITestOutputHelper output)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demo_plays_the_main_flow_from_browsing_to_revocation()
    {
        var (status, told) = await PlayAsync(filled.Portal.Run.State.Accounts);

        output.WriteLine(told);
        Assert.Equal(0, status);
        await filled.UntilWellAsync(Ct);
    }

    [Fact]
    public async Task The_demo_breaks_every_part_and_counts_nothing_lost_and_nothing_doubled()
    {
        var (status, told) = await PlayAsync(filled.Portal.Run.State.Accounts, "--break", "--state", filled.Portal.Run.State.Path);

        output.WriteLine(told);
        Assert.Equal(0, status);
        Assert.Matches(@"lost +0\s", told);
        Assert.Matches(@"doubled +0\s", told);
        await filled.UntilWellAsync(Ct);
    }

    [Fact]
    public async Task The_demo_fails_where_a_step_does_not_do_what_it_should()
    {
        var wrong = Path.Combine(filled.Portal.Run.State.Path, "wrong-accounts.json");
        var accounts = (await Demo.Filling.AccountsFile.ReadAsync(filled.Portal.Run.State.Accounts, Ct))!;
        await Demo.Filling.AccountsFile.WriteAsync(wrong, accounts.Select(account => account with { Password = "not the password" }), Ct);

        var (status, told) = await PlayAsync(wrong);

        output.WriteLine(told);
        Assert.NotEqual(0, status);
    }

    async Task<(int Status, string Told)> PlayAsync(string accounts, params string[] more)
    {
        var configuration = typeof(MainFlowTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var program = Repository.Path("tools", "Demo", "bin", configuration, "net10.0", "DevPortal.Demo.dll");
        using var demo = Process.Start(new ProcessStartInfo("dotnet", [program, "demo", "--address", $"{filled.Portal.Address}", "--accounts-file", accounts, .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = demo.StandardError.ReadToEndAsync(Ct);
            var told = await demo.StandardOutput.ReadToEndAsync(Ct);
            await demo.WaitForExitAsync(Ct);
            return (demo.ExitCode, told + await errors);
        }
        finally
        {
            demo.Kill(entireProcessTree: true);
        }
    }
}
