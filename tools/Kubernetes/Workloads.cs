using DevPortal.Manifest;
using k8s;
using k8s.Models;

namespace DevPortal.Kubernetes;

/// <summary>One program of the manifest: Deployment, Service, disruption budget, and the Job that makes its schema.</summary>
internal sealed class Workloads(AppManifest manifest, DeployOptions options, Variables variables, Edges edges)
{
    public const int MetricsPort = 9464;

    /// <summary>Component of the pods that make a schema.</summary>
    public const string Schema = "schema";

    /// <summary>The user that .NET's images bring for those who do not want to be root.</summary>
    private const long AppUser = 1654;

    public IEnumerable<IKubernetesObject> Of(string name)
    {
        yield return Deployment(name);
        yield return Service(name);
        yield return new V1PodDisruptionBudget
        {
            ApiVersion = "policy/v1",
            Kind = "PodDisruptionBudget",
            Metadata = Labels.Meta(name, Component(name)),
            Spec = new V1PodDisruptionBudgetSpec { MaxUnavailable = 1, Selector = Select(name) },
        };
        if (Scales(name)) yield return Autoscaler(name);
    }

    /// <summary>A new version's schema: only ever added to, so the version before goes on meanwhile.</summary>
    public V1Job SchemaJob(string name)
    {
        // A Job can't be changed, so each version has its own.
        var job = $"{name}-schema-{Slug(options.Tag)}";
        var labels = Labels.Of($"{name}-schema", Schema, options.Tag);
        var container = Program(name);
        container.Args = ["--migrate-only"];
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = new V1ObjectMeta { Name = job.Length > 63 ? job[..63].TrimEnd('-') : job, Labels = labels },
            Spec = new V1JobSpec
            {
                BackoffLimit = 6,
                ActiveDeadlineSeconds = 900,
                TtlSecondsAfterFinished = 86400,
                Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = labels }, Spec = Pod(container, "OnFailure") },
            },
        };
    }

    /// <summary>Whether it has a database of its own.</summary>
    public bool HasSchema(string name) => edges.From(name).Any(other => manifest.Resources[other].Type == Resource.Database);

    public static bool Scales(string name) => name is "gateway" or "portal";

    private bool IsPublic(string name) => manifest.Resources[name].Bindings.Values.Any(binding => binding.External);

    private string Component(string name) => IsPublic(name) ? "gateway" : name == "portal" ? "website" : "service";

    private V1Deployment Deployment(string name)
    {
        var container = Program(name);
        container.Env =
        [
            .. container.Env,
            new() { Name = "Telemetry__MetricsAddress", Value = $"+:{MetricsPort}" },
            // Ready no more, but still serving, until every proxy has heard of it.
            new() { Name = "Stopping__DrainSeconds", Value = "10" },
            .. options.OtlpEndpoint is { } collector ? [new V1EnvVar { Name = "OTEL_EXPORTER_OTLP_ENDPOINT", Value = collector }] : Array.Empty<V1EnvVar>(),
            .. IsPublic(name) && options.TrustedProxies is { } proxies ? [new V1EnvVar { Name = "TrustedProxies", Value = proxies }] : Array.Empty<V1EnvVar>(),
        ];
        container.Ports = [.. Ports(name).Select(port => new V1ContainerPort { Name = port.Name, ContainerPort = port.Number }), new() { Name = "metrics", ContainerPort = MetricsPort }];
        // A program waits for its database before it listens; five minutes of that are no reason to start it again.
        container.StartupProbe = Probe("/alive", period: 2, failures: 150);
        container.ReadinessProbe = Probe("/health", period: 5, failures: 2);
        container.LivenessProbe = Probe("/alive", period: 10, failures: 3);
        var pod = Pod(container, "Always");
        pod.TerminationGracePeriodSeconds = 45;
        pod.Affinity = Apart(name);
        if (options.TykDumpClaim is { } claim && edges.From(name).Contains("tyk-path")) MountDump(pod, claim);
        return new V1Deployment
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = Labels.Meta(name, Component(name), options.Tag),
            Spec = new V1DeploymentSpec
            {
                // The autoscaler decides, where there is one.
                Replicas = Scales(name) ? null : options.Replicas,
                Selector = Select(name),
                Strategy = new V1DeploymentStrategy { Type = "RollingUpdate", RollingUpdate = new V1RollingUpdateDeployment { MaxUnavailable = 0, MaxSurge = 1 } },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta
                    {
                        Labels = Labels.Of(name, Component(name), options.Tag),
                        Annotations = new Dictionary<string, string> { ["prometheus.io/scrape"] = "true", ["prometheus.io/port"] = $"{MetricsPort}" },
                    },
                    Spec = pod,
                },
            },
        };
    }

    private V1Container Program(string name) => new()
    {
        Name = name,
        Image = $"{options.Registry}/{Labels.Portal}-{name}:{options.Tag}",
        Env = variables.Of(name),
        Resources = new V1ResourceRequirements
        {
            Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m"), ["memory"] = new("192Mi") },
            Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("512Mi") },
        },
        SecurityContext = new V1SecurityContext
        {
            AllowPrivilegeEscalation = false,
            ReadOnlyRootFilesystem = true,
            Capabilities = new V1Capabilities { Drop = ["ALL"] },
        },
        VolumeMounts = [new() { Name = "tmp", MountPath = "/tmp" }],
    };

    private static V1PodSpec Pod(V1Container container, string restart) => new()
    {
        AutomountServiceAccountToken = false,
        // Else every Service of the namespace is in the environment, and configuration is read from there.
        EnableServiceLinks = false,
        RestartPolicy = restart,
        SecurityContext = new V1PodSecurityContext
        {
            RunAsNonRoot = true,
            RunAsUser = AppUser,
            RunAsGroup = AppUser,
            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
        },
        Containers = [container],
        Volumes = [new() { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = new("128Mi") } }],
    };

    /// <exception cref="InvalidDataException">Nobody said where.</exception>
    private void MountDump(V1PodSpec pod, string claim)
    {
        var path = variables.Parameter("tyk-path");
        if (!path.StartsWith('/')) throw new InvalidDataException("--tyk-dump-claim needs --parameter tyk-path=/… : where it is mounted, and the dump lies in it.");
        pod.Volumes.Add(new() { Name = "tyk-dump", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = claim, ReadOnlyProperty = true } });
        pod.Containers[0].VolumeMounts.Add(new() { Name = "tyk-dump", MountPath = path, ReadOnlyProperty = true });
    }

    private V1Service Service(string name) => new()
    {
        ApiVersion = "v1",
        Kind = "Service",
        Metadata = Labels.Meta(name, Component(name)),
        Spec = new V1ServiceSpec
        {
            Selector = Labels.Selector(name),
            Ports = [.. Ports(name).Select(port => new V1ServicePort { Name = port.Name, Port = port.Number, TargetPort = port.Name })],
        },
    };

    private V2HorizontalPodAutoscaler Autoscaler(string name) => new()
    {
        ApiVersion = "autoscaling/v2",
        Kind = "HorizontalPodAutoscaler",
        Metadata = Labels.Meta(name, Component(name)),
        Spec = new V2HorizontalPodAutoscalerSpec
        {
            ScaleTargetRef = new V2CrossVersionObjectReference { ApiVersion = "apps/v1", Kind = "Deployment", Name = name },
            MinReplicas = options.Replicas,
            MaxReplicas = options.Replicas * 4,
            Metrics = [new() { Type = "Resource", Resource = new V2ResourceMetricSource { Name = "cpu", Target = new V2MetricTarget { Type = "Utilization", AverageUtilization = 70 } } }],
        },
    };

    private IEnumerable<(string Name, int Number)> Ports(string name) =>
        manifest.Resources[name].Bindings.Select(binding => (binding.Key, binding.Value.TargetPort ?? Variables.HttpPort));

    private static V1Probe Probe(string path, int period, int failures) => new()
    {
        HttpGet = new V1HTTPGetAction { Path = path, Port = "http" },
        PeriodSeconds = period,
        TimeoutSeconds = 3,
        FailureThreshold = failures,
    };

    private static V1LabelSelector Select(string name) => new() { MatchLabels = Labels.Selector(name) };

    /// <summary>Replicas on different machines, where there are as many.</summary>
    private static V1Affinity Apart(string name) => new()
    {
        PodAntiAffinity = new V1PodAntiAffinity
        {
            PreferredDuringSchedulingIgnoredDuringExecution =
            [
                new() { Weight = 100, PodAffinityTerm = new V1PodAffinityTerm { LabelSelector = Select(name), TopologyKey = "kubernetes.io/hostname" } },
            ],
        },
    };

    private static string Slug(string tag) => string.Concat(tag.ToLowerInvariant().Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign : '-'));
}
