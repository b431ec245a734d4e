using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using DevPortal.Demo.Fuzzing;
using DevPortal.Testing;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>What docs/api.md says is so.</summary>
[Collection(InFilledPortal.Name)]
public sealed partial class ApiGuideTests(FilledPortal filled, ITestOutputHelper output)
{
    static readonly string Guide = File.ReadAllText(Repository.Path("docs", "api.md"));

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_lines_run_as_they_stand_and_each_does_what_it_should()
    {
        var folder = Directory.CreateTempSubdirectory("devportal-guide-");
        var configuration = typeof(ApiGuideTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var demo = Repository.Path("tools", "Demo", "bin", configuration, "net10.0", "DevPortal.Demo.dll");
        // The reader's ./devportal finds his own portal; this one finds ours.
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "devportal"), $"#!/bin/sh\nexec dotnet '{demo}' \"$@\" --address '{filled.Portal.Address}' --accounts-file '{filled.Portal.Run.State.Accounts}'\n", Ct);
        File.SetUnixFileMode(Path.Combine(folder.FullName, "devportal"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var lines = string.Join('\n', Lines().Matches(Guide).Select(block => block.Groups[1].Value)).Replace("PORTAL=http://localhost:8080", $"PORTAL={filled.Portal.Address.GetLeftPart(UriPartial.Authority)}", StringComparison.Ordinal);
        Assert.Contains(filled.Portal.Address.Authority, lines, StringComparison.Ordinal);

        using var shell = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-x", "-c", lines]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, traced) = (shell.StandardOutput.ReadToEndAsync(Ct), shell.StandardError.ReadToEndAsync(Ct));
        await shell.WaitForExitAsync(Ct);

        var all = await said + "\n" + Secret().Replace(await traced, "(a token)");
        output.WriteLine(all);
        folder.Delete(recursive: true);
        Assert.True(shell.ExitCode == 0, all);
    }

    [Fact]
    public async Task Its_table_has_every_code_of_the_documents_and_no_other()
    {
        var described = (await Operation.AllAsync(filled.Portal.Http, Ct)).SelectMany(operation => Enumerable.Range(400, 200).SelectMany(operation.CodesOf)).Distinct();
        var explained = Guide.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(line => Code().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value));

        Assert.Equal(described.Order(StringComparer.Ordinal), explained.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Lines();

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("[a-z]+_[a-z]+_(pat|key)_[A-Za-z0-9]+")]
    private static partial Regex Secret();
}
