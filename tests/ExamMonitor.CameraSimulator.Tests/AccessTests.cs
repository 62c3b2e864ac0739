namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>Who and what is let in, with the real ffmpeg as client.</summary>
public sealed class AccessTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public async Task Stream_WithPassword_AdmitsOnlyTheRightOne(string transport)
    {
        await using var server = await Simulator.StartAsync(
            new SimulatedCamera
            {
                Id = "C1",
                Clips = [Simulator.Normal],
                UserName = "viewer",
                Password = "right one",
                OfferSha256 = true,
            }
        );
        var address = server.RtspAddress("C1");
        Assert.Contains("401", await Tools.DecodeAsync(address, 1, transport), StringComparison.Ordinal);
        Assert.Contains("401", await Tools.DecodeAsync(address.WithLogIn("viewer", "wrong"), 1, transport), StringComparison.Ordinal);
        Assert.Empty(await Tools.DecodeAsync(address.WithLogIn("viewer", "right%20one"), 2, transport));
    }

    [Theory]
    [InlineData(SimulatedTransport.Tcp, "udp")]
    [InlineData(SimulatedTransport.Udp, "tcp")]
    public async Task Setup_TransportThatIsNotAllowed_Is461(SimulatedTransport allowed, string asked)
    {
        await using var server = await Simulator.StartAsync(
            new SimulatedCamera
            {
                Id = "C1",
                Clips = [Simulator.Normal],
                Transport = allowed,
            }
        );
        Assert.NotEmpty(await Tools.DecodeAsync(server.RtspAddress("C1"), 1, asked));
        Assert.Empty(await Tools.DecodeAsync(server.RtspAddress("C1"), 1, asked == "tcp" ? "udp" : "tcp"));
    }
}
