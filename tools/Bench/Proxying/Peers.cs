using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DevPortal.LocalRun;

namespace DevPortal.Bench;

/// <summary>The gateway and what it is held against, each in front of the same nginx, which answers all with 2 KB and is identity's keys too.</summary>
sealed class Peers : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly List<RunningProcess> running = [];
    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly string folder = Directory.CreateTempSubdirectory("devportal-bench-").FullName;

    public Uri Gateway { get; } = Somewhere();

    public Uri Yarp { get; } = Somewhere();

    public Uri Nginx { get; } = Somewhere();

    public int YarpProcess { get; private set; }

    public int GatewayProcess { get; private set; }

    Uri Behind { get; } = Somewhere();

    public async Task StartAsync(CancellationToken ct)
    {
        var (point, answer) = (key.ExportParameters(includePrivateParameters: false).Q, JsonSerializer.Serialize(new { items = new string('x', 2_000) }));
        var keys = JsonSerializer.Serialize(new { keys = new[] { new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid = "bench", x = Encoded(point.X!), y = Encoded(point.Y!) } } });
        await NginxAsync("behind", $$"""
            default_type application/json;
            server {
              listen {{Behind.Authority}};
              location = /.well-known/jwks { return 200 '{{keys}}'; }
              location / { return 200 '{{answer}}'; }
            }
            """);
        await NginxAsync("nginx", $$"""
            upstream behind { server {{Behind.Authority}}; keepalive 64; }
            server {
              listen {{Nginx.Authority}};
              location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }
            }
            """);
        YarpProcess = await RunAsync(new("dotnet", [Environment.GetCommandLineArgs()[0], "bare-yarp", Yarp.ToString(), Behind.ToString()], Log("yarp"))
        {
            Folder = Directory.GetCurrentDirectory(),
            // As the gateway has it.
            Environment = new Dictionary<string, string?> { ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" },
        });
        GatewayProcess = await RunAsync(new("dotnet", [Path.GetFullPath("gateway/bin/ReadyToRun/net10.0/DevPortal.Gateway.dll")], Log("gateway"))
        {
            Folder = Path.GetFullPath("gateway"),
            Environment = new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = Gateway.ToString(),
                ["PublicUrl"] = "http://localhost",
                ["PortalSecret"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
                ["Limits__Caller__Burst"] = "1000000",
                ["Limits__Caller__PerSecond"] = "1000000",
            }.Concat(new[] { "identity", "catalog", "provisioning", "credentials", "tyk-sync", "portal" }.Select(service => KeyValuePair.Create<string, string?>($"services__{service}__http__0", Behind.ToString()))).ToDictionary(),
        });
        using var http = new HttpClient();
        foreach (var peer in new[] { Nginx, Yarp, Gateway })
        {
            await Poll.UntilAsync(async () =>
            {
                try
                {
                    using var answered = await http.GetAsync(new Uri(peer, "/alive"), ct);
                    return (int)answered.StatusCode < 500;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            }, Patience, () => $"Nobody answers at {peer}: {string.Join('\n', Directory.GetFiles(folder, "*.log").Select(LogTail.Of))}", ct);
        }
    }

    /// <summary>An access token as identity signs them, for somebody who exists nowhere else.</summary>
    public string Token()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var text = Encoded(new { alg = "ES256", typ = "at+jwt", kid = "bench" }) + "."
            + Encoded(new { iss = "http://localhost/", aud = "devportal", sub = Guid.CreateVersion7(), jti = Guid.NewGuid(), usr_ver = 1, nbf = now, iat = now, exp = now + 3_600 });
        return text + "." + Encoded(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(running)) await process.StopAsync(TimeSpan.FromSeconds(10));
        key.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    async Task NginxAsync(string name, string servers)
    {
        var configuration = Path.Combine(folder, name + ".conf");
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off; worker_processes auto; pid {{Path.Combine(folder, name + ".pid")}}; error_log stderr;
            events { worker_connections 1024; }
            http {
              access_log off; keepalive_requests 1000000000;
              client_body_temp_path {{folder}}; proxy_temp_path {{folder}}; fastcgi_temp_path {{folder}}; uwsgi_temp_path {{folder}}; scgi_temp_path {{folder}};
            {{servers}}
            }
            """);
        await RunAsync(new("nginx", ["-p", folder, "-c", configuration], Log(name)) { StopSignal = Signal.Interrupt });
    }

    async Task<int> RunAsync(Launch launch)
    {
        running.Add(await Launcher.StartAsync(launch));
        return running[^1].Id;
    }

    string Log(string name) => Path.Combine(folder, name + ".log");

    static Uri Somewhere() => new($"http://127.0.0.1:{Ports.Free()}");

    static string Encoded(object claims) => Encoded(JsonSerializer.SerializeToUtf8Bytes(claims));

    static string Encoded(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
