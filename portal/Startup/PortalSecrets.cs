using System.ComponentModel.DataAnnotations;

namespace DevPortal.Portal.Startup;

/// <summary>The secret parameters of the portal. It does not start without them.</summary>
public sealed record PortalSecrets
{
    /// <summary>Seals sessions and the key ring in the database.</summary>
    [Required, MinLength(16)]
    public string SealKey { get; init; } = "";

    /// <summary>Proves to the gateway that it is the portal that calls for a visitor.</summary>
    [Required, MinLength(16)]
    public string PortalSecret { get; init; } = "";

    public override string ToString() => nameof(PortalSecrets);
}
