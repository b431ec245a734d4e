using System.CommandLine;
using System.CommandLine.Help;
using DevPortal.Kubernetes;
using DevPortal.Manifest;
using k8s;
using k8s.Models;

var registry = new Option<string>("--registry") { Description = "Where the images are: ghcr.io/acme.", Required = true };
var tag = new Option<string>("--tag") { Description = "The images' tag.", Required = true };
var output = new Option<string>("--output") { Description = "A folder for the files; secrets in it are taken over.", Required = true };
var manifestFile = new Option<string>("--manifest") { Description = "The manifest.", DefaultValueFactory = _ => "aspire-manifest.json" };
var external = new Option<bool>("--external") { Description = "PostgreSQL and RabbitMQ are there; connection strings come from a Secret." };
var secret = new Option<string?>("--secret") { Description = "A Secret that exists, instead of one that is written." }.Named();
var connections = new Option<string>("--connections-secret") { Description = "With --external: the Secret with the connection strings.", DefaultValueFactory = _ => "devportal-connections" }.Named();
var parameters = new Option<string[]>("--parameter") { Description = "name=value; secrets better as DEVPORTAL_… in the environment." };
var replicas = new Option<int>("--replicas") { Description = "Replicas of each program.", DefaultValueFactory = _ => 2 };
var ingressClass = new Option<string?>("--ingress-class") { Description = "Class of the Ingress." }.Named();
var ingressNamespace = new Option<string?>("--ingress-namespace") { Description = "Namespace of the ingress controller, the only one that may call the gateway." }.Named();
var metricsNamespace = new Option<string?>("--metrics-namespace") { Description = "Namespace of Prometheus, the only one that may read metrics." }.Named();
var tykNetwork = new Option<string>("--tyk-network") { Description = "Network of Tyk's control API (CIDR).", DefaultValueFactory = _ => "0.0.0.0/0" }.Networks();
var tykNamespace = new Option<string?>("--tyk-namespace") { Description = "Namespace of Tyk, if it is in the cluster." }.Named();
var tykDump = new Option<string?>("--tyk-dump-claim") { Description = "A PersistentVolumeClaim with a dump of Tyk, mounted at the parameter tyk-path." }.Named();
var otlpEndpoint = new Option<string?>("--otlp-endpoint") { Description = "An OpenTelemetry collector that takes OTLP over gRPC: http://collector.monitoring:4317." };
var otlpNamespace = new Option<string?>("--otlp-namespace") { Description = "Namespace of the collector, if it is in the cluster." }.Named();
var otlpNetwork = new Option<string>("--otlp-network") { Description = "Network of the collector (CIDR).", DefaultValueFactory = _ => "0.0.0.0/0" }.Networks();
var serversNetwork = new Option<string>("--servers-network") { Description = "With --external: network of the servers (CIDR).", DefaultValueFactory = _ => "0.0.0.0/0" }.Networks();
var trustedProxies = new Option<string?>("--trusted-proxies") { Description = "Networks of the ingress controller, whose X-Forwarded-For is believed." }.Networks();
var storage = new Option<string>("--storage") { Description = "Size of each trial server's volume.", DefaultValueFactory = _ => "10Gi" };

var command = new Command("kubernetes", "Turns the manifest into YAML for Kubernetes.")
{
    registry, tag, output, manifestFile, external, secret, connections, parameters, replicas, ingressClass, ingressNamespace, metricsNamespace,
    tykNetwork, tykNamespace, tykDump, otlpEndpoint, otlpNamespace, otlpNetwork, serversNetwork, trustedProxies, storage,
};
command.SetAction(Run);

try
{
    return new Command("./devportal") { new HelpOption(), command }.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception expected) when (expected is InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(expected.Message);
    return 1;
}

