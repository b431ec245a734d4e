using System.Net.Sockets;
using DevPortal.Testing;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace DevPortal.LocalRun.Tests;

public sealed class ServersTests(Servers servers)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_call_names_a_database_of_its_own_on_one_server()
    {
        var one = new NpgsqlConnectionStringBuilder(await servers.PostgresAsync("catalog"));
        var two = new NpgsqlConnectionStringBuilder(await servers.PostgresAsync("catalog"));

        Assert.Equal(one.Port, two.Port);
        Assert.NotEqual(one.Database, two.Database);
        Assert.StartsWith("catalog_", one.Database, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_postgres_that_was_stopped_comes_back_with_its_data()
    {
        await using var server = await Servers.StartPostgresAsync();
        await ExecuteAsync(server.Address, "create table kept (id int)");

        await server.StopAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync(server.Address, "select 1"));

        await server.StartAsync();
        await ExecuteAsync(server.Address, "insert into kept values (1)");
    }

    [Fact]
    public async Task A_frozen_postgres_answers_nothing_until_it_is_resumed()
    {
        await using var server = await Servers.StartPostgresAsync();
        await server.PauseAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => ExecuteAsync($"{server.Address};Timeout=1", "select 1"));

        await server.ResumeAsync();
        await ExecuteAsync(server.Address, "select 1");
    }

    [Fact]
    public async Task A_server_that_is_not_ready_in_time_is_not_left_running()
    {
        var folder = Directory.CreateTempSubdirectory("devportal-late-");
        // The server's own user passes through it.
        folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        await using var postgres = new NativePostgres(new(Path.Combine(folder.FullName, "postgres"), Ports.Free(), "devportal", "secret") { Patience = TimeSpan.Zero });
        await using var supervised = new Supervised("postgres", postgres, _ => { }, () => { });

        await Assert.ThrowsAsync<TimeoutException>(() => supervised.StartAsync(Ct));

        Assert.False(supervised.Wanted);
        Assert.True(postgres.Process!.HasExited);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_queue_in_one_virtual_host_is_not_seen_in_another()
    {
        await using (var one = await ConnectAsync(await servers.RabbitMqAsync()))
        await using (var channel = await one.CreateChannelAsync(cancellationToken: Ct))
        {
            await channel.QueueDeclareAsync("mine", durable: true, exclusive: false, autoDelete: false, cancellationToken: Ct);
        }

        await using var two = await ConnectAsync(await servers.RabbitMqAsync());
        await using var other = await two.CreateChannelAsync(cancellationToken: Ct);
        await Assert.ThrowsAsync<OperationInterruptedException>(() => other.QueueDeclarePassiveAsync("mine", Ct));
    }

    [Fact]
    public async Task A_rabbitmq_that_was_stopped_comes_back_with_its_durable_queues()
    {
        await using var broker = await Servers.StartRabbitMqAsync();
        await using (var connection = await ConnectAsync(broker.Address))
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: Ct))
        {
            await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, cancellationToken: Ct);
        }

        await broker.StopAsync();
        using (var client = new TcpClient())
        {
            await Assert.ThrowsAsync<SocketException>(async () => await client.ConnectAsync("127.0.0.1", new Uri(broker.Address).Port, Ct));
        }

        await broker.StartAsync();
        await using var again = await ConnectAsync(broker.Address);
        await using var after = await again.CreateChannelAsync(cancellationToken: Ct);
        Assert.Equal("kept", (await after.QueueDeclarePassiveAsync("kept", Ct)).QueueName);
    }

    private static Task<IConnection> ConnectAsync(string uri) => new ConnectionFactory { Uri = new(uri) }.CreateConnectionAsync(Ct);

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection($"{server};Database=postgres;Pooling=false");
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
