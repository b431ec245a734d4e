namespace DevPortal.AppHost;

/// <summary>One Tyk that products, plans and keys live at, as parameters.</summary>
internal sealed record TykSource(
    IResourceBuilder<ParameterResource> Kind,
    IResourceBuilder<ParameterResource> Url,
    IResourceBuilder<ParameterResource> Secret,
    IResourceBuilder<ParameterResource> OrgId,
    IResourceBuilder<ParameterResource> PublicUrl,
    IResourceBuilder<ParameterResource> Path);

internal static class TykSourceExtensions
{
    public static IResourceBuilder<ProjectResource> WithTykSource(this IResourceBuilder<ProjectResource> project, string name, TykSource source) =>
        project
            .WithEnvironment($"Tyk__Sources__{name}__Kind", source.Kind)
            .WithEnvironment($"Tyk__Sources__{name}__Url", source.Url)
            .WithEnvironment($"Tyk__Sources__{name}__Secret", source.Secret)
            .WithEnvironment($"Tyk__Sources__{name}__OrgId", source.OrgId)
            .WithEnvironment($"Tyk__Sources__{name}__PublicUrl", source.PublicUrl)
            .WithEnvironment($"Tyk__Sources__{name}__Path", source.Path);
}
