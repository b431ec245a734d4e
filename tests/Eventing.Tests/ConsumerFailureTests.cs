using DevPortal.Testing;
using Xunit;

namespace DevPortal.Eventing.Tests;

public sealed class ConsumerFailureTests(Servers servers)
{
    [Fact]
    public async Task A_failure_that_passes_is_retried_until_it_has_passed()
    {
        var broker = await servers.RabbitMqAsync();
        var failures = 5;
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), broker,
            _ => Interlocked.Decrement(ref failures) >= 0 ? new TimeoutException("a server is away") : null);
        await using var announcer = await Announcer.StartAsync(await servers.PostgresAsync("announcer"), broker);

        await announcer.RenameAsync("blue");

        await Eventually.IsTrueAsync(() => listener.Heard.Names is ["blue"], "it is heard after the failures");
        Assert.Equal(6, listener.Heard.Tries);
    }

    [Fact]
    public async Task A_bug_ends_in_the_error_queue_and_health_counts_it()
    {
        var broker = await servers.RabbitMqAsync();
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), broker,
            message => message.Name == "poison" ? new InvalidOperationException("a bug") : null);
        await using var announcer = await Announcer.StartAsync(await servers.PostgresAsync("announcer"), broker);
        await using var watching = new Broker(new BrokerAddress(new Uri(broker)));
        await watching.ConnectAsync("watching", new HashSet<Type>(), TestContext.Current.CancellationToken);

        await announcer.RenameAsync("poison");
        await announcer.RenameAsync("fine");

        await Eventually.IsTrueAsync(() => listener.Heard.Names is ["fine"], "the next message is heard");
        await Eventually.IsTrueAsync(async () => await watching.CountAsync("catalog.people_error", TestContext.Current.CancellationToken) == 1, "the bad message is kept");
        await using var health = new Broker(new BrokerAddress(new Uri(broker)));
        await health.ConnectAsync("health", new HashSet<Type>(), TestContext.Current.CancellationToken);
        var report = await new ErrorQueueHealth(health, new OwnQueues(["catalog.people"]), TimeProvider.System).CheckHealthAsync(new(), TestContext.Current.CancellationToken);
        Assert.Equal(1u, report.Data["catalog.people"]);
    }
}
