using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using DevPortal.Tyk;
using JasperFx.Events;
using Limits = DevPortal.Contracts.TykSync.Limits;

namespace DevPortal.TykSync.Objects;

/// <summary>All that is told of a policy.</summary>
public sealed record PolicyFacts(
    string Source, string OrgId, string PolicyId, PolicyKind Kind, string Name, string[] ApiIds, Limits? Limits, long KeyExpiresIn,
    bool SuspendPossible, string[] Warnings, string? HiddenBecause, string ContentHash)
{
    public static Guid IdOf(string source, string orgId, string policyId) => DeterministicId.Of($"tyk-policy\n{source}\n{orgId}\n{policyId}");

    public static PolicyFacts Of(string source, TykPolicy policy, PolicyKind kind, string[] warnings) => new(
        source, policy.OrgId!, policy.Id, kind, policy.Name,
        // The access rights of a plan mean nothing.
        kind == PolicyKind.Product ? [.. policy.Rights.Keys.Order(StringComparer.Ordinal)] : [],
        kind == PolicyKind.Plan ? new Limits(policy.Limits.Rate, policy.Limits.Per, policy.Limits.Quota, policy.Limits.QuotaRenewal) : null,
        (long)(policy.KeyExpiresIn?.TotalSeconds ?? 0), policy.PostExpiryAction != "delete", warnings,
        policy.WhyInactive is { } why ? $"switched off at Tyk: {why}" : null, Objects.ContentHash.Of(policy.Raw));

    public FieldChange[] ChangesTo(PolicyFacts after) => FieldChange.Between(
        ("name", Name, after.Name),
        ("apiIds", FieldChange.Text(ApiIds), FieldChange.Text(after.ApiIds)),
        ("limits", Limits?.ToString(), after.Limits?.ToString()),
        ("keyExpiresIn", $"{KeyExpiresIn}", $"{after.KeyExpiresIn}"),
        ("suspendPossible", $"{SuspendPossible}", $"{after.SuspendPossible}"),
        ("warnings", FieldChange.Text(Warnings), FieldChange.Text(after.Warnings)),
        ("hiddenBecause", HiddenBecause, after.HiddenBecause),
        ("content", ContentHash, after.ContentHash));
}

/// <summary>One field that is another now. Content is compared by its hash.</summary>
public sealed record FieldChange(string Field, string? Before, string? After)
{
    public static FieldChange[] Between(params ReadOnlySpan<(string Field, string? Before, string? After)> fields)
    {
        var changes = new List<FieldChange>();
        foreach (var (field, before, after) in fields)
            if (before != after) changes.Add(new FieldChange(field, before, after));
        return [.. changes];
    }

    public static string Text(IEnumerable<string> values) => string.Join(", ", values);
}

/// <summary>What happened to a policy; each event carries the whole state after it.</summary>
public interface IPolicyEvent
{
    PolicyFacts Policy { get; }

    DateTimeOffset OccurredAt { get; }
}

/// <summary>Found for the first time. <paramref name="Raw"/> is Tyk's own text, byte for byte.</summary>
public sealed record PolicyImported(PolicyFacts Policy, string Raw, Guid RunId, DateTimeOffset OccurredAt) : IPolicyEvent;

public sealed record PolicyChanged(PolicyFacts Policy, FieldChange[] Changes, string? Raw, Guid RunId, DateTimeOffset OccurredAt) : IPolicyEvent;

/// <summary>Vanished, switched off, or no product or plan any more. Never deleted: it may return.</summary>
public sealed record PolicyHidden(PolicyFacts Policy, Guid RunId, DateTimeOffset OccurredAt) : IPolicyEvent;

public sealed record PolicyReturned(PolicyFacts Policy, FieldChange[] Changes, string Raw, Guid RunId, DateTimeOffset OccurredAt) : IPolicyEvent;

/// <summary>A policy as it was last seen; one stream each. <paramref name="Revision"/> counts its events (a member named Version would be Marten's).</summary>
public sealed record KnownPolicy(Guid Id, long Revision, PolicyFacts Facts)
{
    public static KnownPolicy Create(IEvent<PolicyImported> imported) => new(imported.StreamId, 1, imported.Data.Policy);

    public KnownPolicy Apply(PolicyChanged changed) => Now(changed);

    public KnownPolicy Apply(PolicyHidden hidden) => Now(hidden);

    public KnownPolicy Apply(PolicyReturned returned) => Now(returned);

    KnownPolicy Now(IPolicyEvent happened) => this with { Revision = Revision + 1, Facts = happened.Policy };
}
