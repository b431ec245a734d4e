using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Provisioning;
using Marten;
using MassTransit;

namespace DevPortal.Credentials;

/// <summary>An approval was heard: its one credential starts, and the key follows.</summary>
public sealed class IssueCredential(IDocumentSession session, WakeUp wakeUp, TimeProvider time) : IConsumer<ProvisioningRequestApproved>
{
    public async Task Consume(ConsumeContext<ProvisioningRequestApproved> context)
    {
        var (approved, ct) = (context.Message, context.CancellationToken);
        var id = Credential.IdOf(approved.RequestId);
        await TransactionLock.OfBothAsync(session, approved.AppId, id, ct);
        var stream = await session.Events.FetchForWriting<Credential>(id, ct);
        var app = await session.LoadAsync<App>(approved.AppId, ct);
        var events = Decide(stream.Aggregate, approved, app, time.GetUtcNow());
        if (events.Length == 0) return;

        session.CorrelationId = approved.Origin.CorrelationId.ToString();
        stream.AppendMany(session.Heard(approved, events));
        var wake = await wakeUp.MarkAsync(session, id, approved.Grant.Source, ct);
        await session.SaveChangesAsync(ct);
        wake();
    }

    /// <summary>Nothing for a repetition. What was revoked before, or has no app any more, ends at once: no key is made.</summary>
    internal static object[] Decide(Credential? known, ProvisioningRequestApproved approved, App? app, DateTimeOffset now)
    {
        if (known?.Grant is not null) return [];
        var standing = new Standing(Credential.IdOf(approved.RequestId), approved.AppId, approved.RequestId, CredentialState.Issuing, null, null);
        var issued = new CredentialIssued(standing, approved.RequesterId, approved.ApprovedBy, approved.Grant, approved.Origin.CorrelationId, now);
        if (known is not null) return [issued, new CredentialRevoked(standing with { State = CredentialState.Revoked }, known.RevokedBy, known.Reason, now)];
        return app is null or { IsDeleted: true }
            ? [issued, new CredentialRefused(standing with { State = CredentialState.Refused }, "the app was deleted", now)]
            : [issued];
    }
}
