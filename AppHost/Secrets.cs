namespace DevPortal.AppHost;

internal static class Secrets
{
    /// <summary>A secret that whoever deploys makes or gets made once, and keeps.</summary>
    public static IResourceBuilder<ParameterResource> AddGeneratedSecret(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, Generated(), secret: true, persist: true);

    /// <summary>A secret that is asked for at deployment; a run on a developer's machine makes one and keeps it in the user secrets.</summary>
    public static IResourceBuilder<ParameterResource> AddSecret(this IDistributedApplicationBuilder builder, string name) =>
        builder.ExecutionContext.IsRunMode ? builder.AddGeneratedSecret(name) : builder.AddParameter(name, secret: true);

    private static GenerateParameterDefault Generated() => new() { MinLength = 40, Special = false };
}
