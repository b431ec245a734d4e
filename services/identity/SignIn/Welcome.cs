using System.Security.Cryptography;
using System.Text;
using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.People;
using DevPortal.Identity.SignIn.Pages;
using DevPortal.Identity.Startup;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace DevPortal.Identity.SignIn;

/// <summary>The first admin: whoever types the bootstrap token while there is none.</summary>
public static class Welcome
{
    public static void MapWelcome(this IEndpointRouteBuilder app)
    {
        app.MapGet("/welcome", Show).WithName("WelcomePage").AllowAnonymous();
        app.MapPost("/welcome", Handle).WithName(nameof(Welcome)).AllowAnonymous();
    }

    static async Task<IResult> Show(IQuerySession session, IStringLocalizer<Texts> t, CancellationToken ct) => await session.AnyAdminAsync(ct) ? SetUp(t) : Page();

    static async Task<IResult> Handle(
        HttpContext http, [FromForm] string? token, [FromForm] string? name, [FromForm] string? email, [FromForm] string? password,
        IDocumentSession session, IdentityDb db, Passwords passwords, AttemptLimit limit, IOptions<IdentitySecrets> secrets, ILookupNormalizer normalizer, TimeProvider time, IStringLocalizer<Texts> t)
    {
        var ct = http.RequestAborted;
        if (await session.AnyAdminAsync(ct)) return SetUp(t);
        if (await limit.CountAsync("/welcome", http) is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString();
            return Page(name, email, t["Too many tries. Try again in a few minutes."], StatusCodes.Status429TooManyRequests);
        }

        if (!IsBootstrapToken(token, secrets.Value.BootstrapToken)) return Page(name, email, t["This is not the bootstrap token."], StatusCodes.Status401Unauthorized);
        if ((PersonalData.Refuse(name, email) ?? Passwords.Refuse(password, email)) is { } refusal) return Page(name, email, Passwords.Say(refusal, t), refusal.Status);

        var hash = passwords.Hash(password!);
        await session.BeginTransactionAsync(ct);
        await session.LockAdminsAsync(ct);
        if (await session.AnyAdminAsync(ct)) return SetUp(t);

        var id = Guid.CreateVersion7();
        session.Events.StartStream<KnownUser>(id, Decide(time.GetUtcNow()));
        var account = PersonalData.NewAccount(id, name!, email!, normalizer);
        account.PasswordHash = hash;
        db.Users.Add(account);
        await db.SaveWithAsync(session, ct);
        await session.SaveChangesAsync(ct);
        await BrowserSession.BeginAsync(http, id, 1);
        return Results.Redirect("/");
    }

    public static FirstAdminWelcomed Decide(DateTimeOffset now) =>
        new(new Person(UserStatus.Active, UserRole.Admin, Organisation.Default, [Team.Default], LastLinkMadeBy: null, TokensGoodFrom: 1), now);

    /// <summary>Takes as long for every wrong token. No parameter, no first admin by this way.</summary>
    public static bool IsBootstrapToken(string? typed, string configured) =>
        configured.Length > 0 && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(typed ?? "")), SHA256.HashData(Encoding.UTF8.GetBytes(configured)));

    static RazorComponentResult<MessagePage> SetUp(IStringLocalizer<Texts> t) =>
        new(new { Title = t["Already set up"].Value, Message = t["This portal has an admin. Ask him for an account."].Value }) { StatusCode = StatusCodes.Status404NotFound };

    static RazorComponentResult<WelcomePage> Page(string? name = null, string? email = null, string? error = null, int status = 200) =>
        new(new { Name = name, Email = email, Error = error }) { StatusCode = status };
}
