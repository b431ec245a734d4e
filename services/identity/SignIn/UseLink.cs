using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.People;
using DevPortal.Identity.SignIn.Pages;
using DevPortal.Identity.Startup;
using DevPortal.Identity.Tokens;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using IDocumentSession = Marten.IDocumentSession;

namespace DevPortal.Identity.SignIn;

/// <summary>Sets a password through a one-time link. Ends what the person was signed in with before, and his personal access tokens.</summary>
public static class UseLink
{
    public static void MapUseLink(this IEndpointRouteBuilder app)
    {
        // The page itself does not say whether the link is good: looking must not use it up, and tells a stranger nothing.
        app.MapGet("/account/link", Show).WithName("LinkPage").AllowAnonymous();
        app.MapPost("/account/link", Handle).WithName(nameof(UseLink)).AllowAnonymous();
    }

    static IResult Show(string? token, IStringLocalizer<Texts> t) => KeyFormat.IsWellFormed(token ?? "", OneTimeLink.Type) ? Page(token) : Spent(t);

    static async Task<IResult> Handle(
        HttpContext http, [FromForm] string? token, [FromForm] string? password, IDocumentSession session, IdentityDb db, Passwords passwords, Minting minting, TimeProvider time, IStringLocalizer<Texts> t)
    {
        var ct = http.RequestAborted;
        if (!KeyFormat.IsWellFormed(token ?? "", OneTimeLink.Type)) return Spent(t);
        var now = time.GetUtcNow();
        var hash = minting.Hash(OneTimeLink.Type, token!);
        var link = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Hash == hash && l.ExpiresAt > now, ct);
        if (link is null) return Spent(t);
        if (Passwords.Refuse(password, null) is { } refusal) return Page(token, Passwords.Say(refusal, t), refusal.Status);

        var passwordHash = passwords.Hash(password!);
        await session.BeginTransactionAsync(ct);
        db.JoinTransaction(session);
        // Two at once: one deletes the row, the other finds it gone.
        if (await db.Links.Where(l => l.Hash == hash).ExecuteDeleteAsync(ct) == 0) return Spent(t);
        var stream = await session.Events.FetchForWriting<KnownUser>(link.UserId, ct);
        if (stream.Aggregate is not { } user || Refuse(user) is not null) return Spent(t);

        var happened = Decide(user, now);
        stream.AppendOne(happened);
        await db.Users.Where(a => a.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.PasswordHash, passwordHash), ct);
        await EndPersonalAccessToken.EndAllAsync(session, db, user.Id, user.Id, now, ct);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (Exception lost) when (Saving.IsLostRace(lost))
        {
            return Page(token, t["Something about your account changed at this moment. Please try again."], StatusCodes.Status409Conflict);
        }

        await BrowserSession.BeginAsync(http, user.Id, happened.Person.TokensGoodFrom);
        return Results.Redirect("/");
    }

    public static Refusal? Refuse(KnownUser user) =>
        user.Status is UserStatus.Deactivated ? Refusal.Conflict("deactivated", "This account was deactivated.") : null;

    public static PasswordSetByLink Decide(KnownUser user, DateTimeOffset now) =>
        new(user.AsPerson() with { Status = UserStatus.Active, TokensGoodFrom = user.SourceVersion + 1, UsedLinkMadeBy = user.LastLinkMadeBy }, now);

    static RazorComponentResult<MessagePage> Spent(IStringLocalizer<Texts> t) =>
        new(new { Title = t["This link is no longer good"].Value, Message = t["It was used, has expired, or was replaced by another. Ask an admin for a fresh one."].Value }) { StatusCode = StatusCodes.Status404NotFound };

    static RazorComponentResult<LinkPage> Page(string? token, string? error = null, int status = 200) => new(new { Token = token, Error = error }) { StatusCode = status };
}
