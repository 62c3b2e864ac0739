namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>With the real ffmpeg and ffprobe as client.</summary>
public sealed class ServingTests
{
    [Theory]
    [InlineData("tcp", Simulator.Normal, SimulatedAudio.Clip, "h264 aac")]
    [InlineData("udp", Simulator.Normal, SimulatedAudio.Clip, "h264 aac")]
    [InlineData("tcp", "C1_normal_h265.mp4", SimulatedAudio.Clip, "hevc aac")]
    [InlineData("udp", "C1_normal_h265.mp4", SimulatedAudio.Pcmu, "hevc pcm_mulaw")]
    [InlineData("tcp", Simulator.Normal, SimulatedAudio.Pcma, "h264 pcm_alaw")]
    [InlineData("tcp", Simulator.Normal, SimulatedAudio.None, "h264")]
    public async Task Stream_EachTransportAndCodec_IsRecognisedAndDecodesWithoutError(
        string transport,
        string clip,
        SimulatedAudio audio,
        string expected
    )
    {
        await using var server = await Simulator.StartAsync(
            new SimulatedCamera
            {
                Id = "C1",
                Clips = [clip],
                Audio = audio,
            }
        );
        var probed = await Tools.RunAsync(
            "ffprobe",
            TimeSpan.FromSeconds(30),
            "-v",
            "error",
            "-rtsp_transport",
            transport,
            "-show_entries",
            "stream=codec_name",
            "-of",
            "csv=p=0",
            server.RtspAddress("C1").ToString()
        );
        Assert.Equal(expected, probed.Out.Trim().Replace('\n', ' '));
        Assert.Empty(await Tools.DecodeAsync(server.RtspAddress("C1"), 4, transport));
    }

    [Fact]
    public async Task SubStream_OfItsOwnClip_IsServedBesideTheMainOne()
    {
        await using var server = await Simulator.StartAsync(
            new SimulatedCamera
            {
                Id = "C1",
                Clips = [Simulator.Normal],
                SubClips = ["av-sync.mp4"],
            }
        );
        var probed = await Tools.RunAsync(
            "ffprobe",
            TimeSpan.FromSeconds(30),
            "-v",
            "error",
            "-rtsp_transport",
            "tcp",
            "-select_streams",
            "v",
            "-show_entries",
            "stream=width",
            "-of",
            "csv=p=0",
            server.SubStreamAddress("C1")!.ToString()
        );
        Assert.Equal("320", probed.Out.Trim());
    }
}
