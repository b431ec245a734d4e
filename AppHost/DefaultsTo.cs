using Aspire.Hosting.Publishing;

namespace DevPortal.AppHost;

/// <summary>
/// A parameter's default that configuration may override, also in run mode, and that the manifest names. Aspire's own
/// overload for a constant reads no configuration.
/// </summary>
internal sealed class DefaultsTo(string value) : ParameterDefault
{
    public override string GetDefaultValue() => value;

    public override void WriteToManifest(ManifestPublishingContext context) => context.Writer.WriteString("value", value);
}
