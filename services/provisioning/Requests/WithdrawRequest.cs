using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Provisioning;

/// <summary>Takes a pending request back.</summary>
public static class WithdrawRequest
{
    public static void MapWithdrawRequest(this IEndpointRouteBuilder requests) =>
        requests.MapPost("/{id:guid}/withdraw", Handle).WithName(nameof(WithdrawRequest)).IsCalledBy("who made the request")
            .Refuses(403, "not-requester").Refuses(409, "wrong-state").WithIdempotency();

    static async Task<Results<Ok<RequestAnswer>, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seen,
        IDocumentSession session, CurrentUser caller, HttpContext http, TimeProvider time, CancellationToken cancel)
    {
        var stream = await session.Events.FetchForWriting<ProvisioningRequest>(id, cancel);
        if (stream.Aggregate is not { } request || !request.IsVisibleTo(caller)) return TypedResults.NotFound();
        if (ETag.Refuses(seen, request.Version) is { } stale) return stale.ToProblem();
        if (Refuse(request, caller) is { } refusal) return refusal.ToProblem();

        var withdrawn = Decide(caller, time.GetUtcNow());
        session.CorrelationId = request.CorrelationId.ToString();
        stream.AppendOne(withdrawn);
        return await session.AnswerAsync(http, request.Apply(withdrawn), cancel);
    }

    public static Refusal? Refuse(ProvisioningRequest request, CurrentUser caller) =>
        request.RequesterId != caller.Id
            ? Refusal.Forbidden("not-requester", "Only who made a request withdraws it. Reject it instead.")
            : request.RefuseUnless(RequestState.Pending);

    public static RequestWithdrawn Decide(CurrentUser caller, DateTimeOffset now) => new(caller.Id, now);
}
