using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Playback;
using Xunit;

namespace ExamMonitor.Footage.Tests.Playback;

public sealed class RangeReaderTests
{
    private const int Second = 90_000;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Parts_OfASegmentWithoutLength_AreNone() => Assert.Empty(Parts(0, new FragmentEntry(1000, 0, 0, true, 0)));

    [Fact]
    public void Parts_OfAPieceWithoutLengthBehindOthers_AreThoseOfTheOthers()
    {
        var part = Assert.Single(
            Parts(2, new(1000, 0, Second, true, 0), new(900, Second, Second, false, 0), new(50, 2 * Second, 0, true, 0))
        );
        Assert.Equal((2L * Second, 500L), (part.Duration90k, part.Offset));
        // After a pause it would be a part of its own.
        Assert.Single(Parts(9, new(1000, 0, Second, true, 0), new(50, 8 * Second, 0, true, 0)));
    }

    private static IReadOnlyList<RangePart> Parts(int seconds, params FragmentEntry[] fragments)
    {
        var segment = new StoredSegment(
            7,
            RoomId.Of("R7"),
            CameraId.Of("C1"),
            1,
            1,
            "a.mp4",
            Start,
            Start.AddSeconds(seconds),
            0,
            (long)seconds * Second,
            2000,
            default,
            false,
            3
        );
        var from = Start.ToUnixTimeMilliseconds();
        return [.. RangeReader.Parts(segment, 500, fragments, from - 1000, from + 60_000)];
    }
}
