using System.Net.Sockets;

namespace DevPortal.Tyk;

/// <summary>What a pass between two reads of the sentinel is worth.</summary>
public abstract record Pass<T>
{
    private Pass()
    {
    }

    /// <summary>Both reads found the sentinel, on the one connection that the pass used too: a 404 and a list are true.</summary>
    public sealed record Believed(T Value) : Pass<T>;

    /// <summary>The calls were made, but what is missing in their answers proves nothing.</summary>
    public sealed record Doubted(T Value, string Reason) : Pass<T>;

    /// <summary>
    /// The first read did not find the sentinel and no call was made. <see cref="SentinelMissing"/>: the gateway said 404, which means a
    /// lost store or a lost sentinel, see <see cref="GatewayLane.JudgeSentinel"/>.
    /// </summary>
    public sealed record NotMade(string Reason, bool SentinelMissing) : Pass<T>;
}

/// <summary>What is known of a sentinel that read as 404.</summary>
public abstract record SentinelVerdict
{
    private SentinelVerdict()
    {
    }

    public sealed record Present : SentinelVerdict;

    /// <summary>The store works and the sentinel is not in it: make a new one. It says nothing about any other key.</summary>
    public sealed record Gone : SentinelVerdict;

    public sealed record CannotTell(string Reason) : SentinelVerdict;
}

/// <summary>
/// One connection to one gateway, and the rule by which a 404 is believed. A gateway that has lost its store answers 404 to read, update
/// and delete and an empty list; only two good reads of our sentinel key, before and after and on the same connection, tell that from the
/// truth. One pass at a time; for more at once take more lanes. Where a gateway closes each connection nothing is ever believed.
/// </summary>
public sealed class GatewayLane : IDisposable
{
    private readonly HttpClient http;
    private readonly SemaphoreSlim turn = new(1, 1);
    private int connections;

    public GatewayLane(GatewayAddress address, GatewayTimeouts? timeouts = null)
    {
        http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            ConnectCallback = Connect,
            ConnectTimeout = TimeSpan.FromSeconds(4),
            // Without a propagator the handler makes no span of its own, which would carry the URL.
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        Gateway = new TykGateway(http, address, timeouts);
    }

    /// <summary>The client on this lane's connection, for calls that need no belief (create, lists of policies).</summary>
    public TykGateway Gateway { get; }

    /// <summary>
    /// Makes the calls between two reads of the sentinel and says whether they may be believed. An answer that is there (a key found, a
    /// delete done) is true either way.
    /// </summary>
    public async Task<Pass<T>> BelievedAsync<T>(KeyHash sentinel, Func<TykGateway, CancellationToken, Task<T>> pass, CancellationToken ct = default)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (await Gateway.ReadKey(sentinel, ct) is var before and not KeyRead.Found)
            {
                return new Pass<T>.NotMade(Why(before), before is KeyRead.NoSuchKey);
            }

            var seen = Volatile.Read(ref connections);
            var value = await pass(Gateway, ct);
            if (await Gateway.ReadKey(sentinel, ct) is var after and not KeyRead.Found)
            {
                return new Pass<T>.Doubted(value, Why(after));
            }

            return Volatile.Read(ref connections) == seen
                ? new Pass<T>.Believed(value)
                : new Pass<T>.Doubted(value, "the connection to the gateway was renewed meanwhile");
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Makes this installation's sentinel (again). Keep the hash; it is what <see cref="BelievedAsync"/> asks for.</summary>
    public Task<KeyCreation> CreateSentinel(Guid portalId, CancellationToken ct = default) =>
        Gateway.CreateKey(SentinelId(portalId), KeySpec.ExpiredAndPowerless(Gateway.Address.OrgId), ct);

    /// <summary>
    /// Whether a sentinel that read as 404 is gone or the store is: 404, then a new probe key is made (the only call that fails without a
    /// store), read back and deleted, then 404 again, all on one connection.
    /// </summary>
    public async Task<SentinelVerdict> JudgeSentinel(KeyHash sentinel, CancellationToken ct = default)
    {
        await turn.WaitAsync(ct);
        try
        {
            switch (await Gateway.ReadKey(sentinel, ct))
            {
                case KeyRead.Found:
                    return new SentinelVerdict.Present();
                case var other and not KeyRead.NoSuchKey:
                    return new SentinelVerdict.CannotTell(Why(other));
            }

            var seen = Volatile.Read(ref connections);
            var probe = new SecretText($"devportal-probe-{Guid.NewGuid():N}");
            switch (await Gateway.CreateKey(probe, KeySpec.ExpiredAndPowerless(Gateway.Address.OrgId), ct))
            {
                case KeyCreation.Failed(var reason, _):
                    return new SentinelVerdict.CannotTell(reason);
                case KeyCreation.Refused(var reason):
                    return new SentinelVerdict.CannotTell(reason);
                case KeyCreation.Created { Hash: { } hash }:
                    var read = await Gateway.ReadKey(hash, ct);
                    var deleted = await Gateway.DeleteKey(hash, ct);
                    if (read is not KeyRead.Found || deleted is not KeyChange.Done)
                    {
                        return new SentinelVerdict.CannotTell("the probe key could not be read back and deleted");
                    }

                    break;
                default:
                    return new SentinelVerdict.CannotTell("the gateway does not hash its keys");
            }

            return await Gateway.ReadKey(sentinel, ct) switch
            {
                KeyRead.Found => new SentinelVerdict.Present(),
                KeyRead.NoSuchKey when Volatile.Read(ref connections) == seen => new SentinelVerdict.Gone(),
                KeyRead.NoSuchKey => new SentinelVerdict.CannotTell("the connection to the gateway was renewed meanwhile"),
                var other => new SentinelVerdict.CannotTell(Why(other)),
            };
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Id of an installation's sentinel key. No secret in effect: the key is expired and opens nothing.</summary>
    public static SecretText SentinelId(Guid portalId) => new($"devportal-sentinel-{portalId}");

    public void Dispose()
    {
        http.Dispose();
        turn.Dispose();
    }

    private static string Why(KeyRead sentinel) => sentinel switch
    {
        KeyRead.NoSuchKey => "the gateway does not find our sentinel key: its store may be lost",
        KeyRead.Refused(var message) => $"the gateway refuses to read our sentinel key: {message}",
        KeyRead.Failed(var reason) => $"our sentinel key can't be read: {reason}",
        _ => "our sentinel key was read",
    };

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        Interlocked.Increment(ref connections);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
