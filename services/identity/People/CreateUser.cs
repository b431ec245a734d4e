using System.ComponentModel.DataAnnotations;
using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.SignIn;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using IDocumentSession = Marten.IDocumentSession;

namespace DevPortal.Identity.People;

/// <summary>An admin invites somebody and gets the one-time link to hand over.</summary>
public static class CreateUser
{
    public sealed record Input(
        [property: Required, StringLength(PersonalData.LongestName)] string Name, [property: Required, StringLength(PersonalData.LongestEmail)] string Email, UserRole Role, Guid OrganizationId,
        [property: Required, MaxLength(100)] Guid[] TeamIds);

    public sealed record Answer(UserAnswer User, OneTimeLinks.Shown Link);

    public static void MapCreateUser(this IEndpointRouteBuilder users) =>
        users.MapPost("/", Handle).WithName(nameof(CreateUser)).Refuses(403, "sign-in-needed").Refuses(409, "email-taken")
            .Refuses(422, "name-missing", "name-unreadable", "email-invalid", "unknown-organization", "team-missing", "unknown-team-of-that-organization")
            .ShowsSecret().WithIdempotency();

    static async Task<Results<Created<Answer>, ProblemHttpResult>> Handle(
        Input input, CurrentUser admin, IDocumentSession session, IdentityDb db, OneTimeLinks links, ILookupNormalizer normalizer,
        HttpContext http, TimeProvider time, CancellationToken ct)
    {
        if (OneTimeLinks.Refuse(admin) is { } notAllowed) return notAllowed.ToProblem();
        if (PersonalData.Refuse(input.Name, input.Email) is { } refusal) return refusal.ToProblem();
        // With a key the session holds a connection already; a second one per call would empty the pool.
        await session.BeginTransactionAsync(ct);
        db.JoinTransaction(session);
        if (await Membership.RefuseAsync(session, input.OrganizationId, input.TeamIds, ct) is { } noSuchTeam) return noSuchTeam.ToProblem();
        var email = normalizer.NormalizeEmail(input.Email);
        if (await db.Users.AnyAsync(a => a.NormalizedEmail == email, ct)) return PersonalData.EmailTaken.ToProblem();

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var invited = Decide(input, admin, now);
        var account = PersonalData.NewAccount(id, input.Name, input.Email, normalizer);
        session.Events.StartStream<KnownUser>(id, invited);
        db.Users.Add(account);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return PersonalData.EmailTaken.ToProblem();
        }

        var link = await links.ReplaceAsync(db, id, ct);
        var user = new KnownUser(id, 1, invited.Person.Status, invited.Person.Role, invited.Person.OrganisationId, invited.Person.TeamIds, admin.Id, invited.Person.TokensGoodFrom);
        ETag.Set(http, user.SourceVersion);
        http.Response.Headers.CacheControl = "no-store";
        var answer = TypedResults.Created($"/api/identity/users/{id}", new Answer(UserAnswer.Of(user, account, await Groups.OfAsync(session, [user], ct)), link));
        return await session.TrySaveAsync(http, answer, ct, carriesSecret: true) is { } lost ? lost : answer;
    }

    public static UserInvited Decide(Input input, CurrentUser admin, DateTimeOffset now) => new(
        new Person(UserStatus.Invited, input.Role, input.OrganizationId, [.. input.TeamIds.Distinct()], LastLinkMadeBy: admin.Id, TokensGoodFrom: 1), admin.Id, now);
}
