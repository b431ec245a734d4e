using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Provisioning;

/// <summary>Takes back what an approval gave: the key is removed from the gateway.</summary>
public static class RevokeRequest
{
    public sealed record Input(
        [property: Required, StringLength(Texts.Longest), RegularExpression(Texts.Plain, ErrorMessage = Texts.NotPlain)] string Reason);

    public static void MapRevokeRequest(this IEndpointRouteBuilder requests) =>
        requests.MapPost("/{id:guid}/revoke", Handle).WithName(nameof(RevokeRequest)).Refuses(409, "wrong-state").WithIdempotency();

    static async Task<Results<Ok<RequestAnswer>, NotFound, ProblemHttpResult>> Handle(
        Guid id, Input input, [FromHeader(Name = "If-Match")] string? seen,
        IDocumentSession session, CurrentUser admin, HttpContext http, TimeProvider time, CancellationToken cancel)
    {
        var stream = await session.Events.FetchForWriting<ProvisioningRequest>(id, cancel);
        if (stream.Aggregate is not { } request) return TypedResults.NotFound();
        if (ETag.Refuses(seen, request.Version) is { } stale) return stale.ToProblem();
        if (Refuse(request) is { } refusal) return refusal.ToProblem();

        var revoked = Decide(input, admin, time.GetUtcNow());
        session.CorrelationId = request.CorrelationId.ToString();
        stream.AppendOne(revoked);
        return await session.AnswerAsync(http, request.Apply(revoked), cancel);
    }

    // Any admin may take access away, also his own: it profits nobody, and it may have to be done at once.
    public static Refusal? Refuse(ProvisioningRequest request) =>
        request.RefuseUnless(RequestState.Approved, RequestState.Provisioned, RequestState.ProvisioningFailed);

    public static RequestRevoked Decide(Input input, CurrentUser admin, DateTimeOffset now) => new(admin.Id, input.Reason.Trim(), now);
}
