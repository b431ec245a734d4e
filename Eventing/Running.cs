using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>How a service with a store starts.</summary>
public static class Running
{
    /// <summary>Makes database, schema and keys under an advisory lock, so that replicas starting together on an empty server make one
    /// of each; then runs. Waits for PostgreSQL as long as it takes. Nothing listens before the schema is there.</summary>
    /// <param name="app">The service.</param>
    /// <param name="args">Its command line: <c>--migrate-only</c> ends after the schema; <c>--relay-from N</c> announces again from
    /// event N; <c>--relay-skip N --reason TEXT</c> leaves one event out, recorded.</param>
    /// <param name="prepare">What the service makes once besides Marten's schema, under the same lock; idempotent.</param>
    public static async Task RunWithStoreAsync(this WebApplication app, string[] args, Func<IServiceProvider, CancellationToken, Task>? prepare = null)
    {
        // A wrong setting ends the start at once, also while the database is away.
        app.Services.GetService<IStartupValidator>()?.Validate();
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await PrepareAsync(app, prepare, stopping);
        if (args.Contains("--migrate-only")) return;
        if (await RelayCommand.TryAsync(app.Services.GetRequiredService<NpgsqlDataSource>(), args)) return;
        await app.RunAsync();
    }

    static async Task PrepareAsync(WebApplication app, Func<IServiceProvider, CancellationToken, Task>? prepare, CancellationToken stopping)
    {
        var source = app.Services.GetRequiredService<NpgsqlDataSource>();
        for (var pause = 100; ; pause = Math.Min(pause * 2, 3000))
        {
            try
            {
                await CreateDatabaseAsync(source, stopping);
                await using var connection = await app.Services.GetRequiredService<LockConnection>().OpenAsync(stopping);
                await using (var take = new NpgsqlCommand("select pg_advisory_lock(74123)", connection) { CommandTimeout = 120 }) await take.ExecuteNonQueryAsync(stopping);
                await app.Services.GetRequiredService<IDocumentStore>().Storage.ApplyAllConfiguredChangesToDatabaseAsync(JasperFx.AutoCreate.CreateOrUpdate);
                await using (var relay = new NpgsqlCommand(RelayCursor.Schema, connection)) await relay.ExecuteNonQueryAsync(stopping);
                if (prepare is not null)
                {
                    await using var scope = app.Services.CreateAsyncScope();
                    await prepare(scope.ServiceProvider, stopping);
                }

                return;
            }
            catch (Exception away) when (!stopping.IsCancellationRequested && (Failures.MayPass(away) || away is NpgsqlException))
            {
                app.Logger.LogWarning("Waiting for the database: {Failure}", away.Message);
                await Task.Delay(pause, stopping);
            }
        }
    }

    static async Task CreateDatabaseAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        var wanted = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        // A data source hides the password from its connection string; a connection of its own is cloned with another database.
        await using var own = source.CreateConnection();
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
