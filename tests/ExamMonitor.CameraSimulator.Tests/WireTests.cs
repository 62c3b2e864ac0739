using System.Buffers.Binary;

namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>What is on the wire.</summary>
public sealed class WireTests
{
    [Fact]
    public async Task Wire_FirstPackets_AreReportsThenAKeyFrameAndSequenceNumbersRunOn()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        await client.PlayAsync(server.RtspAddress("C1"));
        Assert.Equal((1, 200), await client.PacketAsync() is var (c1, b1) ? (c1, (int)b1[1]) : default);
        Assert.Equal((3, 200), await client.PacketAsync() is var (c2, b2) ? (c2, (int)b2[1]) : default);
        var (channel, first) = await client.PacketAsync();
        Assert.Equal((0, 7), (channel, first[12] & 0x1F));
        ushort? before = null;
        for (var i = 0; i < 100; i++)
        {
            var (from, packet) = await client.PacketAsync();
            if (from == 2)
            {
                var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
                Assert.True(before is null || sequence == (ushort)(before + 1));
                before = sequence;
            }
        }

        Assert.NotNull(before);
    }

    [Fact]
    public async Task Teardown_AndPause_StopTheMedia()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        var target = server.RtspAddress("C1").ToString();
        Assert.Contains("GET_PARAMETER", await client.AskAsync("OPTIONS", target), StringComparison.Ordinal);
        await client.PlayAsync(server.RtspAddress("C1"));
        Assert.Contains(";timeout=60", await client.AskAsync("GET_PARAMETER", target), StringComparison.Ordinal);
        Assert.StartsWith("RTSP/1.0 200", await client.AskAsync("PAUSE", target), StringComparison.Ordinal);
        Assert.Equal(0, server.Camera("C1").Clients);
        Assert.StartsWith("RTSP/1.0 200", await client.AskAsync("PLAY", target), StringComparison.Ordinal);
        await client.PacketAsync();
        Assert.StartsWith("RTSP/1.0 200", await client.AskAsync("TEARDOWN", target), StringComparison.Ordinal);
        Assert.StartsWith("RTSP/1.0 454", await client.AskAsync("PLAY", target), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RTP/AVP;multicast;client_port=5000-5001", "461")]
    [InlineData("RTP/SAVP;unicast;client_port=5000-5001", "461")]
    [InlineData("RTP/AVP;unicast;client_port=99999-100000", "461")]
    [InlineData("RTP/AVP/TCP;interleaved=255-256", "461")]
    [InlineData("RTP/AVP;multicast,RTP/AVP/TCP;unicast", "200")]
    public async Task Setup_Transports_ChoosesOrRefusesPolitely(string transport, string status)
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        Assert.StartsWith(
            $"RTSP/1.0 {status}",
            await client.AskAsync("SETUP", $"{server.RtspAddress("C1")}/trackID=0", $"Transport: {transport}"),
            StringComparison.Ordinal
        );
    }
}
