using System.ComponentModel.DataAnnotations;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace DevPortal.Identity.People;

/// <summary>Names and e-mail addresses: only in accounts, never in an event, a message or a log.</summary>
public static class PersonalData
{
    public const int LongestName = 200, LongestEmail = 254;

    /// <summary>Names of anything: one line without control characters.</summary>
    public const string OneLine = @"\P{Cc}*", NotOneLine = "A name has no control characters.";

    static readonly EmailAddressAttribute Address = new();

    public static Refusal? Refuse(string? name, string? email)
    {
        if (string.IsNullOrWhiteSpace(name)) return Refusal.Invalid("name", "name-missing", "A name is needed.");
        if (name.Length > LongestName) return Refusal.Invalid("name", "name-too-long", $"A name has at most {LongestName} characters.");
        if (name.Any(char.IsControl)) return Refusal.Invalid("name", "name-unreadable", "A name has no control characters.");
        if (email is null || email.Length > LongestEmail || email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) || !Address.IsValid(email))
            return Refusal.Invalid("email", "email-invalid", "This is not an e-mail address.");
        return null;
    }

    public static Account NewAccount(Guid id, string name, string email, ILookupNormalizer normalizer) => new()
    {
        Id = id,
        Name = name.Trim(),
        Email = email,
        NormalizedEmail = normalizer.NormalizeEmail(email),
        UserName = id.ToString(),
        NormalizedUserName = normalizer.NormalizeName(id.ToString()),
        SecurityStamp = Guid.NewGuid().ToString("N"),
    };

    public static Refusal EmailTaken => new(StatusCodes.Status409Conflict, "email-taken", "Somebody has this e-mail address already.", "email");

    public static Task<Dictionary<Guid, Account>> AccountsOfAsync(this IdentityDb db, Guid[] ids, CancellationToken ct) =>
        db.Users.AsNoTracking().Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, ct);
}
