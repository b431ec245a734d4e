namespace DevPortal.AppHost;

/// <summary>
/// What a run on a developer's machine has and a deployment never: Tyk's stand-in with the sample policies, and accounts made
/// through the public API. Made only in run mode, by the one line in Program.cs that asks for it.
/// </summary>
internal sealed class DemoRun
{
    /// <summary>Where samples/frontend is served from.</summary>
    public const string Frontend = "http://localhost:5173";

    private const string StandInPort = "8081";

    private readonly IDistributedApplicationBuilder builder;
    private readonly string state;
    private readonly IResourceBuilder<ProjectResource> standIn;

    public DemoRun(IDistributedApplicationBuilder builder)
    {
        this.builder = builder;
        state = Path.Combine(builder.AppHostDirectory, "..", ".devportal", "apphost");
        Directory.CreateDirectory(state);
        standIn = builder.AddProject<Projects.TykStandIn>("tyk-stand-in")
            .WithArgs(
                "--port", StandInPort, "--secret", TykSecret, "--state", Path.Combine(state, "tyk"),
                "--load", Path.Combine(builder.AppHostDirectory, "..", "samples", "tyk"));
    }

    public string TykUrl => $"http://localhost:{StandInPort}";

    /// <summary>Of a gateway that only this machine reaches.</summary>
    public string TykSecret => "stand-in-on-this-machine";

    /// <summary>The organisation of samples/tyk.</summary>
    public string TykOrgId => "5f0c1a2b3c4d5e6f70819203";

    /// <summary>Fills the empty portal, and shows the accounts on identity's sign-in page.</summary>
    public void Fill(
        IResourceBuilder<ProjectResource> identity,
        IResourceBuilder<ProjectResource> tykSync,
        IResourceBuilder<ProjectResource> gateway,
        IResourceBuilder<ParameterResource> publicUrl,
        IResourceBuilder<ParameterResource> bootstrapToken)
    {
        var accounts = Path.Combine(state, "accounts.json");
        var token = Path.Combine(state, "bootstrap-token");

        identity.WithEnvironment("SignIn__Shortcuts", accounts);
        tykSync.WaitFor(standIn);
        builder.AddProject<Projects.Demo>("demo")
            .WithArgs(async context =>
            {
                await WriteSecretAsync(token, await bootstrapToken.Resource.GetValueAsync(context.CancellationToken), context.CancellationToken);
                string[] arguments =
                [
                    "fill",
                    "--address", await publicUrl.Resource.GetValueAsync(context.CancellationToken) ?? "",
                    "--bootstrap-token-file", token,
                    "--accounts-file", accounts,
                ];
                foreach (var argument in arguments) context.Args.Add(argument);
            })
            .WaitFor(gateway);
    }

    private static async Task WriteSecretAsync(string file, string? secret, CancellationToken ct)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(file, options);
        await writer.WriteAsync(secret.AsMemory(), ct);
    }
}
