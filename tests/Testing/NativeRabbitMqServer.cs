using DevPortal.LocalRun;

namespace DevPortal.Testing;

internal sealed class NativeRabbitMqServer(NativeRabbitMq server, string folder) : ITestBroker
{
    public string Address => server.Uri;

    public string Origin => $"native ({NativeRabbitMq.FindBinaries()})";

    public static async Task<NativeRabbitMqServer> StartNewAsync()
    {
        var folder = ScratchFolder.New("rabbitmq");
        var server = new NativeRabbitMq(new(folder, Ports.Free(), "devportal", "test"), Ports.Free(), Ports.Free());
        await server.StartAsync(CancellationToken.None);
        return new(server, folder);
    }

    public async Task<string> AddVirtualHostAsync(string name)
    {
        await server.AddVirtualHostAsync(name, CancellationToken.None);
        return $"{Address}/{name}";
    }

    public Task StopAsync() => server.StopAsync();

    public Task StartAsync() => server.StartAsync(CancellationToken.None);

    public Task PauseAsync()
    {
        server.Process?.Pause();
        return Task.CompletedTask;
    }

    public Task ResumeAsync()
    {
        server.Process?.Resume();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
