using DevPortal.Contracts;
using DevPortal.Contracts.Identity;
using DevPortal.ServiceDefaults;
using JasperFx.Events;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace DevPortal.Eventing.Tests;

/// <summary>What happens in the announcing service of these tests.</summary>
public sealed record TeamRenamed(string Name, DateTimeOffset OccurredAt);

/// <summary>Nobody needs to know.</summary>
public sealed record TeamPainted(string Colour);

/// <summary>A service that announces teams: the same start as the real ones, on servers of the test.</summary>
sealed class Announcer : IAsyncDisposable
{
    static readonly Announcing All = new(Of, typeof(TeamChanged));
    readonly WebApplication app;
    readonly Task running;

    Announcer(WebApplication app, Task running) => (this.app, this.running) = (app, running);

    public IServiceProvider Services => app.Services;

    public RelayState Relay => app.Services.GetRequiredService<RelayState>();

    static IMessage? Of(IEvent recorded) => recorded.Data is TeamRenamed renamed
        ? renamed.Name == "unspeakable"
            ? throw new InvalidOperationException("This event can't be announced.")
            : new TeamChanged(Announcing.Origin(recorded, renamed.OccurredAt), recorded.StreamId, Guid.Empty, renamed.Name, false)
        : null;

    public static async Task<Announcer> StartAsync(string database, string broker)
    {
        var builder = Host(database, broker);
        builder.AddEventStore("teamsdb", All, _ => { }).AddBus();
        var app = builder.Build();
        app.UseServiceDefaults();
        var running = app.RunWithStoreAsync([]);
        await Started(app, running);
        return new Announcer(app, running);
    }

    public static WebApplicationBuilder Host(string database, string broker)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:teamsdb"] = database,
            ["ConnectionStrings:rabbitmq"] = broker,
            ["PublicUrl"] = "http://localhost:8080",
            ["Urls"] = "http://127.0.0.1:0",
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder.AddServiceDefaults();
    }

    public static async Task Started(WebApplication app, Task running)
    {
        var started = new TaskCompletionSource();
        app.Lifetime.ApplicationStarted.Register(started.SetResult);
        if (await Task.WhenAny(started.Task, running) == running) await running;
    }

    public async Task RenameAsync(params string[] names)
    {
        await using var session = Services.GetRequiredService<IDocumentStore>().LightweightSession();
        foreach (var name in names) session.Events.StartStream(Guid.CreateVersion7(), new TeamRenamed(name, DateTimeOffset.UtcNow));
        await session.SaveChangesAsync();
    }

    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await running;
        await app.DisposeAsync();
    }
}

/// <summary>A service that listens to teams and remembers what it heard, in order.</summary>
sealed class Listener : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Task running;

    Listener(WebApplication app, Task running) => (this.app, this.running) = (app, running);

    public IServiceProvider Services => app.Services;

    public Heard Heard => app.Services.GetRequiredService<Heard>();

    public static async Task<Listener> StartAsync(string database, string broker, Func<TeamChanged, Exception?>? failure = null)
    {
        var builder = Announcer.Host(database, broker);
        builder.Services.AddSingleton(new Heard(failure));
        builder.AddEventStore("teamsdb", new Announcing(_ => null), store => store.HearsUsers()).AddBus((Queues.CatalogPeople, [typeof(HearTeam)]));
        var app = builder.Build();
        app.UseServiceDefaults();
        var running = app.RunWithStoreAsync([]);
        await Announcer.Started(app, running);
        return new Listener(app, running);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await running;
        await app.DisposeAsync();
    }
}

sealed class Heard(Func<TeamChanged, Exception?>? failure)
{
    readonly List<TeamChanged> heard = [];
    int tries;

    public int Tries => tries;

    public string[] Names
    {
        get { lock (heard) return [.. heard.Select(message => message.Name)]; }
    }

    public void Add(TeamChanged message)
    {
        Interlocked.Increment(ref tries);
        if (failure?.Invoke(message) is { } bad) throw bad;
        lock (heard) heard.Add(message);
    }
}

sealed class HearTeam(Heard heard) : IConsumer<TeamChanged>
{
    public Task Consume(ConsumeContext<TeamChanged> context)
    {
        heard.Add(context.Message);
        return Task.CompletedTask;
    }
}

static class Eventually
{
    /// <summary>Looks until it is so; the deadline is generous because machines are slow and noisy.</summary>
    public static async Task IsTrueAsync(Func<Task<bool>> look, string what)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (!await look())
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, $"Not within a minute: {what}");
            await Task.Delay(10);
        }
    }

    public static Task IsTrueAsync(Func<bool> look, string what) => IsTrueAsync(() => Task.FromResult(look()), what);
}
