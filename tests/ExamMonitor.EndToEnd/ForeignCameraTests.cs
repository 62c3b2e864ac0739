using ExamMonitor.EndToEnd.Site;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>The same, with cameras that are not ours: GStreamer's RTSP server.</summary>
public sealed class ForeignCameraTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public async Task ForeignServer_StreamsAreRecordedWithVideoAndAudio(string transport)
    {
        string[] ids = ["C1", "C2", "C3"];
        await using var server = await GstRtspServer.StartAsync(
            ids.Select(id => GstMount.File("/" + id, Repository.PathOf("samples", "video", $"{id}_normal.mp4"))),
            "viewer",
            ExamSite.CameraPassword
        );
        await using var site = await ExamSite.StartAsync(ids.ToDictionary(id => id, id => (server.Address("/" + id), transport)));
        foreach (var id in ids)
        {
            await Eventually.TrueAsync(
                async () => (await site.TimelineAsync(id, TimeSpan.FromMinutes(5))).Segments.Count >= 1,
                TimeSpan.FromSeconds(60)
            );
        }

        await Eventually.TrueAsync(
            () => ids.All(id => site.Camera(id) is { Stream: { VideoCodec: "h264", AudioCodec: "aac" }, LastFrameAt: not null }),
            TimeSpan.FromSeconds(10)
        );
        foreach (var file in Directory.EnumerateFiles(site.Volume, "*.mp4", SearchOption.AllDirectories))
            await PlayedFile.AssertPlaysAsync(file);
    }
}
