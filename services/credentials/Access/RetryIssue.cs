using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Provisioning;
using DevPortal.Eventing;
using Marten;
using MassTransit;

namespace DevPortal.Credentials;

/// <summary>The gateway had refused the key; somebody mended the cause and wants it tried again.</summary>
public sealed class RetryIssue(IDocumentSession session, WakeUp wakeUp, TimeProvider time) : IConsumer<ProvisioningRequestRetried>
{
    public async Task Consume(ConsumeContext<ProvisioningRequestRetried> context)
    {
        var (retried, ct) = (context.Message, context.CancellationToken);
        var (id, heard) = (Credential.IdOf(retried.RequestId), DeterministicId.OfEvent(retried.Origin.Stream, retried.Origin.Version));
        if (await session.LoadAsync<Credential>(id, ct) is not { } known) return;
        await TransactionLock.OfBothAsync(session, known.AppId, id, ct);
        var stream = await session.Events.FetchForWriting<Credential>(id, ct);
        // Only what was refused here can have been retried there; anything else has moved on since.
        if (stream.Aggregate is not { State: CredentialState.Refused } refused) return;
        if (await session.Events.QueryAllRawEvents().AnyAsync(recorded => recorded.Id == heard, ct)) return;

        session.CorrelationId = retried.Origin.CorrelationId.ToString();
        stream.AppendMany(session.Heard(retried, Decide(refused, retried, await session.LoadAsync<App>(refused.AppId, ct), time.GetUtcNow())));
        var wake = await wakeUp.MarkAsync(session, refused.Id, refused.Grant!.Source, ct);
        await session.SaveChangesAsync(ct);
        wake();
    }

    internal static object[] Decide(Credential refused, ProvisioningRequestRetried retried, App? app, DateTimeOffset now)
    {
        var again = new CredentialRetried(refused.Becomes(CredentialState.Issuing), refused.Generation + 1, retried.RetriedBy, now);
        return app is null or { IsDeleted: true }
            ? [again, new CredentialRefused(refused.Becomes(CredentialState.Refused), "the app was deleted", now)]
            : [again];
    }
}
