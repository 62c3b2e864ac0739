using System.Buffers.Binary;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Media.Tests;

public sealed class FragmentReaderTests
{
    private static async Task<(InitializationSegment Init, List<Fragment> Fragments)> ReadAsync(
        byte[] bytes,
        FragmentReaderOptions? options = null
    )
    {
        using var stream = new MemoryStream(bytes);
        var reader = new FragmentReader(stream, options);
        var init = await reader.ReadInitializationAsync(TestContext.Current.CancellationToken);
        var fragments = new List<Fragment>();
        while (await reader.ReadFragmentAsync(TestContext.Current.CancellationToken) is { } fragment)
            fragments.Add(fragment);
        return (init, fragments);
    }

    [Fact]
    public async Task H264WithAac_FromFfmpeg_TracksAndTimesAreRead()
    {
        var (init, fragments) = await ReadAsync(await new FragmentedClip(Seconds: 6).BytesAsync());
        Assert.Equal(TrackKind.Video, init.Tracks[0].Kind);
        Assert.Equal((320, 180), (init.Video!.Width, init.Video.Height));
        Assert.StartsWith("avc1.", init.Video.Codecs, StringComparison.Ordinal);
        Assert.Equal("mp4a.40.2", init.Audio!.Codecs);
        Assert.Equal(6, fragments.Count);
        Assert.All(fragments, f => Assert.Equal(2, f.Tracks.Count));
    }

    [Fact]
    public async Task H264Alone_FromFfmpeg_TimesAreExact()
    {
        var (_, fragments) = await ReadAsync(await new FragmentedClip(Seconds: 6, Audio: false).BytesAsync());
        Assert.All(fragments, f => Assert.True(f.StartsWithSync));
        Assert.All(fragments, f => Assert.Equal(Pts90k.PerSecond, f.Duration));
        Assert.All(fragments, f => Assert.Equal(512UL, f.Tracks[0].LongestSample));
        Assert.Equal([.. Enumerable.Range(0, 6).Select(i => i * 90_000L)], fragments.Select(f => f.Start.Ticks));
        Assert.All(fragments, f => Assert.Equal(25, f.Tracks[0].Samples));
    }

    [Fact]
    public async Task Hevc_WithReorderedFrames_IsReadWithItsCodecString()
    {
        var (init, fragments) = await ReadAsync(await new FragmentedClip(Seconds: 4, Hevc: true, BFrames: 2, Audio: false).BytesAsync());
        Assert.Matches(@"^hvc1\.1\.6\.L\d+(\.[0-9A-F]+)*$", init.Video!.Codecs!);
        Assert.Equal(4, fragments.Count);
        Assert.All(fragments, f => Assert.True(f.StartsWithSync));
    }

    [Fact]
    public async Task BaseDecodeTimeOffset_PointsAtTheValue()
    {
        var (init, fragments) = await ReadAsync(await new FragmentedClip().BytesAsync());
        foreach (var run in fragments.SelectMany(f => f.Tracks.Select(t => (f, t))))
        {
            var bytes = run.f.Bytes.Span.Slice(run.t.BaseDecodeTimeOffset, run.t.BaseDecodeTimeSize);
            var value = bytes.Length == 8 ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
            Assert.Equal(run.t.BaseDecodeTime, value);
        }

        Assert.Equal(2, init.Tracks.Count);
    }

    [Fact]
    public async Task InitializationSegment_Reparsed_IsTheSame()
    {
        var (init, _) = await ReadAsync(await new FragmentedClip().BytesAsync());
        Assert.Equal(init.Tracks, InitializationSegment.Parse(init.Bytes).Tracks);
    }

    [Fact]
    public async Task ProducerTime_Written_IsReadBack()
    {
        var clip = await new FragmentedClip().BytesAsync();
        var (init, fragments) = await ReadAsync(clip);
        foreach (
            var time in new[] { new DateTimeOffset(2026, 11, 21, 10, 0, 0, 123, TimeSpan.Zero), new(2041, 2, 3, 4, 5, 6, TimeSpan.Zero) }
        )
        {
            var box = new byte[ProducerReferenceTime.SizeBytes];
            ProducerReferenceTime.Write(box, 1, time, 77);
            var (_, again) = await ReadAsync([.. init.Bytes.ToArray(), .. box, .. fragments[0].Bytes.ToArray()]);
            Assert.Equal(time.UtcDateTime, again[0].ProducerTimeUtc!.Value.UtcDateTime, TimeSpan.FromMicroseconds(1));
            Assert.Equal(ProducerReferenceTime.SizeBytes, again[0].MovieFragmentOffset);
        }
    }

