using System.Net.Sockets;
using System.Text;

namespace ExamMonitor.Agent.Hosting;

/// <summary>Tells systemd that the service is ready or stopping (sd_notify(3)); does nothing where no service manager asks for it.</summary>
internal static class ServiceNotifier
{
    /// <summary>The service has started.</summary>
    public static void Ready() => Send("READY=1");

    /// <summary>The service has begun to stop.</summary>
    public static void Stopping() => Send("STOPPING=1");

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public static void Status(string text) => Send("STATUS=" + text.ReplaceLineEndings(" "));

    internal static void Send(string message) => Send(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), message);

    internal static void Send(string? address, string message)
    {
        if (string.IsNullOrEmpty(address) || OperatingSystem.IsWindows()) return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

            // A leading @ stands for Linux's abstract namespace.
            var path = address[0] == '@' ? "\0" + address[1..] : address;
            socket.SendTo(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            // The service manager is gone or never listened: nothing that a recorder should stop for.
        }
    }
}
