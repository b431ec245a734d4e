using System.Runtime.CompilerServices;
using DevPortal.Tyk;
using DevPortal.TykCheck;
using DevPortal.TykStandIn;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace DevPortal.Tests.Tyk;

public sealed class CheckGatewayTests
{
    private const string Org = "5f0c1a2b3c4d5e6f70819203";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_as_it_should_be_is_good_and_keeps_no_key_of_the_check()
    {
        await using var tyk = await StartAsync(new());

        var findings = await CheckAsync(tyk);

        Assert.DoesNotContain(findings, finding => finding.Verdict == Verdict.Bad);
        foreach (var code in new[] { "reachable", "secret", "organisation", "policy-kinds", "hash_keys", "close_connections", "enable_hashed_keys_listing", "disable_key_actions_by_username", "key-delete" })
            Assert.Equal(Verdict.Good, findings.Single(finding => finding.Code == code).Verdict);
        Assert.Contains("murmur64", findings.Single(finding => finding.Code == "hash_keys").Words, StringComparison.Ordinal);
        Assert.Empty(tyk.Keys);
    }

    [Theory]
    [InlineData(true, HashFunction.Murmur64, "keys-not-hashed")]
    [InlineData(false, HashFunction.Murmur32, "key-hash-too-short")]
    public async Task A_gateway_whose_keys_have_no_safe_handle_is_refused_with_what_to_set(bool unhashed, HashFunction hash, string code)
    {
        await using var tyk = await StartAsync(new() { Unhashed = unhashed, Hash = hash });

        var finding = Assert.Single(await CheckAsync(tyk), finding => finding.Verdict == Verdict.Bad);

        Assert.Equal(code, finding.Code);
        Assert.Contains("hash_key_function: sha256", finding.Remedy, StringComparison.Ordinal);
        Assert.Empty(tyk.Keys);
    }

    [Fact]
    public async Task A_gateway_that_lists_no_keys_is_good_too()
    {
        await using var tyk = await StartAsync(new() { Unlisted = true });

        Assert.Contains("does not need", (await CheckAsync(tyk)).Single(finding => finding.Code == "enable_hashed_keys_listing").Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_is_named()
    {
        await using var tyk = await StartAsync(new());

        var finding = (await CheckAsync(new GatewayAddress(tyk.Address, new SecretText("wrong"), Org))).Last();

        Assert.Equal(("secret", Verdict.Bad), (finding.Code, finding.Verdict));
    }

    [Fact]
    public async Task A_wrong_organisation_is_answered_with_the_right_one()
    {
        await using var tyk = await StartAsync(new());

        var finding = (await CheckAsync(new GatewayAddress(tyk.Address, new SecretText(tyk.Secret), "somebody-else"))).Single(finding => finding.Code == "organisation");

        Assert.Equal(Verdict.Bad, finding.Verdict);
        Assert.Contains(Org, finding.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_where_nobody_answers_is_all_there_is_to_say()
    {
        var finding = Assert.Single(await CheckAsync(new GatewayAddress(new Uri("http://127.0.0.1:1"), new SecretText("s"), Org)));

        Assert.Equal(("reachable", Verdict.Bad), (finding.Code, finding.Verdict));
    }

    [Fact]
    public async Task A_gateway_without_its_store_makes_no_key()
    {
        await using var tyk = await StartAsync(new());
        await tyk.Faults.SwitchOnAsync(new() { Kind = FaultKind.StoreDown, CreateDelayMs = 10 });

        Assert.Contains(await CheckAsync(tyk), finding => finding is { Code: "key-create", Verdict: Verdict.Bad });
    }

    [Fact]
    public async Task A_gateway_that_closes_each_connection_is_bad_and_policies_without_an_organisation_are_named()
    {
        await using var gateway = await FakeGateway.Start();
        gateway.Instead = async http =>
        {
            http.Response.Headers.Connection = "close";
            var answer = http.Request.Path.Value switch
            {
                "/hello" => """{"status":"pass","version":"5.13.0","details":{"redis":{"status":"pass"}}}""",
                "/tyk/policies" => """[{"id":"p1","name":"P","org_id":"o","partitions":{"acl":true}},{"id":"lost","name":"L","partitions":{"quota":true}}]""",
                "/tyk/keys" => """{"keys":[]}""",
                _ => null,
            };
            if (answer is null) return false;
            await FakeGateway.Say(http, StatusCodes.Status200OK, answer);
            return true;
        };

        var findings = await CheckAsync(gateway.Address);

        Assert.Contains(findings, finding => finding is { Code: "close_connections", Verdict: Verdict.Bad });
        Assert.Contains("lost", findings.Single(finding => finding.Code == "policy-without-org").Words, StringComparison.Ordinal);
        // The fake finds keys by hash alone, as a gateway does where this is on.
        Assert.StartsWith("On", findings.Single(finding => finding.Code == "disable_key_actions_by_username").Words, StringComparison.Ordinal);
    }

    private static Task<List<Finding>> CheckAsync(StandIn tyk) => CheckAsync(new GatewayAddress(tyk.Address, new SecretText(tyk.Secret), Org));

    private static async Task<List<Finding>> CheckAsync(GatewayAddress address)
    {
        var findings = new List<Finding>();
        await foreach (var finding in new CheckGateway(address).RunAsync(Ct)) findings.Add(finding);
        return findings;
    }

    private static Task<StandIn> StartAsync(StandInOptions options)
    {
        options.Secret = "control-secret";
        options.LoadFolder = Path.Combine(Here(), "..", "..", "samples", "tyk");
        return StandIn.StartAsync(options);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
