using DevPortal.Testing;
using DevPortal.TykStandIn;
using Xunit;

namespace DevPortal.Credentials.Tests;

public sealed class SourceCheckTests(Servers servers)
{
    [Theory]
    [InlineData(true, HashFunction.Sha256, "hash_keys: true")]
    [InlineData(false, HashFunction.Legacy, "hash_key_function: sha256")]
    public async Task Source_that_does_not_hash_or_hashes_to_8_digits_is_refused_with_the_remedy(bool unhashed, HashFunction hash, string remedy)
    {
        await using var portal = await Portal.StartAsync(servers, gateway => (gateway.Unhashed, gateway.Hash) = (unhashed, hash));
        var issued = await portal.IssueAsync();

        var waiting = await issued.UntilAsync(view => view.WaitingFor is not null);
        Assert.Contains(remedy, waiting.WaitingFor, StringComparison.Ordinal);
        Assert.Empty(issued.Keys);
        using var anonymous = portal.Client();
        var health = "";
        await Poll.UntilAsync(async () => (health = await anonymous.GetStringAsync("/health")).Contains(remedy, StringComparison.Ordinal), () => health);
        Assert.Contains("\"Degraded\"", health, StringComparison.Ordinal);
    }
}
