using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Provisioning;

/// <summary>Says no to a pending request, with a reason.</summary>
public static class RejectRequest
{
    public sealed record Input(
        [property: Required, StringLength(Texts.Longest), RegularExpression(Texts.Plain, ErrorMessage = Texts.NotPlain)] string Reason);

    public static void MapRejectRequest(this IEndpointRouteBuilder requests) =>
        requests.MapPost("/{id:guid}/reject", Handle).WithName(nameof(RejectRequest)).Refuses(403, MayDecide.Codes).Refuses(409, "wrong-state").WithIdempotency();

    static async Task<Results<Ok<RequestAnswer>, NotFound, ProblemHttpResult>> Handle(
        Guid id, Input input, [FromHeader(Name = "If-Match")] string? seen,
        IDocumentSession session, CurrentUser decider, HttpContext http, TimeProvider time, CancellationToken cancel)
    {
        var stream = await session.Events.FetchForWriting<ProvisioningRequest>(id, cancel);
        if (stream.Aggregate is not { } request) return TypedResults.NotFound();
        if (ETag.Refuses(seen, request.Version) is { } stale) return stale.ToProblem();

        var app = await session.LoadAsync<KnownApp>(request.AppId, cancel);
        var requester = await session.LoadAsync<KnownUser>(request.RequesterId, cancel);
        if (Refuse(request, decider, app, requester) is { } refusal) return refusal.ToProblem();

        var rejected = Decide(input, decider, time.GetUtcNow());
        session.CorrelationId = request.CorrelationId.ToString();
        stream.AppendOne(rejected);
        return await session.AnswerAsync(http, request.Apply(rejected), cancel);
    }

    public static Refusal? Refuse(ProvisioningRequest request, CurrentUser decider, KnownApp? app, KnownUser? requester) =>
        MayDecide.Refuse(request, decider, app, requester) ?? request.RefuseUnless(RequestState.Pending);

    public static RequestRejected Decide(Input input, CurrentUser decider, DateTimeOffset now) => new(decider.Id, input.Reason.Trim(), now);
}
