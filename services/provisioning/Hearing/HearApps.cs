using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using Marten;
using MassTransit;

namespace DevPortal.Provisioning;

/// <summary>What this service has heard about an app: whose it is, and whether it is still there.</summary>
public sealed record KnownApp(Guid Id, long SourceVersion, Guid OwnerId, string Name, bool Deleted)
{
    public static KnownApp Create(AppChanged heard) => new(heard.AppId, heard.Origin.Version, heard.OwnerId, heard.Name, heard.Deleted);

    public KnownApp Apply(AppChanged heard) => heard.IsNewerThan(SourceVersion) ? Create(heard) : this;
}

public sealed class HearApps(IDocumentSession session) : IConsumer<AppChanged>
{
    public Task Consume(ConsumeContext<AppChanged> context) =>
        session.HearAsync(context.Message, context.CancellationToken, context.Message.AppId);
}
