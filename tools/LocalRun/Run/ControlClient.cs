using System.Net.Sockets;

namespace DevPortal.LocalRun;

/// <summary>Breaks a portal that another process runs.</summary>
public static class ControlClient
{
    /// <summary>Returns when it is done; a server is ready when its start is done.</summary>
    /// <exception cref="CannotRunException">Nothing runs there, or it refused, with the reason.</exception>
    public static async Task SendAsync(StateFolder state, ControlVerb verb, string program, CancellationToken ct)
    {
        if (RunState.Of(state) is null) throw new CannotRunException($"Nothing runs in {state.Path}: start it with ./devportal up.");

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(state.Control), ct);
        }
        catch (SocketException)
        {
            throw new CannotRunException($"The run in {state.Path} is just starting or stopping.");
        }

        await using var stream = new NetworkStream(socket);
        await using (var writer = new StreamWriter(stream, leaveOpen: true)) await writer.WriteLineAsync($"{verb} {program}".AsMemory(), ct);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadLineAsync(ct);
        if (answer != "ok") throw new CannotRunException(answer ?? "The run ended before it answered.");
    }
}
