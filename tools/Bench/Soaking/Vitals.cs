using DevPortal.Contracts;
using DevPortal.LocalRun;
using Npgsql;
using RabbitMQ.Client;

namespace DevPortal.Bench;

/// <summary>What a running portal holds at a moment.</summary>
sealed class Vitals(StateFolder state) : IAsyncDisposable
{
    public const string Memory = "memory of the .NET programs (PSS)", Handles = "open files and sockets of all programs", Connections = "connections to PostgreSQL", Queued = "messages in queues";

    readonly NpgsqlDataSource database = NpgsqlDataSource.Create(Limits.Environ(state, "identity", "ConnectionStrings__identitydb"));
    readonly string broker = Limits.Environ(state, "provisioning", "ConnectionStrings__rabbitmq");

    IConnection? connection;

    public async Task<IReadOnlyList<(string What, double Value)>> ReadAsync()
    {
        var programs = RunState.Of(state)!.Programs.Where(program => program.Process is not null).ToList();
        await using var count = database.CreateCommand("select count(*) from pg_stat_activity where client_port is not null");
        connection ??= await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var queued = 0d;
        foreach (var queue in Queues.All) queued += await channel.MessageCountAsync(queue.Name);
        return
        [
            (Memory, programs.Where(program => program.IsDotNet).Sum(program => LocalRun.Memory.Megabytes(program.Process!.Id) ?? 0)),
            (Handles, programs.Sum(program => ProcessTree.Descendants(program.Process!.Id).Append(program.Process).Sum(process => HandlesOf(process.Id)))),
            (Connections, (long)(await count.ExecuteScalarAsync())!),
            (Queued, queued),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        if (connection is not null) await connection.DisposeAsync();
    }

    static int HandlesOf(int process)
    {
        try
        {
            return Directory.GetFileSystemEntries($"/proc/{process}/fd").Length;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
