using Polly.CircuitBreaker;
using Polly.Timeout;

namespace DevPortal.Portal.Api;

/// <summary>A gateway that does not answer is a pause, not a fault.</summary>
static class Unavailable
{
    public static async Task<HttpResponseMessage> ToRefusalAsync(Func<Task<HttpResponseMessage>> call, CancellationToken ct)
    {
        try
        {
            return await call();
        }
        catch (Exception away) when (!ct.IsCancellationRequested && away is HttpRequestException or TaskCanceledException or TimeoutRejectedException or BrokenCircuitException)
        {
            throw new RefusedException(Problem.Unavailable);
        }
    }
}
