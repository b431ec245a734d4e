using DevPortal.Identity.SignIn;
using DevPortal.Identity.Tokens;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace DevPortal.Identity.Startup;

/// <summary>Who signs in, and with what. Names and e-mail addresses stand here and nowhere else, so that a person can be
/// erased without touching history.</summary>
public sealed class IdentityDb(DbContextOptions<IdentityDb> options) : IdentityUserContext<Account, Guid>(options), IDataProtectionKeyContext
{
    public const string Schema = "accounts";

    public DbSet<OneTimeLink> Links => Set<OneTimeLink>();
    public DbSet<StoredToken> Tokens => Set<StoredToken>();
    public DbSet<SignInAttempts> Attempts => Set<SignInAttempts>();
    public DbSet<SealedKey> Keys => Set<SealedKey>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDefaultSchema(Schema);
        builder.UseOpenIddict();
        builder.Entity<Account>(account =>
        {
            account.Property(a => a.Name).HasMaxLength(200);
            account.HasIndex(a => a.NormalizedEmail).IsUnique();
        });
        builder.Entity<OneTimeLink>(link =>
        {
            link.HasKey(l => l.UserId);
            link.HasIndex(l => l.Hash).IsUnique();
        });
        builder.Entity<StoredToken>(token =>
        {
            token.HasIndex(t => t.Hash).IsUnique();
            token.HasIndex(t => new { t.UserId, t.Id });
            token.Property(t => t.Name).HasMaxLength(200);
        });
        builder.Entity<SignInAttempts>().HasKey(a => a.Key);
        builder.Entity<SealedKey>().HasKey(k => k.Purpose);
    }
}

/// <summary>A person's account: e-mail address, name, password hash. Its id is the id of his stream and the subject of his tokens.</summary>
public sealed class Account : IdentityUser<Guid>
{
    public required string Name { get; set; }
}
