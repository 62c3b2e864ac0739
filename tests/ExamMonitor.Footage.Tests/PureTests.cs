using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Writing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ExamMonitor.Footage.Tests;

public sealed class PureTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void FragmentList_Encoded_IsReadBack() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(uint Size, int Pause, ushort Duration, bool Sync, short Late)[]>(),
                items =>
                {
                    var list = new List<FragmentEntry>();
                    var end = 0L;
                    foreach (var (size, pause, duration, sync, late) in items)
                    {
                        list.Add(new((int)(size >> 1), end + pause, duration, sync, late));
                        end = list[^1].Start90k + duration;
                    }

                    return FragmentList.Decode(FragmentList.Encode(list)).SequenceEqual(list);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void FragmentList_OfAnyBytes_IsAListOrAFormatError() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<byte[]>(),
                bytes =>
                {
                    try
                    {
                        return FragmentList.Decode(bytes).Count <= bytes.Length;
                    }
                    catch (FormatException)
                    {
                        return true;
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void FragmentList_OfAMinute_TakesAFewBytesAFragment()
    {
        var random = new Random(3);
        var list = Enumerable
            .Range(0, 60)
            .Select(i => new FragmentEntry(480_000 + random.Next(40_000), i * 90_000, 90_000, true, random.Next(40)))
            .ToList();
        Assert.InRange(FragmentList.Encode(list).Length, 60 * 5, 60 * 7);
    }

    [Fact]
    public void Rotation_ForAnyStart_IsOnTheCamerasGridHalfToOneAndAHalfLengthsLater() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(uint Seconds, ushort Phase)>(),
                x =>
                {
                    var start = DateTimeOffset.UnixEpoch.AddSeconds(x.Seconds).UtcTicks;
                    var phase = TimeSpan.FromMilliseconds(x.Phase % 60_000);
                    var due = Rotation.DueAfter(start, Minute, phase);
                    return due - start >= Minute.Ticks / 2 && due - start < Minute.Ticks * 3 / 2 && (due - phase.Ticks) % Minute.Ticks == 0;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Phases_Of64Cameras_AreSpread()
    {
        var seconds = Enumerable
            .Range(1, 64)
            .Select(i => (int)Rotation.PhaseOf(RoomId.Of("R1"), CameraId.Of($"C{i}"), Minute).TotalSeconds)
            .ToList();
        Assert.InRange(seconds.Distinct().Count(), 30, 64);
        Assert.InRange(seconds.GroupBy(s => s).Max(g => g.Count()), 1, 5);
    }

    [Fact]
    public void Completeness_OfAnySpans_IsTheSetOfTheirMilliseconds() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<((byte, byte)[] Segments, (byte, byte)[] Gaps)>(),
                x =>
                {
                    var segments = x.Segments.Select(s => new Span(s.Item1, s.Item1 + s.Item2 % 20)).ToList();
                    var gaps = x.Gaps.Select(g => new Span(g.Item1, g.Item1 + g.Item2 % 5)).ToList();
                    var proven = new HashSet<long>();
                    foreach (var s in segments)
                    {
                        for (var t = s.StartMs; t < s.EndMs; t++)
                        {
                            if (!gaps.Exists(g => g.StartMs >= s.StartMs && g.EndMs <= s.EndMs && t >= g.StartMs && t < g.EndMs))
                                proven.Add(t);
                        }
                    }

                    var union = Completeness.ProvenMs(segments, gaps.OrderBy(g => g.StartMs).ToList());
                    return union.Sum(s => s.LengthMs) == proven.Count
                        && union.Zip(union.Skip(1)).All(p => p.First.EndMs < p.Second.StartMs);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData(1.0, "100 %")]
    [InlineData(0.999999999, "99.99 %")]
    [InlineData(0.5, "50.00 %")]
    [InlineData(0.0, "0.00 %")]
    public void Percent_IsRoundedDown(double share, string text) => Assert.Equal(text, Completeness.Percent(share));

    [Fact]
    public void Share_OneMillisecondShortOfAYear_IsNotOne()
    {
        var year = new Span(0, 365L * 86_400_000);
        Assert.True(Completeness.Share([new Span(0, year.EndMs - 1)], year) < 1);
        Assert.True(Completeness.Share([year], year) == 1);
        Assert.Null(Completeness.Share([year], new Span(5, 5)));
    }

    [Fact]
    public void GapCauses_KeepTheNumbersThatTheIndexHolds() =>
        Assert.Equal(
            ["Unknown", "Network", "Camera", "Authentication", "Disk", "Clock", "Operator", "Agent"],
            Enumerable.Range(0, 8).Select(i => ((GapCause)i).ToString())
        );

    [Theory]
    [InlineData("2026/03-02/R7/C1/010203Z.mp4", true)]
    [InlineData("2026/03-02/R7/C1/010203Z-2.mp4.part", true)]
    [InlineData("2026/13-02/R7/C1/010203Z.mp4", false)]
    [InlineData("2026/03-02/../C1/010203Z.mp4", false)]
    [InlineData("2026/03-02/R7/C1/day.jsonl", false)]
    [InlineData("2026/03-02/R7/C1/x/010203Z.mp4", false)]
    public void Path_IsReadOnlyWhenItWouldBeWrittenSo(string path, bool valid) => Assert.Equal(valid, ArchivePath.TryParse(path, out _));
}
