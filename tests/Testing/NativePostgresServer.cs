using DevPortal.LocalRun;

namespace DevPortal.Testing;

internal sealed class NativePostgresServer(NativePostgres server, string folder) : ITestServer
{
    public string Address => server.ConnectionString;

    public string Origin => $"native ({NativePostgres.FindBinaries()})";

    public static async Task<NativePostgresServer> StartNewAsync()
    {
        var folder = ScratchFolder.New("postgres");
        var server = new NativePostgres(new(folder, Ports.Free(), "devportal", "test"));
        await server.StartAsync(CancellationToken.None);
        return new(server, folder);
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
        server.Process?.Resume();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
