using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>Many clients at once.</summary>
public sealed class ManyClientsTests
{
    [Fact]
    public async Task Stream_SixteenClientsAtOnce_AllDecodeWithoutError()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"), Simulator.Camera("av-sync.mp4", "C2"));
        var clients = Enumerable
            .Range(0, 16)
            .Select(i => Tools.DecodeAsync(server.RtspAddress(i % 2 == 0 ? "C1" : "C2"), 4, i % 4 < 2 ? "tcp" : "udp"))
            .ToArray();
        await Eventually.TrueAsync(() => server.Cameras().Sum(c => c.Clients) == 16);
        Assert.All(await Task.WhenAll(clients), Assert.Empty);
        await Eventually.TrueAsync(() => server.Cameras().Sum(c => c.Connections) == 0);
    }
}
