using System.Collections.Concurrent;
using DevPortal.Manifest;

namespace DevPortal.LocalRun;

/// <summary>What is to run, decided from the manifest before anything starts.</summary>
internal sealed class Topology
{
    public const string StandIn = "tyk-stand-in";

    /// <summary>The organisation of samples/tyk, that the stand-in serves.</summary>
    public const string SampleOrganisation = "5f0c1a2b3c4d5e6f70819203";

    /// <summary>Where samples/frontend is served from when somebody tries it.</summary>
    public const string Frontend = "http://localhost:5173";

    private readonly AppManifest manifest;
    private readonly PortalRunOptions options;
    private readonly StateFolder state;
    private readonly PortMap ports;
    private readonly Dictionary<string, Endpoint> endpoints;
    private readonly IReadOnlyDictionary<string, string> given;
    private readonly ConcurrentDictionary<string, int> metrics = new();
    private readonly IReadOnlyDictionary<string, string> parameters;

    public Topology(AppManifest manifest, PortalRunOptions options, StateFolder state)
    {
        this.manifest = manifest;
        this.options = options;
        this.state = state;
        given = TykChoice.Apply(state, options.Parameters);

        HasStandIn = IsEmpty("tyk-url") && IsEmpty("tyk-path") && manifest.Resources.ContainsKey("tyk-url");
        StandInPort = options.GatewayPort + 1;
        ports = new(state, options.GatewayPort, StandInPort);
        StandInAdminPort = HasStandIn ? ports.For($"{StandIn}/admin") : 0;
        endpoints = manifest.Resources
            .SelectMany(resource => resource.Value.Bindings, (resource, binding) => (Key: $"{resource.Key}/{binding.Key}", Binding: binding.Value))
            .ToDictionary(entry => entry.Key, entry => new Endpoint(entry.Binding.Scheme, "127.0.0.1", entry.Binding.External ? options.GatewayPort : ports.For(entry.Key)));
        parameters = DecideParameters();
        Resolver = new(manifest, parameters, endpoints);
        Servers = [.. manifest.OfType(Resource.Container).Select(entry => (entry.Name, Server(entry.Name, entry.Resource)))];
        Programs = [.. Services()];
    }

    public Resolver Resolver { get; }

    public bool HasStandIn { get; }

    public int StandInPort { get; }

    public int StandInAdminPort { get; }

    public IReadOnlyList<(string Name, IProgram Program)> Servers { get; }

    /// <summary><c>NeedsServers</c>: it is given a connection string.</summary>
    public IReadOnlyList<(string Name, IProgram Program, string HealthAddress, bool NeedsServers)> Programs { get; }

    public string Parameter(string name) =>
        parameters.TryGetValue(name, out var value) ? value : throw new ArgumentException($"The manifest has no parameter '{name}'.", nameof(name));

    private bool IsEmpty(string parameter) => string.IsNullOrEmpty(given.GetValueOrDefault(parameter));

    private IReadOnlyDictionary<string, string> DecideParameters()
    {
        var kept = PrivateFile.ReadJson<Dictionary<string, string>>(state.Secrets) ?? [];
        var suggested = new Dictionary<string, string>();
        if (manifest.Resources.ContainsKey("public-url")) suggested["public-url"] = $"http://localhost:{options.GatewayPort}";
        if (HasStandIn)
        {
            kept.TryAdd(StandIn, Parameters.Make(new()));
            suggested["tyk-url"] = $"http://127.0.0.1:{StandInPort}";
            suggested["tyk-public-url"] = $"http://localhost:{StandInPort}";
            suggested["tyk-secret"] = kept[StandIn];
            suggested["tyk-org-id"] = SampleOrganisation;
            if (manifest.Resources.ContainsKey("frontend-origins")) (suggested["frontend-origins"], suggested["frontend-redirect-uris"]) = (Frontend, $"{Frontend}/");
        }

        // An empty value given for the source is the same as none.
        var meant = given.Where(parameter => !HasStandIn || !suggested.ContainsKey(parameter.Key) || parameter.Value.Length > 0).ToDictionary();
        var (values, made) = Parameters.Decide(manifest, meant, kept, suggested);
        PrivateFile.WriteJson(state.Secrets, made);
        return values;
    }