int Run(ParseResult parsed)
{
    var manifest = AppManifest.Load(parsed.GetRequiredValue(manifestFile));
    var folder = parsed.GetRequiredValue(output);
    var options = new DeployOptions(parsed.GetRequiredValue(registry), parsed.GetRequiredValue(tag))
    {
        External = parsed.GetValue(external),
        Secret = parsed.GetValue(secret),
        ConnectionsSecret = parsed.GetRequiredValue(connections),
        Parameters = Given(manifest, parsed.GetValue(parameters) ?? []),
        Replicas = parsed.GetValue(replicas),
        IngressClass = parsed.GetValue(ingressClass),
        IngressNamespace = parsed.GetValue(ingressNamespace),
        MetricsNamespace = parsed.GetValue(metricsNamespace),
        TykNetwork = parsed.GetRequiredValue(tykNetwork),
        TykNamespace = parsed.GetValue(tykNamespace),
        TykDumpClaim = parsed.GetValue(tykDump),
        OtlpEndpoint = parsed.GetValue(otlpEndpoint),
        OtlpNamespace = parsed.GetValue(otlpNamespace),
        OtlpNetwork = parsed.GetRequiredValue(otlpNetwork),
        ServersNetwork = parsed.GetRequiredValue(serversNetwork),
        TrustedProxies = parsed.GetValue(trustedProxies),
        Storage = parsed.GetRequiredValue(storage),
    };
    var deployment = Deployment.Of(manifest, options, Kept(folder));
    Write(folder, deployment);

    Console.WriteLine($"Written to {folder}: {string.Join(", ", deployment.Files.Keys.Select(path => path.Split('/')[0]).Where(path => !path.Contains('.', StringComparison.Ordinal)).Distinct())}.");
    if (deployment.Files.ContainsKey(Deployment.SecretFile)) Console.WriteLine($"{Deployment.SecretFile} holds secrets: keep it where nobody reads it, and keep it, a second run takes them over.");
    if (deployment.Connections.Count > 0) Console.WriteLine($"Make the Secret {options.ConnectionsSecret} with the keys {string.Join(", ", deployment.Connections)}: a connection string each.");
    Console.WriteLine("Order of applying, and what to watch: docs/kubernetes.md");
    return 0;
}

// Connection strings too, which are no parameters.
static Dictionary<string, string> Given(AppManifest manifest, IEnumerable<string> arguments)
{
    var given = manifest.Resources.Keys
        .Select(name => (name, Value: Environment.GetEnvironmentVariable(Parameters.Variable(name))))
        .Where(entry => entry.Value is not null)
        .ToDictionary(entry => entry.name, entry => entry.Value!);
    foreach (var argument in arguments)
    {
        if (argument.Split('=', 2) is not [var name, var value]) throw new InvalidDataException($"--parameter takes name=value, not '{argument}'.");
        if (name.EndsWith("-url", StringComparison.Ordinal) && value.Length > 0 && !(Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            throw new InvalidDataException($"--parameter {name} takes an http or https address, not '{value}'.");
        given[name] = value;
    }

    return given;
}

static Dictionary<string, string> Kept(string folder)
{
    var file = Path.Combine(folder, Deployment.SecretFile);
    return File.Exists(file) ? KubernetesYaml.Deserialize<V1Secret>(File.ReadAllText(file)).StringData.ToDictionary() : [];
}

static void Write(string folder, Deployment deployment)
{
    // What this run does not write any more must not be applied with it; but secrets are nowhere else.
    foreach (var old in new[] { "settings", "servers", "schema", "programs" }.Select(part => Path.Combine(folder, part)).Where(Directory.Exists))
    {
        foreach (var file in Directory.EnumerateFiles(old, "*.yaml").Where(file => !deployment.Files.ContainsKey(Path.GetRelativePath(folder, file)) && !HoldsSecrets(File.ReadAllText(file)))) File.Delete(file);
    }

    foreach (var (path, content) in deployment.Files)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var mode = HoldsSecrets(content) ? UnixFileMode.UserRead | UnixFileMode.UserWrite : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (!OperatingSystem.IsWindows() && File.Exists(file)) File.SetUnixFileMode(file, mode);
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = mode;
        using var writer = new StreamWriter(file, how);
        writer.Write(content);
    }
}

static bool HoldsSecrets(string yaml) => yaml.Contains("kind: Secret\n", StringComparison.Ordinal);
