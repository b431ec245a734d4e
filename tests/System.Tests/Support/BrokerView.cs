using DevPortal.Contracts;
using DevPortal.Demo.Api;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>What lies in the queues of a portal's broker.</summary>
public sealed class BrokerView(string address)
{
    public Task<IConnection> ConnectAsync(CancellationToken ct) => new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(ct);

    /// <summary>After a broker that was long away MassTransit tries each of its queues again at intervals that grow to half a minute and more.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>Waits until all that was announced was heard, and says which messages were given up on the way.</summary>
    public async Task UntilQuietAsync(CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        await Eventually.UntilAsync(
            () => CountAsync(connection, Queues.All.Select(queue => queue.Name), ct), waiting => waiting.Count == 0, Patience, "all queues are empty", ct);
        Assert.Empty(await CountAsync(connection, Queues.All.Select(queue => queue.Name + "_error"), ct));
    }

    /// <summary>Queues that hold something, with the number of messages.</summary>
    static async Task<Waiting> CountAsync(IConnection connection, IEnumerable<string> queues, CancellationToken ct)
    {
        var waiting = new Waiting();
        foreach (var queue in queues)
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
            try
            {
                if ((await channel.QueueDeclarePassiveAsync(queue, ct)).MessageCount is > 0 and var count) waiting[queue] = count;
            }
            catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == 404)
            {
                // Nothing was ever announced to it.
            }
        }
        return waiting;
    }

    sealed class Waiting : Dictionary<string, uint>
    {
        public override string ToString() => string.Join(", ", this.Select(queue => $"{queue.Key}: {queue.Value}"));
    }
}
