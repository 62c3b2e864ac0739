using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Retention.Scrubbing;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Scrubbing;

public sealed class ScrubberTests
{
    private const int Size = 1000;
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly ManualTimeProvider _time = new(Noon);
    private readonly FakeArchive _archive = new(20);

    [Fact]
    public async Task WholeArchive_InSlices_EndsWithoutAFindingAndReadsEveryFileOnce()
    {
        var (state, slices) = await ToEndAsync(new(), 3 * Size);
        Assert.Equal(
            (20L, 20L * Size, 0L, false, (DateTimeOffset?)Noon),
            (state.Segments, state.Bytes, state.OpenFindings, state.Running, state.LastFinished)
        );
        Assert.Equal(7, slices);
        Assert.All(_archive.Reads, r => Assert.Equal(1, r));
    }

    [Theory]
    [InlineData(ScrubMismatch.Content)]
    [InlineData(ScrubMismatch.Missing)]
    [InlineData(ScrubMismatch.Unreadable)]
    [InlineData(ScrubMismatch.Index)]
    public async Task OneSegment_EachWayOfNotBeingWhatTheLedgerSays_IsItsFindingAndLatches(ScrubMismatch kind)
    {
        _archive.Break(7, kind);
        var (state, _) = await ToEndAsync(new(), long.MaxValue);
        var finding = Assert.Single(state.Findings);
        Assert.Equal((kind, FakeArchive.PathOf(7), 1L), (finding.Kind, finding.Path, state.OpenFindings));
        var (again, _) = await ToEndAsync(state, long.MaxValue);
        Assert.Equal((1L, 1L), (again.OpenFindings, again.PassFindings));
        _archive.Mend(7);
        var (mended, _) = await ToEndAsync(again, long.MaxValue);
        Assert.Equal((1L, 0L), (mended.OpenFindings, mended.PassFindings));
    }

    [Fact]
    public async Task Segments_DestroyedWhileOrBeforeTheyAreRead_AreNoFinding()
    {
        _archive.Break(7, ScrubMismatch.Missing);
        _archive.Break(8, ScrubMismatch.Content);
        _archive.Destroyed.Add(7);
        _archive.Destroyed.Add(8);
        Assert.Empty((await ToEndAsync(new(), long.MaxValue)).State.Findings);
    }

    [Fact]
    public async Task Slice_WhileRecordingWaitsForTheDisk_ReadsNothingMoreAndTheNextGoesOnThere()
    {
        var buffers = 0;
        var scrubber = new Scrubber(_archive, _time);
        var slice = await scrubber.RunAsync(new(), long.MaxValue, null, () => ++buffers <= 10, TestContext.Current.CancellationToken);
        Assert.False(slice.Finished);
        Assert.InRange(slice.State.Segments, 1, 10);
        var (state, _) = await ToEndAsync(slice.State, long.MaxValue);
        Assert.Equal(20, state.Segments);
        Assert.Equal(1, _archive.Reads.Count(r => r == 2));
    }

    [Fact]
    public async Task Slice_StoppedByAToken_KeepsWhatWasDone()
    {
        using var stop = new CancellationTokenSource();
        _archive.OnOpen = id =>
        {
            if (id == 5)
                stop.Cancel();
        };
        var slice = await new Scrubber(_archive, _time).RunAsync(new(), long.MaxValue, null, () => true, stop.Token);
        Assert.Equal((4L, false), (slice.State.AfterId, slice.Finished));
    }

