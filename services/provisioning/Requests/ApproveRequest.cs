using System.ComponentModel.DataAnnotations;
using DevPortal.Contracts.Identity;
using DevPortal.Contracts.Provisioning;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Provisioning;

/// <summary>Says yes to a pending request, as it was seen; the key is made at the gateway from here on.</summary>
public static class ApproveRequest
{
    public sealed record Input([property: StringLength(Texts.Longest), RegularExpression(Texts.Plain, ErrorMessage = Texts.NotPlain)] string? Note = null);

    public static void MapApproveRequest(this IEndpointRouteBuilder requests) =>
        requests.MapPost("/{id:guid}/approve", Handle).WithName(nameof(ApproveRequest)).Refuses(403, MayDecide.Codes)
            .Refuses(409, ["wrong-state", "requester-not-active", "app-deleted", "app-not-his", .. Offer.Codes]).WithIdempotency();

    static async Task<Results<Ok<RequestAnswer>, NotFound, ProblemHttpResult>> Handle(
        Guid id, Input input, [FromHeader(Name = "If-Match")] string? seen,
        IDocumentSession session, CurrentUser approver, HttpContext http, TimeProvider time, CancellationToken cancel)
    {
        var stream = await session.Events.FetchForWriting<ProvisioningRequest>(id, cancel);
        if (stream.Aggregate is not { } request) return TypedResults.NotFound();
        if (ETag.Refuses(seen, request.Version) is { } stale) return stale.ToProblem();

        var app = await session.LoadAsync<KnownApp>(request.AppId, cancel);
        var requester = await session.LoadAsync<KnownUser>(request.RequesterId, cancel);
        var offer = await Offer.FindAsync(session, request.ProductIds, request.Plan.Id, null, cancel);
        if (Refuse(request, approver, app, requester, offer) is { } refusal) return refusal.ToProblem();

        var approved = Decide(request, input, approver, offer, time.GetUtcNow());
        session.CorrelationId = request.CorrelationId.ToString();
        stream.AppendOne(approved);
        return await session.AnswerAsync(http, request.Apply(approved), cancel);
    }

    public static Refusal? Refuse(ProvisioningRequest request, CurrentUser approver, KnownApp? app, KnownUser? requester, Offer offer)
    {
        if (MayDecide.Refuse(request, approver, app, requester) is { } notHe) return notHe;
        if (request.RefuseUnless(RequestState.Pending) is { } decided) return decided;
        if (requester is not { Status: UserStatus.Active }) return Refusal.Conflict("requester-not-active", "Who asked for this is not active any more.");
        if (app is null or { Deleted: true }) return Refusal.Conflict("app-deleted", "The app is deleted.");
        if (app.OwnerId != request.RequesterId) return Refusal.Conflict("app-not-his", "The app does not belong to the requester any more.");
        // What was offered at the submission may have been taken back since.
        return offer.Refuse(requester.TeamIds) is { } notOffered ? Refusal.Conflict(notOffered.Code, notOffered.Detail) : null;
    }

    public static RequestApproved Decide(ProvisioningRequest request, Input input, CurrentUser approver, Offer offer, DateTimeOffset now)
    {
        var plan = offer.Plan!;
        var products = request.Products.Select(asked => offer.Products.First(product => product.Id == asked.Id)).ToArray();
        return new RequestApproved(
            request.AppId, request.RequesterId, approver.Id, input.Note?.Trim(),
            new Grant(
                plan.Source, plan.OrgId, [.. products.Select(product => new GrantedProduct(product.Id, product.PolicyId!, product.Title))],
                plan.Id, plan.PolicyId, EndOf(plan, now), plan.Title),
            now);
    }

    // A lifetime that ends after the last year is none.
    static DateTimeOffset? EndOf(KnownPlan plan, DateTimeOffset now) =>
        plan.KeyLifetime is { } seconds and > 0 && seconds < (DateTimeOffset.MaxValue - now).TotalSeconds ? now.AddSeconds(seconds) : null;
}
