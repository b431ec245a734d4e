using System.Collections.Concurrent;
using DevPortal.Contracts;
using DevPortal.ServiceDefaults;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace DevPortal.Testing;

/// <summary>The other services, as far as the broker can tell: says what they would announce, hears what they would hear.</summary>
public sealed class TestBroker : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    readonly IBusControl bus;
    readonly ConcurrentQueue<IMessage> received;
    readonly Uri address;
    int published;

    TestBroker(Uri address, IBusControl bus, ConcurrentQueue<IMessage> received) => (this.address, this.bus, this.received) = (address, bus, received);

    /// <summary>Messages that reached a queue by <see cref="PublishAsync"/>.</summary>
    public int Published => published;

    /// <param name="address">The amqp URI that the service under test got.</param>
    /// <param name="listenTo">Message types to hear, on a queue that ends with this object.</param>
    public static async Task<TestBroker> ConnectAsync(string address, params Type[] listenTo)
    {
        var received = new ConcurrentQueue<IMessage>();
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(address));
            rabbit.MessageTopology.SetEntityNameFormatter(new ByFullName());
            rabbit.Publish<IMessage>(topology => topology.Exclude = true);
            rabbit.ConfigureJsonSerializerOptions(Json.Configure);
            if (listenTo.Length == 0) return;
            rabbit.ReceiveEndpoint($"test-{Guid.NewGuid():N}", endpoint =>
            {
                endpoint.AutoDelete = true;
                endpoint.Durable = false;
                foreach (var message in listenTo)
                {
                    var listener = typeof(Listener<>).MakeGenericType(message);
                    endpoint.Consumer(listener, _ => Activator.CreateInstance(listener, received)!);
                }
            });
        });
        await bus.StartAsync(new CancellationTokenSource(Patience).Token);
        return new(new Uri(address), bus, received);
    }

    /// <summary>Publishes as a relay does; waits until somebody listens.</summary>
    public async Task PublishAsync(IMessage message)
    {
        for (var deadline = DateTime.UtcNow + Patience; ; await Task.Delay(50))
        {
            try
            {
                await bus.Publish(message, message.GetType(), context =>
                {
                    if (context is RabbitMqSendContext rabbit) rabbit.Mandatory = true;
                });
                Interlocked.Increment(ref published);
                return;
            }
            catch (MessageReturnedException) when (DateTime.UtcNow < deadline)
            {
                // The service has not declared its queue yet.
            }
        }
    }

    /// <summary>The first message that fits, waited for.</summary>
    public async Task<T> ReceivedAsync<T>(Func<T, bool> fits) where T : IMessage
    {
        for (var deadline = DateTime.UtcNow + Patience; DateTime.UtcNow < deadline; await Task.Delay(10))
        {
            if (Received(fits) is [var found, ..]) return found;
        }

        throw new TimeoutException($"No {typeof(T).Name} that fits within {Patience}; {received.OfType<T>().Count()} others came.");
    }

    /// <summary>All that came so far and fit.</summary>
    public IReadOnlyList<T> Received<T>(Func<T, bool> fits) where T : IMessage => [.. received.OfType<T>().Where(fits)];

    /// <summary>Messages that wait in a queue; 0 if there is no such queue.</summary>
    public async Task<uint> CountAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (OperationInterruptedException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync() => await bus.StopAsync(TimeSpan.FromSeconds(10));

    sealed class Listener<T>(ConcurrentQueue<IMessage> received) : IConsumer<T> where T : class, IMessage
    {
        public Task Consume(ConsumeContext<T> context)
        {
            received.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    sealed class ByFullName : IEntityNameFormatter
    {
        public string FormatEntityName<T>() => typeof(T).FullName!;
    }
}