    [Fact]
    public async Task Slice_WithARate_WaitsSoThatBytesDoNotComeFaster()
    {
        var running = new Scrubber(_archive, _time).RunAsync(new(), long.MaxValue, Size, () => true, TestContext.Current.CancellationToken);
        for (var second = 0; second < 30 && !running.IsCompleted; second++)
        {
            await Eventually.TrueAsync(() => running.IsCompleted || _archive.Reads.Sum() >= Math.Min(20, second + 1));
            Assert.InRange(_archive.Reads.Sum(), 0, second + 2);
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(20, (await running).State.Segments);
    }

    [Theory]
    [InlineData(30, 12)]
    [InlineData(30, 4000)]
    [InlineData(3, 500)]
    public void Pace_OverWeeksWithDaysOff_ReadsEverythingWithinTheTerm(int days, int gigabytes)
    {
        var (term, held, slice) = (TimeSpan.FromDays(days), gigabytes * 1_000_000_000L, TimeSpan.FromMinutes(1));
        var (now, state) = (Noon, new ScrubState { Began = Noon, Running = true });
        var offFrom = Noon + (term * 0.2);
        while (state.Bytes < held)
        {
            if (now < offFrom || now > offFrom + (term * 0.1))
                state = state with { Bytes = state.Bytes + ScrubPace.Budget(held, state, now, slice, term) };
            now += slice;
            Assert.True(now - Noon < term * 0.61, $"{state.Bytes} of {held}");
        }
    }

    [Fact]
    public void Pace_OfAHugeArchive_StaysBelowWhatRecordingWouldFeel() =>
        Assert.Equal(
            60 * ScrubPace.MaxBytesPerSecond,
            ScrubPace.Budget(
                long.MaxValue / 4,
                new() { Began = Noon, Running = true },
                Noon,
                TimeSpan.FromMinutes(1),
                TimeSpan.FromDays(30)
            )
        );

    [Fact]
    public void Due_OnceInAThirdOfTheTerm_AndLateAfterIt()
    {
        var term = TimeSpan.FromDays(30);
        Assert.True(ScrubPace.IsDue(new(), Noon, term));
        var done = new ScrubState { Began = Noon, LastFinished = Noon.AddHours(1) };
        Assert.False(ScrubPace.IsDue(done, Noon.AddDays(9), term));
        Assert.False(ScrubPace.IsDue(done, Noon.AddYears(-5), term));
        Assert.True(ScrubPace.IsDue(done, Noon.AddDays(10), term));
        Assert.False(ScrubPace.IsLate(done, Noon.AddDays(30), term));
        Assert.True(ScrubPace.IsLate(done, Noon.AddDays(31), term));
        Assert.True(ScrubPace.IsLate(new() { Began = Noon, Running = true }, Noon.AddDays(31), term));
        Assert.False(ScrubPace.IsLate(new(), Noon, term));
    }

    private async Task<(ScrubState State, int Slices)> ToEndAsync(ScrubState state, long budget)
    {
        for (var slices = 1; ; slices++)
        {
            var slice = await new Scrubber(_archive, _time).RunAsync(
                state,
                budget,
                null,
                () => true,
                TestContext.Current.CancellationToken
            );
            state = slice.State;
            if (slice.Finished)
                return (state, slices);
        }
    }

    private sealed class FakeArchive(int count) : IScrubSource
    {
        private readonly Dictionary<long, ScrubMismatch> _broken = [];
        private readonly byte[][] _files = [.. Enumerable.Range(0, count + 1).Select(_ => RandomNumberGenerator.GetBytes(Size))];

        public int[] Reads { get; } = new int[count];

        public HashSet<long> Destroyed { get; } = [];

        public Action<long>? OnOpen { get; set; }

        public static string PathOf(long id) => $"2026/03-01/R7/C1/{id:D6}Z.mp4";

        public void Break(long id, ScrubMismatch kind) => _broken[id] = kind;

        public void Mend(long id) => _broken.Remove(id);

        public IReadOnlyList<StoredSegment> After(long id, int limit) =>
            [.. Enumerable.Range(1, count).Where(i => i > id).Take(limit).Select(i => Segment(i))];

        public bool IsHeld(long id) => !Destroyed.Contains(id);

        public Stream? Open(StoredSegment segment)
        {
            OnOpen?.Invoke(segment.Id);
            Reads[segment.Id - 1]++;
            return _broken.TryGetValue(segment.Id, out var kind)
                ? kind switch
                {
                    ScrubMismatch.Missing => null,
                    ScrubMismatch.Unreadable => throw new IOException("bad sector"),
                    ScrubMismatch.Content => new MemoryStream([.. _files[segment.Id][..^1], 0xee, 0xee]),
                    _ => new MemoryStream(_files[segment.Id]),
                }
                : new MemoryStream(_files[segment.Id]);
        }

        public string? Expected(StoredSegment segment) =>
            _broken.GetValueOrDefault(segment.Id) == ScrubMismatch.Index && _broken.ContainsKey(segment.Id)
                ? new string('0', 64)
                : Hash(segment.Id);

        private string Hash(long id) => Convert.ToHexStringLower(SHA256.HashData(_files[id]));

        private StoredSegment Segment(long id) =>
            new(
                id,
                RoomId.Of("R7"),
                CameraId.Of("C1"),
                1,
                id,
                PathOf(id),
                Noon,
                Noon.AddMinutes(1),
                0,
                0,
                Size,
                SHA256.HashData(_files[id]),
                false,
                id
            );
    }
}
