using DevPortal.Manifest;
using k8s;
using k8s.Models;

namespace DevPortal.Kubernetes;

/// <summary>A container of the manifest as a StatefulSet of one: for a trial. Whoever cares for his data has PostgreSQL and RabbitMQ operated.</summary>
internal sealed class TrialServers(AppManifest manifest, DeployOptions options, Variables variables)
{
    private const string Server = "server";

    /// <summary>postgres and rabbitmq in the official images.</summary>
    private const long ServerUser = 999;

    public IEnumerable<IKubernetesObject> Of(string name)
    {
        var resource = manifest.Resources[name];
        var ports = resource.Bindings.Select(binding => (Name: binding.Key, Number: binding.Value.TargetPort ?? throw new InvalidDataException($"The port of {name} is not in the manifest."))).ToList();
        yield return new V1Service
        {
            ApiVersion = "v1",
            Kind = "Service",
            Metadata = Labels.Meta(name, Server),
            Spec = new V1ServiceSpec { ClusterIP = "None", Selector = Labels.Selector(name), Ports = [.. ports.Select(port => new V1ServicePort { Name = port.Name, Port = port.Number, TargetPort = port.Name })] },
        };
        yield return new V1StatefulSet
        {
            ApiVersion = "apps/v1",
            Kind = "StatefulSet",
            Metadata = Labels.Meta(name, Server),
            Spec = new V1StatefulSetSpec
            {
                ServiceName = name,
                Replicas = 1,
                Selector = new V1LabelSelector { MatchLabels = Labels.Selector(name) },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = Labels.Of(name, Server) },
                    Spec = new V1PodSpec
                    {
                        AutomountServiceAccountToken = false,
                        EnableServiceLinks = false,
                        TerminationGracePeriodSeconds = 60,
                        SecurityContext = new V1PodSecurityContext
                        {
                            RunAsNonRoot = true,
                            RunAsUser = ServerUser,
                            RunAsGroup = ServerUser,
                            FsGroup = ServerUser,
                            // Always would open RabbitMQ's cookie to the group at the second start, and RabbitMQ refuses such a cookie.
                            FsGroupChangePolicy = "OnRootMismatch",
                            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
                        },
                        Containers = [Container(name, resource, ports)],
                    },
                },
                VolumeClaimTemplates = [.. resource.Volumes.Select(Claim)],
            },
        };
    }

    private V1Container Container(string name, Resource resource, IReadOnlyList<(string Name, int Number)> ports) => new()
    {
        Name = name,
        Image = resource.Image,
        Env = variables.Of(name),
        Ports = [.. ports.Select(port => new V1ContainerPort { Name = port.Name, ContainerPort = port.Number })],
        ReadinessProbe = new V1Probe { TcpSocket = new V1TCPSocketAction { Port = ports[0].Name }, PeriodSeconds = 5 },
        Resources = new V1ResourceRequirements
        {
            Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("250m"), ["memory"] = new("512Mi") },
            Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("1Gi") },
        },
        SecurityContext = new V1SecurityContext { AllowPrivilegeEscalation = false, Capabilities = new V1Capabilities { Drop = ["ALL"] } },
        // In a folder of its own: PostgreSQL takes no folder that holds lost+found.
        VolumeMounts = [.. resource.Volumes.Select(volume => new V1VolumeMount { Name = volume.Name, MountPath = volume.Target, SubPath = "data" })],
    };

    private V1PersistentVolumeClaim Claim(Volume volume) => new()
    {
        Metadata = new V1ObjectMeta { Name = volume.Name },
        Spec = new V1PersistentVolumeClaimSpec
        {
            AccessModes = ["ReadWriteOnce"],
            Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new(options.Storage) } },
        },
    };
}