    private IProgram Server(string name, Resource container)
    {
        var image = container.Image!.Split('/')[^1].Split(':')[0];
        var environment = Resolver.Environment(name);
        var port = endpoints[$"{name}/tcp"].Port;
        ServerOptions Options(string user, string password) =>
            new(Path.Combine(state.Data, name), port, environment[user], environment[password]) { Log = state.Log(name) };

        return image switch
        {
            "postgres" => new NativePostgres(Options("POSTGRES_USER", "POSTGRES_PASSWORD")),
            "rabbitmq" => new NativeRabbitMq(Options("RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS"), ports.For($"{name}/epmd"), ports.For($"{name}/distribution")),
            _ => throw new CannotRunException($"The manifest's container '{name}' is of the image '{container.Image}', which cannot be run without containers: only postgres and rabbitmq can."),
        };
    }

    private IEnumerable<(string, IProgram, string, bool)> Services()
    {
        if (HasStandIn)
        {
            string[] arguments =
            [
                "--port", $"{StandInPort}", "--admin-port", $"{StandInAdminPort}",
                "--state", state.StandIn, "--load", Path.Combine(manifest.Folder, "samples", "tyk"), .. options.StandInArguments,
            ];
            yield return (StandIn, new DotNetProgram(Path.Combine(manifest.Folder, "tools", "TykStandIn", "TykStandIn.csproj"), arguments, new Dictionary<string, string> { ["TykStandIn__Secret"] = Parameter("tyk-secret") }, state.Log(StandIn)), $"http://127.0.0.1:{StandInPort}/hello", false);
        }

        foreach (var (service, project) in manifest.OfType(Resource.Project))
        {
            for (var replica = 1; replica <= options.Replicas; replica++)
            {
                var name = Replica(service, replica);
                var urls = project.Bindings.Keys.Select(binding => Url(service, binding, replica)).ToList();
                var environment = WithReplicas(Resolver.Environment(service)).ToDictionary();
                // The manifest's HTTP_PORTS would make it listen on every address of the machine.
                environment.Remove("HTTP_PORTS");
                environment["ASPNETCORE_URLS"] = string.Join(';', urls);
                environment["Telemetry__SpanFile"] = state.Spans(name);
                environment["Telemetry__MetricsAddress"] = MetricsAddress(name);
                // Where others serve meanwhile, one that is stopped lets them know first.
                if (options.Replicas > 1) environment["Stopping__DrainSeconds"] = "6";
                if (service == "identity" && HasStandIn) environment["SignIn__Shortcuts"] = state.Accounts;
                yield return (name, new DotNetProgram(Path.Combine(manifest.Folder, project.Path!), [], environment, state.Log(name)), $"{urls[0]}/health",
                    environment.Keys.Any(key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal)));
            }
        }
    }

    /// <summary>Where Prometheus reads each service's metrics, by the program's name.</summary>
    public IEnumerable<(string Name, string Service, string Address)> Metrics =>
        from project in manifest.OfType(Resource.Project)
        from replica in Enumerable.Range(1, options.Replicas)
        let name = Replica(project.Name, replica)
        select (name, project.Name, MetricsAddress(name));

    private string MetricsAddress(string program) => $"127.0.0.1:{metrics.GetOrAdd(program, name => ports.For($"{name}/metrics"))}";

    private static string Replica(string service, int number) => number == 1 ? service : $"{service}-{number}";

    private string Url(string service, string binding, int replica) =>
        (replica == 1 ? endpoints[$"{service}/{binding}"] : endpoints[$"{service}/{binding}"] with { Port = ports.For($"{Replica(service, replica)}/{binding}") }).Url;

    /// <summary>Whoever calls a service by <c>services__name__binding__0</c> is told of its other replicas too.</summary>
    private IEnumerable<KeyValuePair<string, string>> WithReplicas(IEnumerable<KeyValuePair<string, string>> environment)
    {
        foreach (var entry in environment)
        {
            yield return entry;
            if (entry.Key.Split("__") is not ["services", var service, var binding, "0"]) continue;
            for (var replica = 2; replica <= options.Replicas; replica++)
                yield return KeyValuePair.Create($"services__{service}__{binding}__{replica - 1}", Url(service, binding, replica));
        }
    }
}
