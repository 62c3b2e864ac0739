using System.Globalization;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>
/// The power went while a box was being written: what was whole before it is listed and played, by the index and by a player.
/// </summary>
public sealed class HalfBoxTests
{
    [Theory]
    [InlineData("header")]
    [InlineData("prft")]
    [InlineData("moof")]
    [InlineData("mdat header")]
    [InlineData("mdat")]
    [InlineData("unwritten page")]
    public async Task PowerCut_LeavesHalfABox_ListingAndPlaybackOfTheRangeWork(string where)
    {
        using var script = await Script.NewAsync();
        DieAfterWrites(script, 14);
        var volume = script.Volume.AfterKill();
        var part = volume.AllFiles().Single(f => f.EndsWith(".part", StringComparison.Ordinal));
        var before = Fragments(volume.Bytes(part));
        volume.Spoil(part, bytes => Cut(bytes, where));
        script.Restart(volume);
        var archive = script.Open();
        try
        {
            var segments = archive.FindSegments(
                ArchiveBench.Room,
                ArchiveBench.Camera,
                ArchiveBench.Start.AddHours(-1),
                ArchiveBench.Start.AddHours(1)
            );
            var recovered = Assert.Single(segments, s => s.Recovered);
            Assert.Equal(before - 1, Fragments(volume.Bytes(recovered.Path)));
            var timeline = archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, recovered.EndUtc);
            Assert.Equal(segments.Count, timeline.Segments.Count);
            Assert.True(timeline.Completeness > 0.98, $"{timeline.Completeness}");
            var frames = await PlayAsync(archive, volume, segments);
            Assert.Equal(5 * segments.Sum(s => Fragments(volume.Bytes(s.Path))), frames);
        }
        finally
        {
            archive.Context.Index.Dispose();
        }
    }

    private static void DieAfterWrites(Script script, int writes)
    {
        var count = 0;
        script.Volume.After = (_, operation, path) =>
        {
            if (operation != "write" || !path.EndsWith(".part", StringComparison.Ordinal) || ++count < writes)
                return;
            script.Volume.Dead = true;
            throw new ProcessDeathException();
        };
        Assert.Throws<ProcessDeathException>(script.Play);
    }

    /// <summary>Whole fragments: each has one <c>moof</c>.</summary>
    private static int Fragments(byte[] file)
    {
        var count = 0;
        for (var at = file.AsSpan().IndexOf("moof"u8); at >= 0; count++)
        {
            var next = file.AsSpan(at + 4).IndexOf("moof"u8);
            at = next < 0 ? -1 : at + 4 + next;
        }

        return count;
    }

    private static byte[] Cut(byte[] bytes, string where)
    {
        var (prft, moof, mdat) = (
            bytes.AsSpan().LastIndexOf("prft"u8) - 4,
            bytes.AsSpan().LastIndexOf("moof"u8) - 4,
            bytes.AsSpan().LastIndexOf("mdat"u8) - 4
        );
        switch (where)
        {
            case "header":
                return bytes[..(prft + 5)];
            case "prft":
                return bytes[..(prft + 20)];
            case "moof":
                return bytes[..(moof + 60)];
            case "mdat header":
                return bytes[..(mdat + 6)];
            case "mdat":
                return bytes[..(mdat + 700)];
            default:
                bytes.AsSpan(mdat + 100, 600).Clear();
                return bytes;
        }
    }

    private static async Task<int> PlayAsync(FootageArchive archive, SimulatedVolume volume, IReadOnlyList<StoredSegment> segments)
    {
        using var folder = new TestKit.TempFolder();
        Directory.CreateDirectory(folder["segments"]);
        foreach (var segment in segments)
            await File.WriteAllBytesAsync(folder[$"segments/{segment.Id}.mp4"], volume.Bytes(segment.Path));
        await File.WriteAllTextAsync(
            folder["playlist.m3u8"],
            archive.RangePlaylist(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddMinutes(2))
        );
        await ArchiveBench.PlaysAsync(folder["playlist.m3u8"]);
        var (packets, _) = await ArchiveBench.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-count_packets",
            "-select_streams",
            "v",
            "-show_entries",
            "stream=nb_read_packets",
            "-of",
            "csv=p=0",
            folder["playlist.m3u8"]
        );
        return int.Parse(packets.Trim().TrimEnd(',').Split('\n', ',')[0], CultureInfo.InvariantCulture);
    }
}
