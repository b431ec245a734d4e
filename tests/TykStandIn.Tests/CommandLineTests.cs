using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

public sealed partial class CommandLineTests
{
    [Fact]
    public void All_options_can_be_given()
    {
        var options = CommandLine.Read(
            ["--port", "18081", "--admin-port=18082", "--secret", "s3cret", "--unlisted", "--unhashed", "--session-cache", "--hash", "sha256", "--state", "s", "--load", "l"]);

        Assert.Equal((18081, 18082, "s3cret"), (options.Port, options.AdminPort, options.Secret));
        Assert.True(options is { Unlisted: true, Unhashed: true, SessionCache: true, Hash: HashFunction.Sha256, StateFolder: "s", LoadFolder: "l" });
        Assert.DoesNotContain("s3cret", options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port", "1")]
    [InlineData("--secret", "s3cret", "--colour", "blue")]
    [InlineData("--secret")]
    [InlineData("--secret", "s3cret", "--port", "70000")]
    public void What_can_not_be_meant_is_refused(params string[] args) => Assert.Throws<ValidationException>(() => CommandLine.Read(args));

    [Fact]
    public async Task Alone_it_says_where_it_listens_and_keeps_its_keys_when_killed()
    {
        var folder = Directory.CreateTempSubdirectory("tyk-stand-in").FullName;
        try
        {
            using (var first = await Process(folder))
            {
                await first.Tyk.SetUp();
                await first.Tyk.CreateKey("some-key");
            }

            using var second = await Process(folder);
            Assert.True((await second.Tyk.Call("some-key")).IsSuccessStatusCode);
            Assert.DoesNotContain("s3cret", second.Said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<Running> Process(string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } dotnet && Path.GetFileNameWithoutExtension(dotnet) == "dotnet" ? dotnet : "dotnet")
        {
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])[typeof(StandIn).Assembly.Location, "--secret", "s3cret", "--state", folder]) start.ArgumentList.Add(argument);
        var process = System.Diagnostics.Process.Start(start)!;
        var said = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) ?? "";
        return new(process, new(new(FirstAddress().Match(said).Value), "s3cret"), said);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex FirstAddress();

    sealed record Running(Process Process, Operator Tyk, string Said) : IDisposable
    {
        public void Dispose()
        {
            Tyk.Dispose();
            Process.Kill();
            Process.WaitForExit();
            Process.Dispose();
        }
    }
}
