using DevPortal.Contracts.Provisioning;
using Marten;
using MassTransit;

namespace DevPortal.Credentials;

/// <summary>The request was revoked, so what it granted goes. Heard before the approval it sticks.</summary>
public sealed class RevokeGranted(IDocumentSession session, WakeUp wakeUp, TimeProvider time) : IConsumer<ProvisioningRequestRevoked>
{
    public async Task Consume(ConsumeContext<ProvisioningRequestRevoked> context)
    {
        var (revoked, ct) = (context.Message, context.CancellationToken);
        var id = Credential.IdOf(revoked.RequestId);
        await TransactionLock.OfCredentialAsync(session, id, ct);
        var stream = await session.Events.FetchForWriting<Credential>(id, ct);
        if (stream.Aggregate is { IsEnding: true }) return;

        session.CorrelationId = revoked.Origin.CorrelationId.ToString();
        var wake = stream.Aggregate is { } known ? await wakeUp.MarkAsync(session, id, known.Grant!.Source, ct) : null;
        stream.AppendMany(session.Heard(revoked, Decide(stream.Aggregate, revoked, time.GetUtcNow())));
        await session.SaveChangesAsync(ct);
        wake?.Invoke();
    }

    internal static object Decide(Credential? known, ProvisioningRequestRevoked revoked, DateTimeOffset now) => known is null
        ? new RevokedBeforeIssue(Credential.IdOf(revoked.RequestId), revoked.RequestId, revoked.RevokedBy, revoked.Reason, now)
        : RevokeCredential.Decide(known, revoked.RevokedBy, revoked.Reason, now);
}
