using System.Diagnostics;
using DevPortal.Demo.Api;
using Xunit;

namespace DevPortal.SystemTests;

[Collection(InFilledPortal.Name)]
public sealed class TykFailsTests(FilledPortal filled) : IAsyncLifetime
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await filled.Tyk.SwitchOffAsync(CancellationToken.None);

    [Fact]
    public async Task Unreachable_at_approval_the_approval_stands_says_what_it_waits_for_and_goes_through_by_itself()
    {
        var scene = filled.Scene;
        var request = await scene.AskAsync("Tyk is unreachable", Ct);

        await filled.Tyk.SwitchOnAsync("refuse", Ct);
        Assert.Equal("approved", (await scene.ApproveAsync(request, Ct)).State);
        var waiting = await scene.UntilAsync(request, seen => seen.Credential?.WaitingFor is not null, "the credential says what it waits for", Ct);
        await filled.Tyk.SwitchOffAsync(Ct);

        Assert.Equal("approved", waiting.State);
        Assert.False(string.IsNullOrWhiteSpace(waiting.WaitingFor));
        var provisioned = await scene.UntilProvisionedAsync(request, Ct);
        await filled.OneKeyEachAsync([provisioned], Ct);
        Assert.Null((await scene.LookAsync(request, Ct)).WaitingFor);
    }

    [Fact]
    public async Task Answers_of_500_fail_nothing_for_good()
    {
        var scene = filled.Scene;
        var request = await scene.AskAsync("Tyk answers 500", Ct);

        await filled.Tyk.SwitchOnAsync("error500", Ct, match: "create", count: 3);
        await scene.ApproveAsync(request, Ct);

        await filled.OneKeyEachAsync([await scene.UntilProvisionedAsync(request, Ct)], Ct);
    }

    [Fact]
    public async Task An_answer_that_is_lost_after_the_create_leads_to_one_key()
    {
        var scene = filled.Scene;
        var request = await scene.AskAsync("The answer to the create is lost", Ct);
        await filled.Tyk.CountFromZeroAsync(Ct);

        await filled.Tyk.SwitchOnAsync("lost-answer", Ct, match: "create", count: 1);
        await scene.ApproveAsync(request, Ct);

        await filled.OneKeyEachAsync([await scene.UntilProvisionedAsync(request, Ct)], Ct);
        Assert.True(await filled.Tyk.CallsAsync("create", Ct) >= 2);
    }

    [Fact]
    public async Task A_Tyk_that_hangs_slows_nothing_but_what_waits_for_it()
    {
        var scene = filled.Scene;
        var asked = await Task.WhenAll(Enumerable.Range(1, 12).Select(number => scene.AskAsync($"Tyk hangs {number}", Ct)));
        var other = await scene.AskAsync("Not approved", Ct);

        await filled.Tyk.SwitchOnAsync("timeout", Ct);
        await Task.WhenAll(asked.Select(request => scene.ApproveAsync(request, Ct)));
        await scene.UntilAsync(asked[0], seen => seen.Credential is not null, "credentials has heard of the approval", Ct);
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < 3; round++)
        {
            foreach (var (what, call) in Calls(other))
            {
                var start = Stopwatch.GetTimestamp();
                await call();
                var took = Stopwatch.GetElapsedTime(start);
                // Tyk's own time-outs are 5 s and 12 s.
                Assert.True(took < TimeSpan.FromSeconds(4), $"{what} took {took}");
                slowest = took > slowest ? took : slowest;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"slowest call {slowest.TotalMilliseconds:0} ms");
        await filled.Tyk.SwitchOffAsync(Ct);

        await filled.OneKeyEachAsync(await Task.WhenAll(asked.Select(request => scene.UntilProvisionedAsync(request, Ct))), Ct);
    }

    IEnumerable<(string What, Func<Task> Call)> Calls(AccessRequest request)
    {
        var (consumer, admin) = (filled.Scene.Consumer.Portal, filled.Scene.Approver.Portal);
        yield return ("who I am", () => consumer.GetAsync<Me>("/api/identity/me", Ct));
        yield return ("products", () => consumer.GetAsync<Page<Product>>("/api/catalog/products", Ct));
        yield return ("requests", () => admin.GetAsync<Page<AccessRequest>>("/api/provisioning/requests", Ct));
        yield return ("one request", () => consumer.FindRequestAsync(request.Id, Ct));
        yield return ("apps", () => consumer.GetAsync<Page<App>>("/api/credentials/apps", Ct));
        yield return ("a new app and a request for it", () => filled.Scene.AskAsync("Asked while Tyk hangs", Ct));
        yield return ("sources", () => admin.GetAsync<Page<object>>("/api/sync/runs", Ct));
    }

    [Fact]
    public async Task A_create_that_timed_out_and_lands_after_the_revocation_is_found_and_deleted()
    {
        var scene = filled.Scene;
        var request = await scene.AskAsync("The create lands late", Ct);
        await filled.Tyk.CountFromZeroAsync(Ct);

        // The caller gives up after 12 s, and the stand-in does the deed all the same.
        await filled.Tyk.SwitchOnAsync("slow", Ct, match: "create", count: 1, delayMs: 60_000);
        await scene.ApproveAsync(request, Ct);
        await Eventually.UntilAsync(() => filled.Tyk.CallsAsync("create", Ct), calls => calls == 1, Asking.Patience, "the create is under way", Ct);
        // That one is under way; the next fault keeps what lands there until it was seen.
        await filled.Tyk.SwitchOnAsync("error500", Ct, match: "delete");
        await scene.RevokeAsync(request, Ct);
        var revoking = await scene.UntilAsync(request, seen => seen is { State: "revoked", Credential: not null }, "credentials has heard of it", Ct);
        await Eventually.UntilAsync(
            () => filled.Tyk.KeysAsync(Ct), keys => keys.Any(key => key.CredentialId == revoking.Credential!.Id), Asking.Patience, "the create has landed", Ct);
        Assert.Null((await scene.LookAsync(request, Ct)).Revocation!.ConfirmedAt);
        await filled.Tyk.SwitchOffAsync(Ct);

        var revoked = await scene.UntilRevokedAsync(request, Ct);
        Assert.Equal("revoked", revoked.State);
        await filled.NoKeyAsync(revoked, Ct);
    }

    [Fact]
    public async Task A_revocation_while_the_store_is_down_is_not_believed_done_and_is_done_when_the_store_is_back()
    {
        var scene = filled.Scene;
        var request = await scene.GrantAsync("Revoked without a store", Ct);

        await filled.Tyk.SwitchOnAsync("store-down", Ct);
        await scene.RevokeAsync(request, Ct);
        var waiting = await scene.UntilAsync(request, seen => seen.Credential is { State: "revoking", WaitingFor: not null }, "the revocation says what it waits for", Ct);
        // Several tries are made meanwhile, each answered 404.
        await filled.Tyk.CountFromZeroAsync(Ct);
        await Eventually.UntilAsync(() => filled.Tyk.CallsAsync("read", Ct), calls => calls >= 3, Asking.Patience, "it is tried again", Ct);
        Assert.Null((await scene.LookAsync(request, Ct)).Revocation!.ConfirmedAt);
        Assert.Contains(await filled.Tyk.KeysAsync(Ct), key => key.CredentialId == request.Credential!.Id);
        await filled.Tyk.SwitchOffAsync(Ct);

        Assert.False(string.IsNullOrWhiteSpace(waiting.Credential!.WaitingFor));
        await scene.UntilRevokedAsync(request, Ct);
        await filled.NoKeyAsync(request, Ct);
    }

    [Fact]
    public async Task A_plan_that_is_missing_at_the_gateway_leads_to_no_key_without_limits()
    {
        var scene = filled.Scene;
        const string plan = "plan-5-a-minute";
        var policy = await filled.Tyk.PolicyAsync(plan, Ct);
        var request = await scene.AskAsync("The plan's policy is missing", Ct, plan => plan is { Rate: 5, Per: 60 });

        await filled.Tyk.RemovePolicyAsync(plan, Ct);
        try
        {
            await scene.ApproveAsync(request, Ct);
            var waiting = await scene.UntilAsync(request, seen => seen.Credential?.WaitingFor is not null, "the credential says what it waits for", Ct);
            Assert.Contains(plan, waiting.Credential!.WaitingFor, StringComparison.Ordinal);
            await filled.NoKeyAsync(waiting, Ct);
        }
        finally
        {
            await filled.Tyk.AddPolicyAsync(policy, Ct);
        }

        var provisioned = await scene.UntilProvisionedAsync(request, Ct);
        var key = Assert.Single(await filled.Tyk.KeysAsync(Ct), key => key.CredentialId == provisioned.Credential!.Id);
        Assert.NotEmpty(key.Applied);
        Assert.All(key.Applied.Values, limit => Assert.Equal((5, 60), (limit.Rate, limit.Per)));
    }

    [Fact]
    public async Task Keys_that_are_not_ours_are_never_touched()
    {
        var scene = filled.Scene;
        var known = await scene.GrantAsync("Beside foreign keys", Ct);
        var keys = await filled.Tyk.KeysAsync(Ct);
        var portal = keys.Single(key => key.CredentialId == known.Credential!.Id).PortalId;
        var foreign = new[]
        {
            await ForeignAsync([]),
            await ForeignAsync(new() { ["PortalID"] = $"{Guid.NewGuid()}", ["CredentialID"] = $"{known.Credential!.Id}" }),
            await ForeignAsync(new() { ["PortalID"] = portal!, ["CredentialID"] = $"{Guid.NewGuid()}" }),
        };
        var before = await Task.WhenAll(foreign.Select(hash => filled.Tyk.ReadKeyAsync(hash, Ct)));

        await scene.Consumer.Portal.RotateAsync(known.Credential.Id, Ct);
        await scene.RevokeAsync(known, Ct);
        await scene.UntilRevokedAsync(known, Ct);
        // A service that starts anew looks at everything that is due.
        await filled.Portal.Run.KillAsync("credentials");
        await scene.GrantAsync("After the foreign keys", Ct);
        await filled.UntilWellAsync(Ct);

        Assert.All(before, Assert.NotNull);
        Assert.Equal(before, await Task.WhenAll(foreign.Select(hash => filled.Tyk.ReadKeyAsync(hash, Ct))));

        Task<string> ForeignAsync(Dictionary<string, string> metaData) => filled.Tyk.CreateKeyAsync(
            $"foreign-{Guid.NewGuid():N}",
            new { org_id = filled.Portal.Run.Parameter("tyk-org-id"), apply_policies = new[] { "weather-forecasts", "plan-standard" }, meta_data = metaData }, Ct);
    }
}
