using System.Collections.Concurrent;
using System.Net;

namespace DevPortal.SystemTests;

/// <summary>A load balancer as it stands in front of the gateways: it sends calls in turn to those that say they are ready, never repeats one, and
/// keeps count of what failed. At most so many calls a second.</summary>
public sealed class Balancer : DelegatingHandler
{
    static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(500);

    readonly Uri[] gateways;
    readonly string publicHost;
    readonly TimeSpan pause;
    readonly CancellationTokenSource stop = new();
    readonly Task watching;
    readonly SemaphoreSlim turn = new(1, 1);
    volatile Uri[] ready;
    int calls;

    public Balancer(IEnumerable<Uri> gateways, Uri publicAddress, int callsPerSecond)
        : base(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(3) })
    {
        this.gateways = [.. gateways.Select(gateway => new Uri(gateway.GetLeftPart(UriPartial.Authority)))];
        publicHost = publicAddress.Authority;
        pause = TimeSpan.FromSeconds(1.0 / callsPerSecond);
        ready = this.gateways;
        watching = WatchAsync();
    }

    public int Calls => calls;

    /// <summary>What a user would have noticed, in words.</summary>
    public ConcurrentQueue<string> Failed { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await Task.Delay(pause, cancellationToken);
        }
        finally
        {
            turn.Release();
        }

        var number = Interlocked.Increment(ref calls);
        var among = ready;
        var gateway = among[number % among.Length];
        var path = request.RequestUri!.PathAndQuery;
        request.Headers.Host = publicHost;
        request.RequestUri = new Uri(gateway, path);
        var what = $"{DateTime.UtcNow:HH:mm:ss.fff} {request.Method} {path.Split('?')[0]} at {gateway.Port}";
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized)
                Failed.Enqueue($"{what}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            return answer;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested || failure is HttpRequestException)
        {
            Failed.Enqueue($"{what}: {failure.Message}");
            throw;
        }
    }

    async Task WatchAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        while (!stop.IsCancellationRequested)
        {
            var answers = await Task.WhenAll(gateways.Select(async gateway => (gateway, IsReady: await IsReadyAsync(http, gateway))));
            if (answers.Any(answer => answer.IsReady)) ready = [.. answers.Where(answer => answer.IsReady).Select(answer => answer.gateway)];
            await Task.Delay(LooksEvery, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static async Task<bool> IsReadyAsync(HttpClient http, Uri gateway)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(gateway, "/health"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stop.Cancel();
            watching.Wait();
            stop.Dispose();
            turn.Dispose();
        }

        base.Dispose(disposing);
    }
}
