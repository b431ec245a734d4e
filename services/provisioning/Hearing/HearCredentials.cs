using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using Marten;
using MassTransit;

namespace DevPortal.Provisioning;

/// <summary>Keeps what a credential reports in the stream of the request that it was made for.</summary>
public sealed class HearCredentials(IDocumentSession session, ILogger<HearCredentials> log) : IConsumer<CredentialChanged>
{
    public async Task Consume(ConsumeContext<CredentialChanged> context)
    {
        var heard = context.Message;
        var id = DeterministicId.OfEvent(heard.Origin.Stream, heard.Origin.Version);
        // Under the stream's lock nothing can be appended between the look and the commit, neither a duplicate nor a decision.
        var stream = await session.Events.FetchForExclusiveWriting<ProvisioningRequest>(heard.RequestId, context.CancellationToken);
        if (stream.Aggregate is not { } request)
        {
            log.LogWarning("Credential {Credential} reports to request {Request}, which is not in this store", heard.CredentialId, heard.RequestId);
            return;
        }

        if ((await session.AdvancedSql.QueryAsync<long>("select seq_id from mt_events where id = ?", context.CancellationToken, id)).Count > 0) return;
        var report = session.Events.BuildEvent(new CredentialReported(
            heard.CredentialId, heard.Origin.Version, heard.Step, heard.State, heard.WaitingFor, heard.Receipt, heard.By, heard.Reason, heard.Origin.OccurredAt));
        report.Id = id;
        session.CorrelationId = request.CorrelationId.ToString();
        stream.AppendOne(report);
        await session.SaveChangesAsync(context.CancellationToken);
    }
}
