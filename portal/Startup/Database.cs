using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DevPortal.Portal.Startup;

/// <summary>The portal's own database: sessions and the key ring, shared by all replicas, and nothing else.</summary>
static class Database
{
    const string Schema = """
        create table if not exists sessions (id bytea primary key, ticket bytea not null, ends timestamptz not null);
        create index if not exists sessions_ends on sessions (ends);
        create table if not exists keys (name text primary key, xml text not null);
        """;

    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        var configured = builder.Configuration.GetConnectionString("portaldb") ?? throw new InvalidOperationException("ConnectionStrings:portaldb is missing.");
        var connection = new NpgsqlConnectionStringBuilder(configured) { MaxPoolSize = 20, MaxAutoPrepare = 20, Timeout = 10, CommandTimeout = 15, ApplicationName = "portal" };
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(connection));
        builder.Services.AddOptions<PortalSecrets>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => new Sealing(services.GetRequiredService<IOptions<PortalSecrets>>().Value.SealKey));
        builder.Services.AddDataProtection().SetApplicationName("DevPortal.Portal");
        builder.Services.AddOptions<KeyManagementOptions>().Configure<NpgsqlDataSource, Sealing>((ring, database, sealing) =>
        {
            ring.XmlRepository = new StoredKeys(database);
            ring.XmlEncryptor = new SealedXml(sealing);
        });
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
    }

    /// <summary>Makes database, schema and the first key under a lock, so that replicas starting together make one of each; then runs.
    /// <c>--migrate-only</c> ends before that.</summary>
    public static async Task RunWithDatabaseAsync(this WebApplication app, string[] args)
    {
        await PrepareAsync(app, app.Lifetime.ApplicationStopping);
        if (!args.Contains("--migrate-only")) await app.RunAsync();
    }

    static async Task PrepareAsync(WebApplication app, CancellationToken stopping)
    {
        var database = app.Services.GetRequiredService<NpgsqlDataSource>();
        for (var pause = 100; ; pause = Math.Min(pause * 2, 3000))
        {
            try
            {
                await CreateDatabaseAsync(database, stopping);
                await using var connection = await database.OpenConnectionAsync(stopping);
                await using var transaction = await connection.BeginTransactionAsync(stopping);
                await using var make = new NpgsqlCommand("select pg_advisory_xact_lock(74123);" + Schema, connection, transaction);
                await make.ExecuteNonQueryAsync(stopping);
                // The ring reads by a connection of its own, and must see the table.
                await transaction.CommitAsync(stopping);
                await MakeFirstKeyAsync(app.Services, database, stopping);
                return;
            }
            catch (NpgsqlException away) when (!stopping.IsCancellationRequested)
            {
                app.Logger.LogWarning("Waiting for the database: {Failure}", away.Message);
                await Task.Delay(pause, stopping);
            }
        }
    }

    // Made here, all replicas know it from the first cookie on; the ring makes the later ones two days ahead.
    static async Task MakeFirstKeyAsync(IServiceProvider services, NpgsqlDataSource database, CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        await using var take = new NpgsqlCommand("select pg_advisory_xact_lock(74124)", connection, transaction);
        await take.ExecuteNonQueryAsync(stopping);
        var (ring, now) = (services.GetRequiredService<IKeyManager>(), services.GetRequiredService<TimeProvider>().GetUtcNow());
        if (ring.GetAllKeys().Count == 0) ring.CreateNewKey(now, now.AddDays(90));
        await transaction.CommitAsync(stopping);
    }

    static async Task CreateDatabaseAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var own = source.CreateConnection();
        var wanted = new NpgsqlConnectionStringBuilder(own.ConnectionString);
        await using var server = own.CloneWith($"{new NpgsqlConnectionStringBuilder(own.ConnectionString) { Database = "postgres", Pooling = false }}");
        await server.OpenAsync(cancel);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = @name", server);
        exists.Parameters.AddWithValue("name", wanted.Database!);
        if (await exists.ExecuteScalarAsync(cancel) is not null) return;
        try
        {
            await using var create = new NpgsqlCommand($"create database \"{wanted.Database!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", server);
            await create.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException race) when (race.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another replica made it.
        }
    }
}
