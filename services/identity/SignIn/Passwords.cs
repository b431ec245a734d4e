using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;

namespace DevPortal.Identity.SignIn;

/// <summary>What a password must be, and whether one is right.</summary>
public sealed class Passwords(IPasswordHasher<Account> hasher)
{
    public const int MinLength = 12, MaxLength = 200;

    static readonly Account Nobody = new() { Name = "" };
    // Once per process: made per call it would make an unknown address cost twice as much, which tells who has an account.
    readonly string hashOfNobody = hasher.HashPassword(Nobody, Guid.NewGuid().ToString());

    /// <summary>Slow by intent: call before a transaction opens.</summary>
    public string Hash(string password) => hasher.HashPassword(Nobody, password);

    /// <summary>An account that does not exist, or has no password yet, takes as long as a wrong password.</summary>
    public bool IsRight(Account? account, string password) =>
        hasher.VerifyHashedPassword(Nobody, account?.PasswordHash ?? hashOfNobody, password) != PasswordVerificationResult.Failed
        && account?.PasswordHash is not null;

    public static Refusal? Refuse(string? password, string? email)
    {
        if (password is null || password.Length < MinLength)
            return Refusal.Invalid("password", "password-too-short", $"A password has at least {MinLength} characters. A sentence is a good one.");
        if (password.Length > MaxLength)
            return Refusal.Invalid("password", "password-too-long", $"A password has at most {MaxLength} characters.");
        var plain = password.ToLowerInvariant();
        if (Common.Contains(plain) || plain.Distinct().Count() < 4 || string.Equals(plain, email, StringComparison.OrdinalIgnoreCase))
            return Refusal.Invalid("password", "password-too-common", "This password is one of the first that anybody would try. Choose another.");
        return null;
    }

    /// <summary>A refusal of what somebody typed into a page, in the language of the page; what has no text of its own in the service's words.</summary>
    public static string Say(Refusal refusal, IStringLocalizer<Texts> t) => refusal.Code switch
    {
        "password-too-short" => t["A password has at least {0} characters. A sentence is a good one.", MinLength],
        "password-too-long" => t["A password has at most {0} characters.", MaxLength],
        "password-too-common" => t["This password is one of the first that anybody would try. Choose another."],
        _ => refusal.Detail,
    };

    // Those of the usual lists that are long enough to pass the first rule.
    static readonly HashSet<string> Common =
    [
        "123456789012", "1234567890123", "12345678901234", "123456789123", "1234567891011", "0123456789012", "012345678910", "123456123456",
        "1234567890qwerty", "qwertyuiop123", "qwertyuiop12", "qwertyuiop1234", "qwertyuiopasdf", "qwertyuiopasdfghjkl", "qwertyqwerty", "qwerty123456",
        "qwerty1234567", "qwerty12345678", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "zaq12wsxcde3", "asdfghjkl123",
        "asdfghjklzxcvbnm", "zxcvbnm123456", "passwordpassword", "password1234", "password12345", "password123456", "password1234567", "mypassword123",
        "passw0rd1234", "p@ssword1234", "p@ssw0rd1234", "p@ssw0rd12345", "administrator", "administrator1", "admin1234567", "admin12345678",
        "adminadmin123", "adminadminadmin", "welcome12345", "welcome123456", "changeme1234", "changeme12345", "letmein12345", "letmein123456",
        "iloveyou1234", "iloveyou12345", "iloveyouforever", "loveyouforever", "sunshine1234", "princess1234", "football1234", "baseball1234",
        "superman1234", "batman123456", "dragon123456", "monkey123456", "michael12345", "jesuschrist1", "spongebob123", "liverpool123",
        "chocolate123", "trustno1trustno1", "correcthorsebatterystaple", "correct horse battery staple", "abcdefghijkl", "abcdefghijklm", "abcdef123456",
        "abc123abc123", "abcd1234abcd", "aa123456789a", "a1b2c3d4e5f6", "testtesttest", "test12345678", "secretsecret", "supersecret1", "devportal123",
        "developer123", "developerportal",
    ];
}
