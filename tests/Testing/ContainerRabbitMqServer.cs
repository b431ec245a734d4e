using DevPortal.LocalRun;
using Testcontainers.RabbitMq;

namespace DevPortal.Testing;

internal sealed class ContainerRabbitMqServer(RabbitMqContainer container, int port, string image) : ITestBroker
{
    public string Address => $"amqp://devportal:test@{container.Hostname}:{port}";

    public string Origin => $"container {image}";

    public static async Task<ContainerRabbitMqServer> StartNewAsync()
    {
        var image = ManifestImages.Of("rabbitmq");
        // A mapped port that Docker chooses is another one after a stop and start.
        var port = Ports.Free();
        var container = new RabbitMqBuilder(image)
            .WithUsername("devportal")
            .WithPassword("test")
            .WithPortBinding(port, RabbitMqBuilder.RabbitMqPort)
            .Build();
        await container.StartAsync();
        return new(container, port, image);
    }

    public async Task<string> AddVirtualHostAsync(string name)
    {
        await ControlAsync("add_vhost", name);
        await ControlAsync("set_permissions", "-p", name, "devportal", ".*", ".*", ".*");
        return $"{Address}/{name}";
    }

    public Task StopAsync() => container.StopAsync();

    public Task StartAsync() => container.StartAsync();

    public Task PauseAsync() => container.PauseAsync();

    public Task ResumeAsync() => container.UnpauseAsync();

    public ValueTask DisposeAsync() => container.DisposeAsync();

    private async Task ControlAsync(params string[] arguments)
    {
        var result = await container.ExecAsync(["rabbitmqctl", .. arguments]);
        if (result.ExitCode != 0) throw new InvalidOperationException($"rabbitmqctl {arguments[0]}: {result.Stderr}");
    }
}
