using System.Net.Sockets;
using System.Text;
using ExamMonitor.Agent.Hosting;
using Xunit;

namespace ExamMonitor.Agent.Tests.Hosting;

public sealed class ServiceNotifierTests
{
    [Fact]
    public void Send_SocketOfAServiceManager_ReceivesTheDatagram()
    {
        if (OperatingSystem.IsWindows()) return;
        var path = Path.Combine(Path.GetTempPath(), $"exam-monitor-notify-{Guid.NewGuid():N}");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        socket.Bind(new UnixDomainSocketEndPoint(path));
        try
        {
            ServiceNotifier.Send(path, "READY=1");
            var buffer = new byte[64];
            Assert.Equal("READY=1", Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/nowhere/at-all")]
    public void Send_NoServiceManager_DoesNothing(string? address) => ServiceNotifier.Send(address, "READY=1");
}
