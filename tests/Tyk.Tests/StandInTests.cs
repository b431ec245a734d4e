using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using DevPortal.Tyk;
using DevPortal.TykStandIn;
using Xunit;

namespace DevPortal.Tests.Tyk;

/// <summary>The client against a gateway that answers as recorded, filled with samples/tyk.</summary>
public sealed class StandInTests : IAsyncLifetime
{
    private const string Org = "5f0c1a2b3c4d5e6f70819203";
    private static readonly Guid Portal = Guid.NewGuid();
    private static readonly KeyOwner Owner = new($"{Portal}", "cred-1", "app-1", "user-1", "org-1", ["team-1"]);

    private StandIn tyk = null!;
    private GatewayLane lane = null!;

    public ValueTask InitializeAsync() => Start(new StandInOptions());

    public async ValueTask DisposeAsync()
    {
        lane.Dispose();
        await tyk.DisposeAsync();
    }

    private async ValueTask Start(StandInOptions options)
    {
        options.Secret = "control-secret";
        options.LoadFolder = Path.Combine(Here(), "..", "..", "samples", "tyk");
        tyk = await StandIn.StartAsync(options);
        lane = new GatewayLane(new GatewayAddress(tyk.Address, new SecretText(tyk.Secret), Org));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private static KeyRecipe Recipe(DateTimeOffset? expires = null, string plan = "plan-5-a-minute") => new(["payments", "maps-and-places"], plan, Org, Owner, expires);

    private async Task<IReadOnlyList<TykPolicy>> Policies(KeyRecipe recipe) =>
        Assert.IsType<Listing<TykPolicy>.Listed>(await lane.Gateway.Policies(recipe.OrgId, recipe.Policies.ToHashSet())).Items;

    private async Task<KeyHash> Create(SecretText id, KeyRecipe recipe) =>
        Assert.IsType<KeyCreation.Created>(await lane.Gateway.CreateKey(id, recipe.ToKey(TimeProvider.System.GetUtcNow()))).Hash!;

    private async Task<KeySession> Read(KeyHash hash) => Assert.IsType<KeyRead.Found>(await lane.Gateway.ReadKey(hash)).Session;

    [Fact]
    public async Task A_key_by_the_recipe_reads_back_without_a_difference_and_opens_its_products()
    {
        var now = TimeProvider.System.GetUtcNow();
        var recipe = Recipe(now.AddHours(1));
        var policies = await Policies(recipe);
        Assert.Empty(recipe.MissingPolicies(policies));

        var hash = await Create(new SecretText("dp_test_key_1"), recipe);

        Assert.Empty(ReadBack.Compare(await Read(hash), recipe, policies, now));
        Assert.Equal(200, await Call("/payments/payments", "dp_test_key_1"));
        Assert.Equal(403, await Call("/weather/cities?q=Lis", "dp_test_key_1"));
        Assert.Equal(403, await Call("/payments/payments", "made-up-key"));

        Assert.IsType<KeyChange.Done>(await lane.Gateway.DeleteKey(hash));
        Assert.IsType<KeyRead.NoSuchKey>(await lane.Gateway.ReadKey(hash));
        Assert.Equal(403, await Call("/payments/payments", "dp_test_key_1"));
    }

    [Fact]
    public async Task A_plan_that_is_missing_at_create_gives_a_key_that_read_back_does_not_accept()
    {
        var recipe = Recipe(plan: "no-such-plan");
        var policies = await Policies(recipe);

        var hash = await Create(new SecretText("dp_test_key_2"), recipe);

        Assert.Equal("no-such-plan", Assert.Single(recipe.MissingPolicies(policies)).PolicyId);
        Assert.NotEmpty(ReadBack.Compare(await Read(hash), recipe, policies, TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public async Task An_expired_and_powerless_key_overwrites_a_live_one_and_names_its_hash()
    {
        var id = new SecretText("dp_test_key_3");
        var hash = await Create(id, Recipe());
        Assert.Equal(200, await Call("/payments/payments", id.Reveal()));

        var again = Assert.IsType<KeyCreation.Created>(await lane.Gateway.CreateKey(id, KeySpec.ExpiredAndPowerless(Org)));

        Assert.Equal(hash, again.Hash);
        Assert.NotEqual(200, await Call("/payments/payments", id.Reveal()));
        Assert.IsType<KeyChange.Done>(await lane.Gateway.DeleteKey(hash));
    }

    [Fact]
    public async Task An_expiry_put_afterwards_holds()
    {
        var now = TimeProvider.System.GetUtcNow();
        var hash = await Create(new SecretText("dp_test_key_4"), Recipe());
        var shorter = Recipe(now.AddMinutes(10));

        Assert.IsType<KeyChange.Done>(await lane.Gateway.UpdateKey(hash, shorter.ToKey(now)));

        Assert.Empty(ReadBack.Compare(await Read(hash), shorter, await Policies(shorter), now));
    }

    [Fact]
    public async Task Without_its_store_a_gateway_is_not_believed_and_with_it_again_it_is()
    {
        var sentinel = Assert.IsType<KeyCreation.Created>(await lane.CreateSentinel(Portal));
        Assert.Null(SourceCheck.Refuse(sentinel));
        var hash = await Create(new SecretText("dp_test_key_5"), Recipe());

        await tyk.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.StoreDown, CreateDelayMs = 10 });
        // By itself it claims that the key is gone, and that there are none.
        Assert.IsType<KeyChange.NoSuchKey>(await lane.Gateway.DeleteKey(hash));
        Assert.Empty(Assert.IsType<KeyListing.Listed>(await lane.Gateway.ListKeyHashes()).Hashes);
        Assert.True(Assert.IsType<Pass<KeyChange>.NotMade>(await lane.BelievedAsync(sentinel.Hash!, (gateway, ct) => gateway.DeleteKey(hash, ct))).SentinelMissing);
        Assert.IsType<SentinelVerdict.CannotTell>(await lane.JudgeSentinel(sentinel.Hash!));

        await tyk.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.None });
        Assert.IsType<SentinelVerdict.Present>(await lane.JudgeSentinel(sentinel.Hash!));
        Assert.IsType<KeyChange.Done>(Assert.IsType<Pass<KeyChange>.Believed>(await lane.BelievedAsync(sentinel.Hash!, (gateway, ct) => gateway.DeleteKey(hash, ct))).Value);
        Assert.IsType<KeyChange.NoSuchKey>(Assert.IsType<Pass<KeyChange>.Believed>(await lane.BelievedAsync(sentinel.Hash!, (gateway, ct) => gateway.DeleteKey(hash, ct))).Value);
        Assert.Equal([sentinel.Hash!], Assert.IsType<KeyListing.Listed>(await lane.Gateway.ListKeyHashes()).Hashes);
    }

