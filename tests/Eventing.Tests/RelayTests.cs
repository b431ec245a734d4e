using DevPortal.Testing;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(Servers))]

namespace DevPortal.Eventing.Tests;

public sealed class RelayTests(Servers servers)
{
    [Fact]
    public async Task A_committed_event_reaches_a_listening_service()
    {
        var broker = await servers.RabbitMqAsync();
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), broker);
        await using var announcer = await Announcer.StartAsync(await servers.PostgresAsync("announcer"), broker);

        await announcer.RenameAsync("blue");

        await Eventually.IsTrueAsync(() => listener.Heard.Names is ["blue"], "the listener hears 'blue'");
    }

    [Fact]
    public async Task A_service_that_has_never_run_hears_what_was_said_before()
    {
        var broker = await servers.RabbitMqAsync();
        await using var announcer = await Announcer.StartAsync(await servers.PostgresAsync("announcer"), broker);
        await announcer.RenameAsync("one", "two");
        await Eventually.IsTrueAsync(() => announcer.Relay.Position == 2, "both are announced");

        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), broker);

        await Eventually.IsTrueAsync(() => listener.Heard.Names.Order().SequenceEqual(["one", "two"]), "both are heard");
    }

    [Fact]
    public async Task An_emptied_broker_is_told_everything_again()
    {
        var database = await servers.PostgresAsync("announcer");
        var first = await servers.RabbitMqAsync();
        await using (var announcer = await Announcer.StartAsync(database, first))
        {
            await announcer.RenameAsync("one", "two");
            await Eventually.IsTrueAsync(() => announcer.Relay.Position == 2, "both are announced");
        }

        // Another virtual host is a broker without our mark.
        var emptied = await servers.RabbitMqAsync();
        await using var again = await Announcer.StartAsync(database, emptied);
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), emptied);

        await Eventually.IsTrueAsync(() => listener.Heard.Names.Order().SequenceEqual(["one", "two"]), "both are heard at the new broker");
    }

    [Fact]
    public async Task Only_one_relay_per_store_is_active_and_another_takes_over()
    {
        var (database, broker) = (await servers.PostgresAsync("announcer"), await servers.RabbitMqAsync());
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), broker);
        var one = await Announcer.StartAsync(database, broker);
        await Eventually.IsTrueAsync(() => one.Relay.IsLeader, "the first leads");
        await using var two = await Announcer.StartAsync(database, broker);

        await two.RenameAsync("by the one that does not lead");
        await Eventually.IsTrueAsync(() => listener.Heard.Names.Length == 1, "it is announced by the other");
        Assert.True(one.Relay.IsLeader);
        Assert.False(two.Relay.IsLeader);

        await one.DisposeAsync();
        await two.RenameAsync("after the change");
        await Eventually.IsTrueAsync(() => two.Relay.IsLeader && listener.Heard.Names.Length == 2, "the second took over");
    }

    [Fact]
    public async Task A_leader_whose_connection_is_killed_goes_on_or_hands_over_without_losing_anything()
    {
        var (database, broker) = (await servers.PostgresAsync("announcer"), await servers.RabbitMqAsync());
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), broker);
        await using var announcer = await Announcer.StartAsync(database, broker);
        await Eventually.IsTrueAsync(() => announcer.Relay.IsLeader, "it leads");

        await using (var kill = announcer.Database.CreateCommand("select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid()"))
            Assert.Equal(1L, await kill.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        await announcer.RenameAsync("after the kill");

        await Eventually.IsTrueAsync(() => listener.Heard.Names.Contains("after the kill"), "the relay leads again");
    }

    [Fact]
    public async Task An_event_behind_a_number_that_is_still_being_written_waits_for_it()
    {
        var broker = await servers.RabbitMqAsync();
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), broker);
        await using var announcer = await Announcer.StartAsync(await servers.PostgresAsync("announcer"), broker);
        await announcer.RenameAsync("first");
        await Eventually.IsTrueAsync(() => listener.Heard.Names is ["first"], "the first is heard");

        await using var slow = await announcer.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await slow.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var take = new NpgsqlCommand("select nextval('mt_events_sequence')", slow)) await take.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        await announcer.RenameAsync("behind the gap");
        // The relay has seen the gap when it has looked again and again without moving.
        await using (var look = announcer.Database.CreateCommand("select pg_sleep(0.3), position from relay"))
        await using (var seen = await look.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            await seen.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1L, seen.GetInt64(1));
        }

        Assert.Equal(["first"], listener.Heard.Names);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        await Eventually.IsTrueAsync(() => listener.Heard.Names is ["first", "behind the gap"], "the relay passes the number that was rolled back");
    }

    [Fact]
    public async Task A_gap_that_an_operator_passed_over_is_waited_for_no_longer()
    {
        await using var announcer = await Announcer.StartAsync(await servers.PostgresAsync("announcer"), await servers.RabbitMqAsync());
        await announcer.RenameAsync("first");
        await Eventually.IsTrueAsync(() => announcer.Relay.Position == 1, "the first is announced");
        await using var slow = await announcer.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var open = await slow.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var take = new NpgsqlCommand("select nextval('mt_events_sequence')", slow)) await take.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        await announcer.RenameAsync("behind the gap");
        await using var connection = await announcer.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var session = announcer.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var cursor = new RelayCursor(connection, new StoreName("looks"));
        await cursor.LoadAsync(TestContext.Current.CancellationToken);
        await cursor.NextAsync(session, 10, TestContext.Current.CancellationToken);
        Assert.True(cursor.HasGap);

        await using (var pass = announcer.Database.CreateCommand("update relay set position = 3")) await pass.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        Assert.True(await cursor.WasMovedAsync(TestContext.Current.CancellationToken));
        await cursor.NextAsync(session, 10, TestContext.Current.CancellationToken);

        Assert.False(cursor.HasGap);
    }

    [Fact]
    public async Task An_event_that_cannot_be_announced_blocks_and_can_be_skipped()
    {
        var (database, broker) = (await servers.PostgresAsync("announcer"), await servers.RabbitMqAsync());
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), broker);
        await using var announcer = await Announcer.StartAsync(database, broker);
        await announcer.RenameAsync("fine");
        await Eventually.IsTrueAsync(() => listener.Heard.Names.Contains("fine"), "the first is heard");
        await announcer.RenameAsync("unspeakable");
        await announcer.RenameAsync("behind it");
        await Eventually.IsTrueAsync(() => announcer.Relay.Report(DateTimeOffset.UtcNow).Data.ContainsKey("blockedAtEvent"), "health names the event that blocks");

        Assert.True(await RelayCommand.TryAsync(announcer.Database, ["--relay-skip", "2", "--reason", "a test"]));

        await Eventually.IsTrueAsync(() => listener.Heard.Names.Contains("behind it"), "the rest is heard");
        await Eventually.IsTrueAsync(() => announcer.Relay.Report(DateTimeOffset.UtcNow).Description == "announcing", "health is good again");
    }

    [Fact]
    public async Task An_operator_can_have_everything_announced_again()
    {
        var broker = await servers.RabbitMqAsync();
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), broker);
        await using var announcer = await Announcer.StartAsync(await servers.PostgresAsync("announcer"), broker);
        await announcer.RenameAsync("one", "two");
        await Eventually.IsTrueAsync(() => announcer.Relay.Position == 2, "both are announced");

        Assert.True(await RelayCommand.TryAsync(announcer.Database, ["--relay-from", "2"]));
        await announcer.RenameAsync("three");

        await Eventually.IsTrueAsync(() => listener.Heard.Names.Count(name => name == "two") == 2 && listener.Heard.Names.Contains("three"), "the second is heard twice");
        Assert.Single(listener.Heard.Names, "one");
    }
}
