using DevPortal.Contracts;
using DevPortal.ServiceDefaults;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DevPortal.Eventing;

/// <summary>A service's ear: MassTransit on RabbitMQ.</summary>
public static class Bus
{
    /// <summary>Connects to <c>ConnectionStrings:rabbitmq</c> and listens.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="listening">Each queue of the service with the consumers that read it.</param>
    public static WebApplicationBuilder AddBus(this WebApplicationBuilder builder, params (Queue Queue, Type[] Consumers)[] listening)
    {
        var address = new Uri(builder.Configuration.GetConnectionString("rabbitmq") ?? throw new InvalidOperationException("ConnectionStrings:rabbitmq is missing."));
        builder.Services.AddSingleton(new BrokerAddress(address));
        builder.Services.AddSingleton(new OwnQueues([.. listening.Select(entry => entry.Queue.Name)]));
        builder.Services.AddSingleton<Broker>();
        builder.Services.AddHealthChecks().AddCheck<ErrorQueueHealth>("error-queues");
        builder.Services.AddSingleton<ErrorQueueHealth>();
        builder.Services.AddHostedService<LostQueues>();
        builder.Services.AddFigures(ErrorQueueFigures.All, ErrorQueueFigures.ReadAsync);
        builder.Services.Configure<MassTransitHostOptions>(host => host.WaitUntilStarted = false);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            // A broker that is away must not take the pages down: messages wait in the store.
            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            foreach (var consumer in listening.SelectMany(entry => entry.Consumers)) bus.AddConsumer(consumer);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(address, host => host.RequestedConnectionTimeout(TimeSpan.FromSeconds(5)));
                rabbit.MessageTopology.SetEntityNameFormatter(new ByFullName());
                rabbit.Publish<IMessage>(topology => topology.Exclude = true);
                rabbit.ConfigureJsonSerializerOptions(Json.Configure);
                rabbit.PrefetchCount = 32;
                foreach (var (queue, consumers) in listening)
                {
                    rabbit.ReceiveEndpoint(queue.Name, endpoint =>
                    {
                        QueueTopology.Configure(endpoint, queue.Name);
                        if (consumers.All(typeof(IWorksTogether).IsAssignableFrom)) endpoint.PrefetchCount = IWorksTogether.Prefetch;
                        endpoint.ConfigureError(error =>
                        {
                            error.UseFilter(new GiveBack());
                            error.UseFilter(new ErrorTransportFilter());
                        });
                        endpoint.UseMessageRetry(retry =>
                        {
                            retry.Handle<Exception>(Failures.MayPass);
                            // About five minutes; then the message is given back, long before RabbitMQ closes the channel (30 minutes).
                            retry.Exponential(45, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
                        });
                        foreach (var consumer in consumers) endpoint.ConfigureConsumer(context, consumer);
                    });
                }
            });
        });
        return builder;
    }

    sealed class ByFullName : IEntityNameFormatter
    {
        public string FormatEntityName<T>() => QueueTopology.Exchange(typeof(T));
    }

    /// <summary>What failed for want of a server goes back to the queue; only unreadable messages and bugs may reach <c>_error</c>.</summary>
    sealed class GiveBack : IFilter<ExceptionReceiveContext>
    {
        public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) =>
            Failures.MayPass(context.Exception) ? Task.FromException(context.Exception) : next.Send(context);

        public void Probe(ProbeContext context) => context.CreateFilterScope("give-back");
    }
}

/// <summary>Where the broker is (with its password: never log it).</summary>
sealed record BrokerAddress(Uri Uri)
{
    public override string ToString() => Uri.Host;
}

/// <summary>Queues that this service reads.</summary>
sealed record OwnQueues(string[] Names);
