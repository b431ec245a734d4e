using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Provisioning;

/// <summary>Tries again to make the key that the gateway refused.</summary>
public static class RetryRequest
{
    public static void MapRetryRequest(this IEndpointRouteBuilder requests) =>
        requests.MapPost("/{id:guid}/retry", Handle).WithName(nameof(RetryRequest)).Refuses(403, MayDecide.Codes).Refuses(409, "wrong-state", "app-deleted").WithIdempotency();

    static async Task<Results<Ok<RequestAnswer>, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seen,
        IDocumentSession session, CurrentUser decider, HttpContext http, TimeProvider time, CancellationToken cancel)
    {
        var stream = await session.Events.FetchForWriting<ProvisioningRequest>(id, cancel);
        if (stream.Aggregate is not { } request) return TypedResults.NotFound();
        if (ETag.Refuses(seen, request.Version) is { } stale) return stale.ToProblem();

        var app = await session.LoadAsync<KnownApp>(request.AppId, cancel);
        var requester = await session.LoadAsync<KnownUser>(request.RequesterId, cancel);
        if (Refuse(request, decider, app, requester) is { } refusal) return refusal.ToProblem();

        var retry = Decide(decider, time.GetUtcNow());
        session.CorrelationId = request.CorrelationId.ToString();
        stream.AppendOne(retry);
        return await session.AnswerAsync(http, request.Apply(retry), cancel);
    }

    public static Refusal? Refuse(ProvisioningRequest request, CurrentUser decider, KnownApp? app, KnownUser? requester) =>
        MayDecide.Refuse(request, decider, app, requester) ?? request.RefuseUnless(RequestState.ProvisioningFailed)
        ?? (app is null or { Deleted: true } ? Refusal.Conflict("app-deleted", "The app was deleted meanwhile: nobody could use the key. Revoke the request.") : null);

    public static RetryAsked Decide(CurrentUser decider, DateTimeOffset now) => new(decider.Id, now);
}
