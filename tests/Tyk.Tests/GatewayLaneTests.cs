using DevPortal.Tyk;
using Xunit;

namespace DevPortal.Tests.Tyk;

/// <summary>When a 404 is believed. Each test is one way in which a gateway may have lost its store.</summary>
public sealed class GatewayLaneTests : IAsyncLifetime
{
    private static readonly Guid Portal = Guid.NewGuid();
    private static readonly KeyHash Gone = new("hash-of-gone");

    private FakeGateway fake = null!;
    private GatewayLane lane = null!;
    private KeyHash sentinel = null!;

    public async ValueTask InitializeAsync()
    {
        fake = await FakeGateway.Start();
        lane = new GatewayLane(fake.Address);
        sentinel = Assert.IsType<KeyCreation.Created>(await lane.CreateSentinel(Portal)).Hash!;
    }

    public async ValueTask DisposeAsync()
    {
        lane.Dispose();
        await fake.DisposeAsync();
    }

    [Fact]
    public void The_sentinel_is_an_expired_key_of_this_installation()
    {
        Assert.Equal($"hash-of-devportal-sentinel-{Portal}", sentinel.Reveal());
        Assert.Equal(KeySpec.ExpiredAndPowerless("o").ToJson(), fake.Keys[sentinel.Reveal()]);
    }

    [Fact]
    public async Task Between_two_good_reads_a_404_is_believed()
    {
        var pass = await lane.BelievedAsync(sentinel, (gateway, ct) => gateway.DeleteKey(Gone, ct));

        Assert.IsType<KeyChange.NoSuchKey>(Assert.IsType<Pass<KeyChange>.Believed>(pass).Value);
    }

    [Fact]
    public async Task Without_a_good_read_before_no_call_is_made()
    {
        fake.StoreIsLost = true;

        var pass = await lane.BelievedAsync(sentinel, (gateway, ct) => gateway.DeleteKey(Gone, ct));

        Assert.True(Assert.IsType<Pass<KeyChange>.NotMade>(pass).SentinelMissing);
        Assert.DoesNotContain(fake.Asked, asked => asked.Method == "DELETE");
    }

    [Fact]
    public async Task A_store_lost_meanwhile_makes_a_404_doubted()
    {
        fake.Instead = http =>
        {
            fake.StoreIsLost |= http.Request.Method == "DELETE";
            return Task.FromResult(false);
        };

        var pass = await lane.BelievedAsync(sentinel, (gateway, ct) => gateway.DeleteKey(Gone, ct));

        Assert.Contains("store", Assert.IsType<Pass<KeyChange>.Doubted>(pass).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_renewed_meanwhile_makes_a_404_doubted()
    {
        fake.Instead = http =>
        {
            if (http.Request.Method == "DELETE")
            {
                // Answers, and closes the connection afterwards: the second read lands who knows where.
                http.Response.Headers.Connection = "close";
            }

            return Task.FromResult(false);
        };

        var pass = await lane.BelievedAsync(sentinel, (gateway, ct) => gateway.DeleteKey(Gone, ct));

        Assert.Contains("connection", Assert.IsType<Pass<KeyChange>.Doubted>(pass).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_closes_every_connection_is_never_believed()
    {
        fake.Instead = http =>
        {
            http.Response.Headers.Connection = "close";
            return Task.FromResult(false);
        };

        Assert.IsType<Pass<KeyRead>.Doubted>(await lane.BelievedAsync(sentinel, (gateway, ct) => gateway.ReadKey(Gone, ct)));
        Assert.IsType<Pass<KeyRead>.Doubted>(await lane.BelievedAsync(sentinel, (gateway, ct) => gateway.ReadKey(Gone, ct)));
    }

    [Fact]
    public async Task A_sentinel_that_can_not_be_read_is_not_a_missing_one()
    {
        fake.Instead = async http =>
        {
            await FakeGateway.Say(http, 503, "");
            return true;
        };

        var pass = await lane.BelievedAsync(sentinel, (gateway, ct) => gateway.ReadKey(Gone, ct));

        Assert.False(Assert.IsType<Pass<KeyRead>.NotMade>(pass).SentinelMissing);
    }

    [Fact]
    public async Task Passes_of_one_lane_do_not_mix()
    {
        var running = 0;
        async Task<int> Pass(TykGateway gateway, CancellationToken ct)
        {
            var together = Interlocked.Increment(ref running);
            await gateway.ReadKey(Gone, ct);
            Interlocked.Decrement(ref running);
            return together;
        }

        var passes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => lane.BelievedAsync(sentinel, Pass)));

        Assert.All(passes, pass => Assert.Equal(1, Assert.IsType<Pass<int>.Believed>(pass).Value));
    }

    [Fact]
    public async Task A_lost_store_is_not_a_lost_sentinel()
    {
        fake.StoreIsLost = true;

        Assert.IsType<SentinelVerdict.CannotTell>(await lane.JudgeSentinel(sentinel));
    }

    [Fact]
    public async Task A_sentinel_that_is_there_is_present() => Assert.IsType<SentinelVerdict.Present>(await lane.JudgeSentinel(sentinel));

    [Fact]
    public async Task A_sentinel_is_gone_when_a_probe_can_be_made_read_and_deleted_and_leaves_no_trace()
    {
        fake.Keys.Clear();

        Assert.IsType<SentinelVerdict.Gone>(await lane.JudgeSentinel(sentinel));
        Assert.Empty(fake.Keys);
        Assert.Equal(["GET", "POST", "GET", "DELETE", "GET"], fake.Asked.Skip(1).Select(asked => asked.Method));
    }

    [Fact]
    public async Task A_store_that_comes_back_during_the_probe_is_not_a_lost_sentinel()
    {
        fake.StoreIsLost = true;
        fake.Instead = http =>
        {
            fake.StoreIsLost &= http.Request.Method != "POST";
            return Task.FromResult(false);
        };

        Assert.IsType<SentinelVerdict.Present>(await lane.JudgeSentinel(sentinel));
    }

    [Fact]
    public async Task A_store_lost_after_the_probe_was_made_can_not_be_told_from_a_lost_sentinel()
    {
        fake.Keys.Clear();
        var made = false;
        fake.Instead = http =>
        {
            fake.StoreIsLost = made;
            made |= http.Request.Method == "POST";
            return Task.FromResult(false);
        };

        Assert.IsType<SentinelVerdict.CannotTell>(await lane.JudgeSentinel(sentinel));
    }
}