    [Fact]
    public async Task Stream_CutAnywhere_SaysTruncatedOrEndsCleanly()
    {
        var clip = await new FragmentedClip(Seconds: 3, Size: "64x64").BytesAsync();
        var (init, fragments) = await ReadAsync(clip);
        var borders = new HashSet<long> { init.Bytes.Length };
        foreach (var fragment in fragments)
            borders.Add(borders.Max() + fragment.Bytes.Length);
        for (var cut = 0; cut < borders.Max(); cut += cut < 2048 ? 1 : 97)
        {
            if (borders.Contains(cut))
                continue;
            var error = await Assert.ThrowsAsync<InvalidMediaException>(() => ReadAsync(clip[..cut]));
            Assert.True(error.Truncated, $"cut at {cut}: {error.Message}");
            Assert.Equal(cut, error.Offset);
        }
    }

    [Fact]
    public async Task Boxes_InTheWrongOrder_AreRefusedWithTheirOffset()
    {
        var clip = await new FragmentedClip(Seconds: 2).BytesAsync();
        var (init, fragments) = await ReadAsync(clip);
        var first = fragments[0].Bytes.ToArray();
        var moof = BinaryPrimitives.ReadInt32BigEndian(first);
        byte[] head = init.Bytes.ToArray();
        await Refused([.. first, .. head], 0, "ftyp");
        await Refused([.. head, .. first[moof..]], head.Length, "mdat");
        await Refused([.. head, .. first[..moof], .. first], head.Length + moof, "mdat");
        await Refused([.. head, .. head], head.Length, "ftyp");
    }

    private static async Task Refused(byte[] bytes, long offset, string word)
    {
        var error = await Assert.ThrowsAsync<InvalidMediaException>(() => ReadAsync(bytes));
        Assert.Equal(offset, error.Offset);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GiantBoxes_AreRefusedBeforeTheyAreRead()
    {
        var clip = await new FragmentedClip(Seconds: 2).BytesAsync();
        var (init, fragments) = await ReadAsync(clip);
        byte[] giantMoof = [.. init.Bytes.ToArray(), 0x7f, 0xff, 0xff, 0xff, .. "moof"u8];
        Assert.False((await Assert.ThrowsAsync<InvalidMediaException>(() => ReadAsync(giantMoof))).Truncated);
        var moofSize = BinaryPrimitives.ReadInt32BigEndian(fragments[0].Bytes.Span);
        byte[] giantMdat =
        [
            .. init.Bytes.ToArray(),
            .. fragments[0].Bytes[..moofSize].ToArray(),
            0,
            0,
            0,
            1,
            .. "mdat"u8,
            0x7f,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
        ];
        Assert.False((await Assert.ThrowsAsync<InvalidMediaException>(() => ReadAsync(giantMdat))).Truncated);
        byte[] giantMovie = [0, 0, 0, 8, .. "ftyp"u8, 0x60, 0, 0, 0, .. "moov"u8];
        Assert.False((await Assert.ThrowsAsync<InvalidMediaException>(() => ReadAsync(giantMovie))).Truncated);
    }

    [Fact]
    public async Task SampleCount_BeyondItsBox_IsRefused()
    {
        var clip = await new FragmentedClip(Seconds: 2).BytesAsync();
        var at = clip.AsSpan().IndexOf("trun"u8) + 8;
        BinaryPrimitives.WriteUInt32BigEndian(clip.AsSpan(at), uint.MaxValue);
        var error = await Assert.ThrowsAsync<InvalidMediaException>(() => ReadAsync(clip));
        Assert.Contains("trun", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_BeyondTheirMdat_AreRefused()
    {
        byte[] clip = [.. await new FragmentedClip(Seconds: 2).BytesAsync()];
        var (init, fragments) = await ReadAsync(clip);
        Assert.Equal(2, init.Tracks.Count);
        var last = fragments[0].Bytes.Span.LastIndexOf("trun"u8);
        BinaryPrimitives.WriteInt32BigEndian(clip.AsSpan(init.Bytes.Length + last + 12), 0x10000000);
        var error = await Assert.ThrowsAsync<InvalidMediaException>(() => ReadAsync(clip));
        Assert.Contains("mdat", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FragmentsThatCountFromTheFileStart_AreRefusedWithTheMend()
    {
        byte[] clip = [.. await new FragmentedClip(Seconds: 2).BytesAsync()];
        clip[clip.AsSpan().IndexOf("tfhd"u8) + 7] |= 1;
        var error = await Assert.ThrowsAsync<InvalidMediaException>(() => ReadAsync(clip));
        Assert.Contains("default_base_moof", error.Message, StringComparison.Ordinal);
    }
}