    [Fact]
    public async Task A_sentinel_that_somebody_deleted_is_told_from_a_lost_store()
    {
        var sentinel = Assert.IsType<KeyCreation.Created>(await lane.CreateSentinel(Portal)).Hash!;
        await lane.Gateway.DeleteKey(sentinel);

        Assert.IsType<SentinelVerdict.Gone>(await lane.JudgeSentinel(sentinel));

        Assert.Empty(tyk.Keys);
    }

    [Fact]
    public async Task A_create_whose_answer_is_lost_may_have_landed_and_so_it_did()
    {
        await tyk.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.LostAnswer, Match = CallKind.Create });

        var failed = Assert.IsType<KeyCreation.Failed>(await lane.Gateway.CreateKey(new SecretText("dp_test_key_6"), Recipe().ToKey(TimeProvider.System.GetUtcNow())));

        Assert.True(failed.MayStillLand);
        Assert.Single(tyk.Keys);
    }

    [Theory]
    [InlineData(true, HashFunction.Murmur64, "keys-not-hashed")]
    [InlineData(false, HashFunction.Legacy, "key-hash-too-short")]
    [InlineData(false, HashFunction.Sha256, null)]
    public async Task A_gateways_key_settings_decide_whether_it_can_be_a_source(bool unhashed, HashFunction hash, string? code)
    {
        await DisposeAsync();
        await Start(new StandInOptions { Unhashed = unhashed, Hash = hash });

        Assert.Equal(code, SourceCheck.Refuse(Assert.IsType<KeyCreation.Created>(await lane.CreateSentinel(Portal)))?.Code);
    }

    [Fact]
    public async Task A_gateway_that_does_not_list_keys_says_so()
    {
        await DisposeAsync();
        await Start(new StandInOptions { Unlisted = true });

        Assert.IsType<KeyListing.Disabled>(await lane.Gateway.ListKeyHashes());
    }

    private async Task<int> Call(string path, string key)
    {
        using var consumer = new HttpClient { BaseAddress = tyk.Address };
        consumer.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(key);
        return (int)(await consumer.GetAsync(path)).StatusCode;
    }
}
