using System.Diagnostics;
using k8s;
using k8s.Models;
using Xunit;

namespace DevPortal.Kubernetes.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"devportal-kubernetes-{Guid.NewGuid():N}");

    [Fact]
    public async Task The_command_writes_all_files_and_keeps_secrets_to_itself_and_for_the_next_time()
    {
        Assert.Equal(0, (await RunAsync("--registry", "ghcr.io/acme", "--tag", "1.0.0")).Status);
        var secret = await File.ReadAllTextAsync(Path.Combine(folder, Deployment.SecretFile), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await RunAsync("--registry", "ghcr.io/acme", "--tag", "1.1.0")).Status);

        Assert.Equal(secret, await File.ReadAllTextAsync(Path.Combine(folder, Deployment.SecretFile), TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, Deployment.SecretFile)));
        var gateway = KubernetesYaml.LoadAllFromString(await File.ReadAllTextAsync(Path.Combine(folder, "programs/gateway.yaml"), TestContext.Current.CancellationToken), null, strict: true);
        Assert.Equal("ghcr.io/acme/devportal-gateway:1.1.0", gateway.OfType<V1Deployment>().Single().Spec.Template.Spec.Containers[0].Image);
    }

    [Fact]
    public async Task With_servers_of_others_the_trial_servers_are_gone_and_the_Secret_to_be_made_is_named()
    {
        await RunAsync("--registry", "ghcr.io/acme", "--tag", "1");
        var (status, output) = await RunAsync("--registry", "ghcr.io/acme", "--tag", "1", "--external");

        Assert.Equal(0, status);
        Assert.Contains("devportal-connections", output, StringComparison.Ordinal);
        Assert.Contains("identitydb", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories), file => file.EndsWith("postgres.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_manifest_does_not_know_is_refused_in_one_line()
    {
        var (status, output) = await RunAsync("--registry", "ghcr.io/acme", "--tag", "1", "--parameter", "tky-url=http://x");

        Assert.Equal(1, status);
        Assert.Equal("The manifest has no parameter 'tky-url'.", output.Trim());
    }

    [Fact]
    public async Task Every_option_of_its_help_is_taken()
    {
        string[] arguments =
        [
            "--registry", "ghcr.io/acme", "--tag", "1", "--external", "--secret", "vault", "--connections-secret", "servers", "--parameter", "public-url=https://portal.example.com",
            "--parameter", "tyk-path=/dump", "--replicas", "3", "--ingress-class", "nginx", "--ingress-namespace", "ingress", "--metrics-namespace", "monitoring", "--tyk-network", "10.2.0.0/24",
            "--tyk-namespace", "tyk", "--tyk-dump-claim", "dump", "--otlp-endpoint", "http://collector.monitoring:4317", "--otlp-namespace", "monitoring", "--otlp-network", "10.3.0.0/24",
            "--servers-network", "10.4.0.0/24", "--trusted-proxies", "10.244.0.0/16", "--storage", "1Gi", "--manifest", "aspire-manifest.json",
        ];

        var (status, output) = await RunAsync(arguments);

        Assert.True(status == 0, output);
        var explained = (await RunAsync("--help")).Output.Split('\n').Select(line => line.Trim().Split(' ')[0]).Where(word => word.StartsWith("--", StringComparison.Ordinal) && word is not ("--version" or "--output"));
        Assert.Equal(explained.Order(), arguments.Where(argument => argument.StartsWith("--", StringComparison.Ordinal)).Distinct().Order());
    }

    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private async Task<(int Status, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DevPortal.Kubernetes.dll"), "kubernetes", .. arguments, "--output", folder])
        {
            WorkingDirectory = Deployed.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
