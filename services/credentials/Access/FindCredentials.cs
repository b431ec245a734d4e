using System.Text.RegularExpressions;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Credentials;

/// <summary>Credentials, newest first, by what may be known of a key: for whoever found one where it should not be. Keys that were rotated away count, too.</summary>
public static partial class FindCredentials
{
    /// <summary>A credential and the app that holds it.</summary>
    /// <param name="Credential">Never the key, only its hint.</param>
    /// <param name="App">Null where it is deleted, or never was heard of.</param>
    public sealed record Found(CredentialView Credential, AppView? App);

    public static void MapFindCredentials(this IEndpointRouteBuilder credentials) =>
        credentials.MapGet("", Handle).WithName(nameof(FindCredentials)).RequireAuthorization(Callers.Admin).Refuses(400, "bad-hint", "whole-key");

    /// <param name="hint">The last four characters of the key, or its hint. Never the key itself: addresses are written down in many places.</param>
    static async Task<Results<Ok<Page<Found>>, ProblemHttpResult>> Handle(
        string hint, IQuerySession session, TimeProvider time, CancellationToken ct, int? limit = null, string? cursor = null)
    {
        var (before, beforeId) = (DateTimeOffset.MaxValue, Guid.Empty);
        if (cursor is not null && !(Cursor.TryRead(cursor, 2, out var read) && DateTimeOffset.TryParse(read[0], out before) && Guid.TryParse(read[1], out beforeId)))
            return Cursor.Refused.ToProblem();
        if (Refuse(hint) is { } refusal) return refusal.ToProblem();

        var size = Cursor.Limit(limit);
        var found = await session.QueryAsync<Credential>(
            $"where id in (select credential from credential_key where {End} = ?) and (issued_at, id) < (?, ?) order by issued_at desc, id desc limit ?",
            ct, hint[^4..], before.ToUniversalTime(), beforeId, size + 1);
        var apps = (await session.LoadManyAsync<App>(ct, found.Select(one => one.AppId).Distinct().ToArray())).Where(app => !app.IsDeleted).ToDictionary(app => app.Id, AppView.Of);
        var now = time.GetUtcNow();
        return TypedResults.Ok(Cursor.Cut(
            [.. found.Select(one => new Found(CredentialView.Of(one, now), apps.GetValueOrDefault(one.AppId)))], size,
            last => Cursor.Of(last.Credential.CreatedAt.ToString("O"), last.Credential.Id.ToString())));
    }

    internal static Refusal? Refuse(string hint) =>
        KeyFormat.IsWellFormed(hint, KeyFormat.Credential) ? new Refusal(400, "whole-key", "This is a whole key. Its last four characters find it.", "hint")
        : Hint().IsMatch(hint) ? null
        : new Refusal(400, "bad-hint", "A hint is the last four characters of a key; what stands before them may be there.", "hint");

    /// <summary>As it is indexed.</summary>
    internal const string End = "right(hint, 4)";

    [GeneratedRegex("^(?:[a-z0-9_]{0,100}…)?[0-9A-Za-z]{4}\\z")]
    private static partial Regex Hint();
}
