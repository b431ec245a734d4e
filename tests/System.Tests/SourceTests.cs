using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using DevPortal.Testing;
using DevPortal.TykStandIn;
using Xunit;

namespace DevPortal.SystemTests;

public sealed class SourceTests
{
    const string Organisation = "5f0c1a2b3c4d5e6f70819203";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_that_does_not_hash_or_hashes_to_8_digits_is_refused_with_reason_and_remedy_until_it_is_mended()
    {
        var port = Ports.Free();
        var options = new StandInOptions { Port = port, Secret = "the-secret-of-a-test", LoadFolder = Repository.Path("samples", "tyk") };
        var parameters = new Dictionary<string, string>
        {
            ["tyk-url"] = $"http://127.0.0.1:{port}",
            ["tyk-public-url"] = $"http://localhost:{port}",
            ["tyk-secret"] = options.Secret,
            ["tyk-org-id"] = Organisation,
        };

        var tyk = await StandIn.StartAsync(With(unhashed: true));
        try
        {
            await using var portal = await Portal.StartAsync("source", Ct, run => run with { Parameters = parameters });
            using var cast = await portal.AssembleAsync(Ct);
            using var caller = new TykCaller(null);
            var scene = await Scene.SetAsync(cast, caller, Ct);
            var request = await scene.AskAsync("At a gateway that does not hash", Ct);
            await scene.ApproveAsync(request, Ct);

            await RefusedAsync("does not hash", "hash_keys: true");
            await tyk.DisposeAsync();
            tyk = await StandIn.StartAsync(With(hash: HashFunction.Legacy));
            await RefusedAsync("32 bits", "hash_key_function: sha256");
            Assert.DoesNotContain(tyk.Keys, IsACredentials);
            await tyk.DisposeAsync();
            tyk = await StandIn.StartAsync(With(hash: HashFunction.Sha256));

            var provisioned = await scene.UntilProvisionedAsync(request, Ct);
            var key = Assert.Single(tyk.Keys, IsACredentials);
            Assert.Equal($"{provisioned.Credential!.Id}", key.MetaData["CredentialID"]);
            await portal.Broker.UntilQuietAsync(Ct);

            async Task RefusedAsync(string reason, string remedy)
            {
                var waiting = await scene.UntilAsync(
                    request, seen => seen.Credential?.WaitingFor?.Contains(reason, StringComparison.Ordinal) == true, $"the request waits because the gateway '{reason}'", Ct);
                Assert.Contains(remedy, waiting.Credential!.WaitingFor, StringComparison.Ordinal);
                using var http = new HttpClient();
                var health = await http.GetFromJsonAsync<JsonObject>(portal.HealthAddressOf("credentials"), Ct);
                Assert.Contains(reason, health!["checks"]!["tyk"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);
            }
        }
        finally
        {
            await tyk.DisposeAsync();
        }

        StandInOptions With(bool unhashed = false, HashFunction hash = HashFunction.Murmur64) =>
            new() { Port = options.Port, Secret = options.Secret, LoadFolder = options.LoadFolder, Unhashed = unhashed, Hash = hash };

        static bool IsACredentials(StoredKey key) => key.MetaData.ContainsKey("CredentialID");
    }
}
