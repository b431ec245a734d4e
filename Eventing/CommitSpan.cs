using System.Diagnostics;
using DevPortal.ServiceDefaults;
using Marten;
using Marten.Services;

namespace DevPortal.Eventing;

/// <summary>A span from the moment a session saves until its transaction is committed. One that fails leaves none.</summary>
sealed class CommitSpan : DocumentSessionListenerBase
{
    const string Name = "commit";

    // Not awaited here: what is the current span belongs to the save that calls, until it ends.
    public override Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token)
    {
        Telemetry.Source.StartActivity(Name);
        return Task.CompletedTask;
    }

    public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (Activity.Current is { OperationName: Name } span) span.Stop();
        return Task.CompletedTask;
    }
}
