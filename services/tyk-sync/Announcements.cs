using DevPortal.Contracts;
using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using DevPortal.Tyk;
using DevPortal.TykSync.Objects;
using JasperFx.Events;

namespace DevPortal.TykSync;

/// <summary>All that tyk-sync ever says to others.</summary>
public static class Announcements
{
    public static readonly Announcing All = new(Of, typeof(TykPolicyChanged), typeof(TykApiChanged));

    public static IMessage? Of(IEvent recorded) => recorded.Data switch
    {
        IPolicyEvent happened => PolicyMessage(Announcing.Origin(recorded, happened.OccurredAt), happened.Policy),
        IApiEvent happened => ApiMessage(Announcing.Origin(recorded, happened.OccurredAt), happened.Api, happened.Raw),
        _ => null,
    };

    static TykPolicyChanged PolicyMessage(Origin origin, PolicyFacts now) => new(
        origin, now.Source, now.OrgId, now.PolicyId, now.Kind, now.Name, now.HiddenBecause, now.ApiIds, now.Limits, now.KeyExpiresIn,
        now.SuspendPossible, now.Warnings);

    static TykApiChanged ApiMessage(Origin origin, ApiFacts now, string? raw) => new(
        origin, now.Source, now.OrgId, now.ApiId, now.Name, now.ListenPath, now.PublicUrl is { } at ? at + now.ListenPath : null,
        now.Authentication, now.HiddenBecause, raw is null ? null : OpenApi(now, raw));

    static string? OpenApi(ApiFacts now, string raw) =>
        TykApi.Parse(raw, new ApiOverrides(now.ApiId, now.OrgId, now.ListenPath)) is ReadResult<TykApi>.Read(var api)
            ? api.OpenApi(now.PublicUrl is { } url ? new Uri(url) : null)
            : null;
}
