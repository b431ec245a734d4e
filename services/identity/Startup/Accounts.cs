using DevPortal.Identity.SignIn;
using DevPortal.Identity.SignIn.Pages;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DevPortal.Identity.Startup;

/// <summary>Accounts in EF Core on the event store's own connections, the keys that protect them, and what the pages need.</summary>
public static class Accounts
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // A failed command throws; logged besides, the first look for the migrations table would show as an error on every new server.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical);
        // At information OpenIddict tells whole requests.
        builder.Logging.AddFilter("OpenIddict", LogLevel.Warning);
        services.AddOptions<ClientOptions>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<IdentitySecrets>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ShortcutOptions>().BindConfiguration("SignIn").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ShortcutOptions>, Shortcuts.OnlyOnLocalhost>();

        services.AddDbContext<IdentityDb>((provider, db) =>
            db.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>(), npgsql => npgsql.MigrationsHistoryTable("__migrations", IdentityDb.Schema)));
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.AddIdentityCore<Account>().AddEntityFrameworkStores<IdentityDb>();
        // PBKDF2-HMAC-SHA-512 at OWASP's present cost.
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 210_000);

        services.AddSingleton(provider => new Sealing(provider.GetRequiredService<IOptions<IdentitySecrets>>().Value.SealKey));
        services.AddSingleton<TokenKeys>();
        services.AddSingleton<Minting>();
        services.AddDataProtection().SetApplicationName("DevPortal.Identity").PersistKeysToDbContext<IdentityDb>();
        services.AddOptions<KeyManagementOptions>().Configure<Sealing>((ring, sealing) => ring.XmlEncryptor = new SealedXml(sealing));

        services.AddScoped<Clients>();
        services.AddSingleton<Passwords>();
        services.AddScoped<AttemptLimit>();
        services.AddScoped<OneTimeLinks>();
        services.AddSingleton<Shortcuts>();
        services.AddHostedService<Sweep>();
        services.AddBrowserSession();
        // Asked before the one that writes JSON.
        services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, ProblemPage>());
        services.AddAntiforgery(antiforgery => antiforgery.Cookie = new HostCookie("__Host-devportal-antiforgery"));

        // Identity checks its own tokens by its own key, without asking itself over HTTP.
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<TokenKeys>((jwt, keys) =>
        {
            jwt.ConfigurationManager = null;
            jwt.TokenValidationParameters.IssuerSigningKey = keys.Signing;
        });
    }
}
