using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Timeout;

namespace DevPortal.ServiceDefaults;

/// <summary>Time-outs for every call; retries only where repeating is safe.</summary>
static class SafeRetries
{
    public static IHttpClientBuilder AddSafeRetries(this IHttpClientBuilder http)
    {
        http.AddStandardResilienceHandler(options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(5);
            options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(15);
            options.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(20);
            // A server that answers is there, whatever it says: what one caller is refused, or one service behind the gateway, closes nothing for the others.
            options.CircuitBreaker.ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is HttpRequestException or TimeoutRejectedException);
            options.Retry.MaxRetryAttempts = 2;
            var transient = options.Retry.ShouldHandle;
            options.Retry.ShouldHandle = async attempt =>
                // Who has asked too often asks no less by asking again.
                attempt.Outcome.Result?.StatusCode != HttpStatusCode.TooManyRequests && await transient(attempt) && attempt.Context.GetRequestMessage() is { } request && IsRepeatable(request);
        });
        return http;
    }

    /// <summary>GET, HEAD and OPTIONS, and whatever carries an Idempotency-Key.</summary>
    internal static bool IsRepeatable(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options
        || request.Headers.Contains("Idempotency-Key");
}
