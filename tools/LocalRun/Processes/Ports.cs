using System.Net;
using System.Net.Sockets;

namespace DevPortal.LocalRun;

/// <summary>
/// Loopback ports from 20000 to 29999: below the range from which the system serves outgoing connections, one of which
/// could otherwise take a port between a server's stop and its next start.
/// </summary>
public static class Ports
{
    public static int Free()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(20000, 30000);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException("No free port was found between 20000 and 29999.");
    }

    public static bool IsFree(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
