using DevPortal.Eventing;
using DevPortal.Tyk;
using JasperFx.Events;

namespace DevPortal.TykSync.Objects;

/// <summary>All that is told of an API, but for its OpenAPI document, which is made from Tyk's text when it is announced.</summary>
public sealed record ApiFacts(
    string Source, string OrgId, string ApiId, string Name, string ListenPath, string? PublicUrl, string[] Authentication, string? HiddenBecause, string ContentHash)
{
    public static Guid IdOf(string source, string orgId, string apiId) => DeterministicId.Of($"tyk-api\n{source}\n{orgId}\n{apiId}");

    public static ApiFacts Of(string source, Uri? publicUrl, TykApi api) => new(
        source, api.OrgId!, api.Id, api.Name, api.ListenPath, publicUrl?.AbsoluteUri.TrimEnd('/'), [.. api.Auth.Select(Word)],
        api switch
        {
            { IsActive: false } => "switched off at Tyk",
            { IsInternal: true } => "internal: only other APIs reach it",
            _ => null,
        },
        Objects.ContentHash.Of(api.Raw));

    public FieldChange[] ChangesTo(ApiFacts after) => FieldChange.Between(
        ("name", Name, after.Name),
        ("listenPath", ListenPath, after.ListenPath),
        ("publicUrl", PublicUrl, after.PublicUrl),
        ("authentication", FieldChange.Text(Authentication), FieldChange.Text(after.Authentication)),
        ("hiddenBecause", HiddenBecause, after.HiddenBecause),
        ("content", ContentHash, after.ContentHash));

    static string Word(AuthKind kind) => char.ToLowerInvariant($"{kind}"[0]) + $"{kind}"[1..];
}

/// <summary>What happened to an API; each event carries the whole state after it, and Tyk's own text where there is one.</summary>
public interface IApiEvent
{
    ApiFacts Api { get; }

    string? Raw { get; }

    DateTimeOffset OccurredAt { get; }
}

/// <summary>Found for the first time.</summary>
public sealed record ApiImported(ApiFacts Api, string Raw, Guid RunId, DateTimeOffset OccurredAt) : IApiEvent;

public sealed record ApiChanged(ApiFacts Api, FieldChange[] Changes, string? Raw, Guid RunId, DateTimeOffset OccurredAt) : IApiEvent;

/// <summary>Vanished (then there is no text) or switched off. Never deleted: it may return.</summary>
public sealed record ApiHidden(ApiFacts Api, string? Raw, Guid RunId, DateTimeOffset OccurredAt) : IApiEvent;

public sealed record ApiReturned(ApiFacts Api, FieldChange[] Changes, string Raw, Guid RunId, DateTimeOffset OccurredAt) : IApiEvent;

/// <summary>An API as it was last seen; one stream each. <paramref name="Revision"/> counts its events (a member named Version would be Marten's).</summary>
public sealed record KnownApi(Guid Id, long Revision, ApiFacts Facts)
{
    public static KnownApi Create(IEvent<ApiImported> imported) => new(imported.StreamId, 1, imported.Data.Api);

    public KnownApi Apply(ApiChanged changed) => Now(changed);

    public KnownApi Apply(ApiHidden hidden) => Now(hidden);

    public KnownApi Apply(ApiReturned returned) => Now(returned);

    KnownApi Now(IApiEvent happened) => this with { Revision = Revision + 1, Facts = happened.Api };
}
