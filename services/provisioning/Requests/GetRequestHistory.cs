using System.Globalization;
using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Provisioning;

/// <summary>Everything that happened to a request and its credential: who, when, why.</summary>
public static class GetRequestHistory
{
    /// <summary>One step of a request or of its credential.</summary>
    /// <param name="Version">Version of the request that it led to.</param>
    /// <param name="What">What happened, e.g. <c>submitted</c>, <c>approved</c>, <c>credentialActivated</c>.</param>
    /// <param name="At">When it happened.</param>
    /// <param name="By">Who did it; null: nobody did, the portal or the gateway went on by itself.</param>
    /// <param name="Why">Reason or note of a person, or the gateway's reason.</param>
    /// <param name="WaitingFor">What it waits for at the gateway.</param>
    /// <param name="Receipt">What was read back from the gateway.</param>
    public sealed record Step(
        long Version, string What, DateTimeOffset At, Guid? By, string? Why, Guid CorrelationId, string? WaitingFor = null, Receipt? Receipt = null);

    public static void MapGetRequestHistory(this IEndpointRouteBuilder requests) =>
        requests.MapGet("/{id:guid}/history", Handle).WithName(nameof(GetRequestHistory)).IsCalledBy("who made the request, and admins");

    // In the order in which things happened; reports of the credential may have arrived in another.
    const string HappenedAt = "(d.data ->> 'OccurredAt')::timestamptz";

    static async Task<Results<Ok<Page<Step>>, NotFound, ProblemHttpResult>> Handle(
        Guid id, int? limit, string? cursor, IQuerySession session, CurrentUser caller, HttpContext http, CancellationToken cancel)
    {
        if (await session.LoadAsync<ProvisioningRequest>(id, cancel) is not { } request || !request.IsVisibleTo(caller)) return TypedResults.NotFound();
        var events = session.Events.QueryAllRawEvents().Where(recorded => recorded.StreamId == id);
        if (cursor is not null)
        {
            if (!Cursor.TryRead(cursor, 2, out var last)
                || !DateTimeOffset.TryParseExact(last[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || !long.TryParse(last[1], out var version))
                return Cursor.Refused.ToProblem();
            events = events.Where(recorded => recorded.MatchesSql($"({HappenedAt}, d.version) > (?::timestamptz, ?)", at.ToString("O"), version));
        }

        var size = Cursor.Limit(limit);
        var read = await events.OrderBySql($"{HappenedAt}, d.version").Take(size + 1).ToListAsync(cancel);
        ETag.Set(http, request.Version);
        return TypedResults.Ok(Cursor.Cut(
            [.. read.Select(recorded => Tell(recorded.Version, recorded.Data, request.CorrelationId))], size, step => Cursor.Of(step.At.ToString("O"), $"{step.Version}")));
    }

    static Step Tell(long version, object happened, Guid correlation) => happened switch
    {
        RequestSubmitted e => new(version, "submitted", e.OccurredAt, e.By, e.Reason, correlation),
        RequestApproved e => new(version, "approved", e.OccurredAt, e.By, e.Note, correlation),
        RequestRejected e => new(version, "rejected", e.OccurredAt, e.By, e.Reason, correlation),
        RequestWithdrawn e => new(version, "withdrawn", e.OccurredAt, e.By, null, correlation),
        RetryAsked e => new(version, "retryAsked", e.OccurredAt, e.By, null, correlation),
        RequestRevoked e => new(version, "revoked", e.OccurredAt, e.By, e.Reason, correlation),
        CredentialReported e => new(version, "credential" + e.Step, e.OccurredAt, e.By, e.Reason, correlation, e.WaitingFor, e.Receipt),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} is no step of a request."),
    };
}
