using DevPortal.Catalog.Shelf;
using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;

namespace DevPortal.Catalog.Tyk;

/// <summary>A message about an API, without its document: that is kept once, by its hash.</summary>
public sealed record ApiHeard(TykApiChanged Fact, string? OpenApiHash);

/// <summary>An OpenAPI document as consumers read it.</summary>
/// <param name="Hash">SHA-256 of the text, lower-case hex.</param>
public sealed record OpenApiDocument(string Hash, string Text);

/// <summary>What was last heard of an API at Tyk.</summary>
public sealed record KnownApi(
    Guid Id, long SourceVersion, string Source, string OrgId, string ApiId, string Name, string SortName, string ListenPath, string? Address,
    string[] Authentication, string? HiddenBecause, string? OpenApiHash)
{
    public static KnownApi Create(ApiHeard heard)
    {
        var fact = heard.Fact;
        return new(
            fact.Origin.Stream, fact.Origin.Version, fact.Source, fact.OrgId, fact.ApiId, fact.Name, SortKey.Of(fact.Name), fact.ListenPath, fact.Address,
            fact.Authentication, fact.HiddenBecause, heard.OpenApiHash);
    }

    public KnownApi Apply(ApiHeard heard) => heard.Fact.IsNewerThan(SourceVersion) ? Create(heard) : this;
}
