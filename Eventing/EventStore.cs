using DevPortal.Contracts;
using DevPortal.Contracts.Identity;
using DevPortal.ServiceDefaults;
using JasperFx;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>All that a service says to others.</summary>
/// <param name="Of">The message for an event, or null if others need not know. Pure: events carry what the message needs.</param>
/// <param name="Messages">Every message type that <paramref name="Of"/> can return.</param>
public sealed record Announcing(Func<IEvent, IMessage?> Of, params Type[] Messages)
{
    /// <summary>Origin of the message that announces an event.</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="occurredAt">When it happened, from the event's own data.</param>
    public static Origin Origin(IEvent recorded, DateTimeOffset occurredAt) =>
        new(recorded.StreamId, recorded.Version, occurredAt, Guid.TryParse(recorded.CorrelationId, out var id) ? id : Guid.Empty);
}

/// <summary>Sets up a service's event store (Marten on its own PostgreSQL database) and the relay that announces its events.</summary>
public static class EventStore
{
    /// <param name="builder">The service.</param>
    /// <param name="database">Name of the connection string, e.g. <c>catalogdb</c>. Its database is made if it is missing.</param>
    /// <param name="announcing">What the service says to others; usually <c>Announcements.All</c>.</param>
    /// <param name="configure">Snapshots, indexes and documents of the service.</param>
    public static WebApplicationBuilder AddEventStore(this WebApplicationBuilder builder, string database, Announcing announcing, Action<StoreOptions> configure)
    {
        var configured = builder.Configuration.GetConnectionString(database)
            ?? throw new InvalidOperationException($"ConnectionStrings:{database} is missing.");
        var connection = new NpgsqlConnectionStringBuilder(configured)
        {
            MaxPoolSize = 20,
            MaxAutoPrepare = 100,
            // Nothing of a session is set on a pooled connection: locks and LISTEN have connections of their own. To reset it costs seven statements
            // each time one is taken from the pool.
            NoResetOnClose = true,
            Timeout = 10,
            CommandTimeout = 15,
            ApplicationName = builder.Environment.ApplicationName,
        };

        var source = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
        // By a factory, so that the container closes it at the end.
        builder.Services.AddSingleton(_ => source);
        builder.Services.AddSingleton(new StoreName(database));
        builder.Services.AddSingleton(new LockConnection(new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Pooling = false, KeepAlive = 5 }.ConnectionString));
        builder.Services.AddSingleton<Wakeup>();
        builder.Services.AddMarten(services => Options(services, source, configure)).BuildSessionsWith<Sessions>(ServiceLifetime.Scoped);
        builder.Services.AddSingleton(announcing);
        builder.Services.AddSingleton<HearTogether>();
        builder.Services.AddSingleton<RelayState>();
        builder.Services.AddHostedService<Relay>();
        builder.Services.AddHostedService<SweepReplies>();
        builder.Services.AddHealthChecks().AddCheck<RelayHealth>("relay").AddCheck<DatabaseHealth>("database");
        builder.Services.AddSingleton<DatabaseHealth>();
        builder.Services.AddFigures(RelayFigures.All, RelayFigures.ReadAsync);
        // A lost race for a stream is an answer here (412), but Marten logs it as an error.
        builder.Logging.AddFilter("Marten.IDocumentStore", LogLevel.Critical);
        return builder;
    }

    static StoreOptions Options(IServiceProvider services, NpgsqlDataSource source, Action<StoreOptions> configure)
    {
        var options = new StoreOptions { AutoCreateSchemaObjects = AutoCreate.None };
        options.Connection(source);
        options.UseSystemTextJsonForSerialization(configure: json => Json.Configure(json));
        options.DisableNpgsqlLogging = true;
        options.Events.StreamIdentity = StreamIdentity.AsGuid;
        // The relay relies on the quick modes: sequence numbers are taken inside the appending transaction.
        options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        options.Events.UseExclusiveLockOnConcurrentAppends = true;
        options.Events.EnableUniqueIndexOnEventId = true;
        options.Events.UseIdentityMapForAggregates = true;
        // Marten leaves its event tables out of the schema until it knows of an event.
        options.Events.AddEventType<UserChanged>();
        options.Events.MetadataConfig.CorrelationIdEnabled = true;
        options.Events.MetadataConfig.HeadersEnabled = true;
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Errors.SkipSerializationErrors = false;
        options.Projections.Errors.SkipUnknownEvents = false;
        options.Listeners.Add(new CommitSpan());
        options.Listeners.Add(new PulseAfterCommit(services.GetRequiredService<Wakeup>()));
        options.Schema.For<KnownUser>().Identity(user => user.Id);
        options.Schema.For<RevokedToken>().Identity(token => token.Id);
        options.Schema.For<StoredReply>().Identity(reply => reply.Id).Duplicate(reply => reply.At);
        configure(options);
        return options;
    }
}

/// <summary>Name of the service's store: of its advisory locks and of its mark at the broker.</summary>
/// <param name="Value">The connection string's name, e.g. <c>catalogdb</c>.</param>
public sealed record StoreName(string Value);

/// <summary>Makes connections outside the pool: closing one ends its locks, its settings and its LISTEN; a pooled one would keep them.</summary>
public sealed class LockConnection(string connectionString)
{
    /// <summary>An open connection; the caller closes it.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
