using Xunit;

namespace DevPortal.Testing;

/// <summary>
/// The servers of one test project, started when first asked for and stopped at its end:
/// <c>[assembly: AssemblyFixture(typeof(Servers))]</c>.
/// </summary>
public sealed class Servers : IAsyncLifetime
{
    private readonly Lazy<Task<ITestServer>> postgres = new(() => TellAsync("PostgreSQL", ServerChoice.PostgresAsync(own: false)));
    private readonly Lazy<Task<ITestBroker>> rabbitMq = new(() => TellAsync("RabbitMQ", ServerChoice.RabbitMqAsync(own: false)));

    /// <summary>A connection string for a database that does not exist yet: the service makes its own. Another one with each call.</summary>
    public async Task<string> PostgresAsync(string database) =>
        $"{(await postgres.Value).Address};Database={Unique(database)};Maximum Pool Size=20";

    /// <summary>An amqp URI for an empty virtual host. Another one with each call, except on an external broker without management.</summary>
    public async Task<string> RabbitMqAsync() => await (await rabbitMq.Value).AddVirtualHostAsync(Unique("test"));

    /// <summary>A PostgreSQL server of the test's own, to stop, start and freeze.</summary>
    public static Task<ITestServer> StartPostgresAsync() => TellAsync("PostgreSQL of one test", ServerChoice.PostgresAsync(own: true));

    /// <summary>A RabbitMQ node of the test's own, to stop, start and freeze.</summary>
    public static Task<ITestBroker> StartRabbitMqAsync() => TellAsync("RabbitMQ of one test", ServerChoice.RabbitMqAsync(own: true));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (postgres.IsValueCreated) await (await postgres.Value).DisposeAsync();
        if (rabbitMq.IsValueCreated) await (await rabbitMq.Value).DisposeAsync();
    }

    private static string Unique(string name) => $"{name}_{Guid.NewGuid():N}"[..Math.Min(40, name.Length + 33)];

    private static async Task<T> TellAsync<T>(string what, Task<T> starting) where T : ITestServer
    {
        var server = await starting;
        await Console.Error.WriteLineAsync($"{what}: {server.Origin}");
        return server;
    }
}
