using DevPortal.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace DevPortal.Gateway;

/// <summary>Where a service did not answer, the gateway says so in the form of every other refusal.</summary>
static class AbsentService
{
    public static async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.GetForwarderErrorFeature() is not { } failure || http.Response.HasStarted || Refuse(http, failure) is not { } refusal) return;
        http.Response.Clear();
        await http.RefuseAsync(refusal, RefusedConnections.WasRefused(http));
    }

    static Refusal? Refuse(HttpContext http, IForwarderErrorFeature failure) => failure switch
    {
        _ when Cause<BadHttpRequestException>(failure.Exception) is { } bad => bad.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? RequestChecks.TooLarge
            : new Refusal(bad.StatusCode, "bad-request", "The request can't be read."),
        { Error: ForwarderError.RequestTimedOut } => TimedOut,
        _ when http.RequestAborted.IsCancellationRequested => null,
        _ => new Refusal(StatusCodes.Status503ServiceUnavailable, "unavailable", "The service for this is away for the moment. Please try again.") { RetryAfter = 2 },
    };

    static T? Cause<T>(Exception? exception) where T : Exception => exception switch
    {
        null => null,
        T found => found,
        AggregateException several => several.InnerExceptions.Select(Cause<T>).FirstOrDefault(found => found is not null),
        _ => Cause<T>(exception.InnerException),
    };

    static Refusal TimedOut => new(StatusCodes.Status504GatewayTimeout, "timed-out", "The service did not answer in time and may still be at it. Look, or repeat the call with the same Idempotency-Key.") { RetryAfter = 5 };
}
