using DevPortal.LocalRun;
using Testcontainers.PostgreSql;

namespace DevPortal.Testing;

internal sealed class ContainerPostgresServer(PostgreSqlContainer container, int port, string image) : ITestServer
{
    public string Address => $"Host={container.Hostname};Port={port};Username=devportal;Password=test";

    public string Origin => $"container {image}";

    public static async Task<ContainerPostgresServer> StartNewAsync()
    {
        var image = ManifestImages.Of("postgres");
        // A mapped port that Docker chooses is another one after a stop and start.
        var port = Ports.Free();
        var container = new PostgreSqlBuilder(image)
            .WithUsername("devportal")
            .WithPassword("test")
            .WithPortBinding(port, PostgreSqlBuilder.PostgreSqlPort)
            .WithCommand("-c", "max_connections=200")
            .Build();
        await container.StartAsync();
        return new(container, port, image);
    }

    public Task StopAsync() => container.StopAsync();

    public Task StartAsync() => container.StartAsync();

    public Task PauseAsync() => container.PauseAsync();

    public Task ResumeAsync() => container.UnpauseAsync();

    public ValueTask DisposeAsync() => container.DisposeAsync();
}
