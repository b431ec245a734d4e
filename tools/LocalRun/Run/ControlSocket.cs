using System.Net.Sockets;

namespace DevPortal.LocalRun;

/// <summary>Lets other processes of the same user break a running portal: <c>./devportal demo --break</c>, and whoever is curious.</summary>
internal sealed class ControlSocket : IAsyncDisposable
{
    private readonly PortalRun run;
    private readonly string path;
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    public ControlSocket(PortalRun run)
    {
        this.run = run;
        path = run.State.Control;
        File.Delete(path);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        socket.Listen();
        serving = ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        socket.Dispose();
        stop.Dispose();
        File.Delete(path);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var caller = await socket.AcceptAsync(stop.Token);
                _ = AnswerAsync(caller);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run ends.
        }
    }

    private async Task AnswerAsync(Socket caller)
    {
        await using var stream = new NetworkStream(caller, ownsSocket: true);
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream);
        try
        {
            await DoAsync((await reader.ReadLineAsync(stop.Token) ?? "").Split(' '));
            await writer.WriteLineAsync("ok");
        }
        catch (Exception failure)
        {
            // Whatever it is, the caller hears it; the run goes on.
            await writer.WriteLineAsync(failure.Message.ReplaceLineEndings(" "));
        }
    }

    private async Task DoAsync(string[] words)
    {
        if (words is not [var verb, var program]) throw new ArgumentException("<kill|stop|start|pause|resume> <program>");
        switch (Enum.Parse<ControlVerb>(verb, ignoreCase: true))
        {
            case ControlVerb.Kill: await run.KillAsync(program); break;
            case ControlVerb.Stop: await run.StopAsync(program); break;
            case ControlVerb.Start: await run.StartAsync(program, stop.Token); break;
            case ControlVerb.Pause: run.Pause(program); break;
            case ControlVerb.Resume: run.Resume(program); break;
        }
    }
}
