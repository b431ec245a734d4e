using DevPortal.Tyk;

namespace DevPortal.Credentials;

/// <summary>Whose key it is that was read at the gateway. Any other than ours is never touched.</summary>
static class KeyOfOurs
{
    public static bool IsOurs(this KeySession session, Installation installation, Guid credential) =>
        session.MetaData.GetValueOrDefault(KeyMeta.PortalId) == installation.PortalId.ToString()
        && session.MetaData.GetValueOrDefault(KeyMeta.CredentialId) == credential.ToString();

    /// <summary>Opens nothing, and still says whose it is.</summary>
    public static KeySpec Powerless(Installation installation, Guid credential, string orgId) => KeySpec.ExpiredAndPowerless(orgId) with
    {
        MetaData = new Dictionary<string, string> { [KeyMeta.PortalId] = installation.PortalId.ToString(), [KeyMeta.CredentialId] = credential.ToString() },
    };
}
