using System.Security.Cryptography;
using System.Text;
using DevPortal.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace DevPortal.Eventing;

/// <summary>The relay's own connection to the broker. It tells whether the broker still is the one that was told everything.</summary>
sealed class Broker(BrokerAddress address) : IAsyncDisposable
{
    IConnection? connection;
    IChannel? channel;

    /// <summary>Connects if need be, and declares the queues of all consumers.</summary>
    /// <param name="store">Name of the store that announces.</param>
    /// <param name="messages">Message types that it can announce.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Not null: the broker does not have this relay's mark, so it was emptied or a consumer is new.
    /// Start from the first event, and call the function when done, to make the mark last.</returns>
    public async Task<Func<Task>?> ConnectAsync(string store, IReadOnlySet<Type> messages, CancellationToken cancel)
    {
        if (channel is { IsOpen: true }) return null;
        await DisposeAsync();
        var factory = new ConnectionFactory { Uri = address.Uri, AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = TimeSpan.FromSeconds(5), ContinuationTimeout = TimeSpan.FromSeconds(10), ClientProvidedName = $"relay {store}" };
        connection = await factory.CreateConnectionAsync(cancel);
        var queues = Queues.All.Where(queue => queue.Messages.Any(messages.Contains)).ToArray();
        var mark = Mark(store, queues);
        var known = await ExistsAsync(mark, cancel);
        channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        await QueueTopology.DeclareAsync(channel, queues, messages, cancel);
        var declared = channel;
        return known ? null : () => declared.QueueDeclareAsync(mark, durable: true, exclusive: false, autoDelete: false);
    }

    /// <summary>Throws unless the connection that was checked is still the same: what was published meanwhile went to the same broker.</summary>
    public async Task ConfirmSameAsync(CancellationToken cancel)
    {
        if (channel is not { IsOpen: true } open) throw new IOException("The broker went away.");
        // A round trip: a connection that died is noticed here at the latest.
        await open.BasicQosAsync(0, 1, global: false, cancel);
    }

    /// <summary>Messages waiting in a queue; null if there is no such queue.</summary>
    public async Task<uint?> CountAsync(string queue, CancellationToken cancel)
    {
        if (connection is not { IsOpen: true } open) return null;
        try
        {
            await using var probe = await open.CreateChannelAsync(cancellationToken: cancel);
            return (await probe.QueueDeclarePassiveAsync(queue, cancel)).MessageCount;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == 404)
        {
            return null;
        }
    }

    async Task<bool> ExistsAsync(string queue, CancellationToken cancel) => await CountAsync(queue, cancel) is not null;

    /// <summary>Changes with the list of consumers: a new one is told everything from the start.</summary>
    internal static string Mark(string store, IEnumerable<Queue> queues)
    {
        var list = string.Join('\n', queues.OrderBy(queue => queue.Name, StringComparer.Ordinal)
            .Select(queue => $"{queue.Name}:{string.Join(',', queue.Messages.Select(message => message.FullName).Order(StringComparer.Ordinal))}"));
        return $"relay.{store}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list)))[..12]}";
    }

    public async ValueTask DisposeAsync()
    {
        var (oldChannel, oldConnection) = (channel, connection);
        (channel, connection) = (null, null);
        if (oldChannel is not null) await oldChannel.DisposeAsync();
        if (oldConnection is not null) await oldConnection.DisposeAsync();
    }
}
