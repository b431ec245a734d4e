using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.SignIn;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>A fresh one-time link for somebody who lost the first or forgot his password. Everybody can see later who made it.</summary>
public static class MakeLink
{
    public static void MapMakeLink(this IEndpointRouteBuilder users) =>
        users.MapPost("/{id:guid}/link", Handle).WithName(nameof(MakeLink)).Refuses(403, "sign-in-needed").Refuses(409, "deactivated").ShowsSecret()
            .WithIdempotency();

    static async Task<Results<Ok<OneTimeLinks.Shown>, NotFound, ProblemHttpResult>> Handle(
        Guid id, CurrentUser admin, IDocumentSession session, IdentityDb db, OneTimeLinks links, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        await session.BeginTransactionAsync(ct);
        db.JoinTransaction(session);
        var stream = await session.Events.FetchForWriting<KnownUser>(id, ct);
        if (stream.Aggregate is not { } user) return TypedResults.NotFound();
        if (Refuse(user, admin) is { } refusal) return refusal.ToProblem();

        stream.AppendOne(Decide(user, admin, time.GetUtcNow()));
        ETag.Set(http, user.SourceVersion + 1);
        http.Response.Headers.CacheControl = "no-store";
        var answer = TypedResults.Ok(await links.ReplaceAsync(db, id, ct));
        return await session.TrySaveAsync(http, answer, ct, carriesSecret: true) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(KnownUser user, CurrentUser admin) =>
        OneTimeLinks.Refuse(admin) ?? (user.Status == UserStatus.Deactivated ? Refusal.Conflict("deactivated", "The person is deactivated. Reactivate him first.") : null);

    public static OneTimeLinkMade Decide(KnownUser user, CurrentUser admin, DateTimeOffset now) =>
        new(user.AsPerson() with { LastLinkMadeBy = admin.Id }, admin.Id, now);
}
