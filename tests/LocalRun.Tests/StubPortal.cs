using System.Net.Http.Json;
using System.Text.Json;
using DevPortal.Testing;

namespace DevPortal.LocalRun.Tests;

/// <summary>A manifest of one service that is quickly up, and a state folder for its runs.</summary>
internal sealed class StubPortal : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("devportal-localrun-").FullName;

    public StubPortal(params string[] servers)
    {
        // The servers' own users must get through to their data.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        var resources = new Dictionary<string, object>
        {
            ["greeting"] = Parameter(new { type = "string", @default = new { value = "hello" } }),
            ["password"] = Parameter(new { type = "string", secret = true }),
            ["stub"] = new
            {
                type = "project.v0",
                path = Repository.Path("tests", "StubService", "StubService.csproj"),
                env = new Dictionary<string, string> { ["HTTP_PORTS"] = "{stub.bindings.http.targetPort}", ["Greeting"] = "{greeting.inputs.value}", ["services__some-stub__http__0"] = "{stub.bindings.http.url}", ["Password"] = "{password.inputs.value}" },
                bindings = new { http = new { scheme = "http", protocol = "tcp", transport = "http", external = true } },
            },
        };
        foreach (var server in servers) resources[server] = Server(server);
        Manifest = Path.Combine(folder, "manifest.json");
        File.WriteAllText(Manifest, JsonSerializer.Serialize(new { resources }));
    }

    public string Manifest { get; }

    public string State => Path.Combine(folder, "state");

    public int Port { get; } = Ports.Free();

    public PortalRunOptions Options => new(Manifest, State, Port) { Patience = TimeSpan.FromMinutes(2) };

    public Task<PortalRun> StartAsync(CancellationToken ct) => PortalRun.StartAsync(Options, _ => { }, ct);

    public async Task<int> ProcessAsync(CancellationToken ct)
    {
        using var client = new HttpClient();
        return await client.GetFromJsonAsync<int>(new Uri($"http://127.0.0.1:{Port}/process"), ct);
    }

    public async Task<Dictionary<string, string>> EnvironmentAsync(CancellationToken ct)
    {
        using var client = new HttpClient();
        return (await client.GetFromJsonAsync<Dictionary<string, string>>(new Uri($"http://127.0.0.1:{Port}/environment"), ct))!;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static object Parameter(object value) => new { type = "parameter.v0", inputs = new { value } };

    private static object Server(string name) => new
    {
        type = "container.v0",
        image = $"docker.io/library/{name}:1.0",
        env = name == "postgres"
            ? new Dictionary<string, string> { ["POSTGRES_USER"] = "ann", ["POSTGRES_PASSWORD"] = "{password.inputs.value}" }
            : new Dictionary<string, string> { ["RABBITMQ_DEFAULT_USER"] = "ann", ["RABBITMQ_DEFAULT_PASS"] = "{password.inputs.value}" },
        bindings = new { tcp = new { scheme = "tcp", protocol = "tcp", transport = "tcp", targetPort = 1 } },
    };
}
