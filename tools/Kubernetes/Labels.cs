using k8s.Models;

namespace DevPortal.Kubernetes;

/// <summary>Names and labels as Kubernetes recommends them.</summary>
internal static class Labels
{
    public const string Portal = "devportal";

    public const string Component = "app.kubernetes.io/component";

    /// <summary>What a pod is found by; it never changes, or a Deployment could not be updated.</summary>
    public static Dictionary<string, string> Selector(string name) => new()
    {
        ["app.kubernetes.io/name"] = name,
        ["app.kubernetes.io/instance"] = Portal,
    };

    public static Dictionary<string, string> Of(string name, string component, string? version = null)
    {
        var labels = Selector(name);
        labels[Component] = component;
        labels["app.kubernetes.io/part-of"] = Portal;
        if (version is not null) labels["app.kubernetes.io/version"] = version;
        return labels;
    }

    public static V1ObjectMeta Meta(string name, string component, string? version = null) => new() { Name = name, Labels = Of(name, component, version) };
}
