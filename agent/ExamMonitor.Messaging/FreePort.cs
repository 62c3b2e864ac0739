using System.Net;
using System.Net.Sockets;

namespace ExamMonitor.Messaging;

/// <summary>Ports of loopback.</summary>
internal static class FreePort
{
    /// <summary>A port that was free a moment ago; another process may take it before its user does, who then asks again.</summary>
    public static int Any()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Whether nothing listens on <paramref name="port"/>.</summary>
    public static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = false };
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
