using DevPortal.Contracts;
using MassTransit;
using RabbitMQ.Client;

namespace DevPortal.Eventing;

/// <summary>Names and arguments of exchanges and queues, for those who listen and for those who announce: arguments that differ are a 406.</summary>
static class QueueTopology
{
    /// <summary>Exchange of a message type.</summary>
    public static string Exchange(Type message) => message.FullName!;

    public static string ErrorQueue(string queue) => queue + "_error";

    /// <summary>Newer brokers give a message up after 20 deliveries; an outage takes more than that.</summary>
    public static Dictionary<string, object?> Arguments(string queue) => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = 100_000,
        ["x-dead-letter-exchange"] = ErrorQueue(queue),
    };

    /// <summary>Sets the same on a receive endpoint.</summary>
    public static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, string queue)
    {
        foreach (var (name, value) in Arguments(queue)) endpoint.SetQueueArgument(name, value);
    }

    /// <summary>Declares the queues that listen to any of the messages, with their bindings.</summary>
    public static async Task DeclareAsync(IChannel channel, IEnumerable<Queue> queues, IReadOnlySet<Type> messages, CancellationToken cancel)
    {
        foreach (var message in messages) await channel.ExchangeDeclareAsync(Exchange(message), ExchangeType.Fanout, durable: true, cancellationToken: cancel);
        foreach (var queue in queues)
        {
            // MassTransit gives the error queue the arguments of the queue.
            await DeclareQueueAsync(channel, ErrorQueue(queue.Name), Arguments(queue.Name), cancel);
            await DeclareQueueAsync(channel, queue.Name, Arguments(queue.Name), cancel);
            foreach (var message in queue.Messages.Where(messages.Contains))
                await channel.ExchangeBindAsync(queue.Name, Exchange(message), "", cancellationToken: cancel);
        }
    }

    static async Task DeclareQueueAsync(IChannel channel, string queue, Dictionary<string, object?> arguments, CancellationToken cancel)
    {
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancel);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancel);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancel);
    }
}
