using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Footage.Tests.Retention;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.Retention;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Footage.Tests.Playback;

/// <summary>Live viewers read what is written from its file, and only what the disk has not taken from memory.</summary>
public sealed class LiveFilesTests : IAsyncDisposable
{
    private readonly ArchiveBench _bench = new();

    private LiveWindow Live => _bench.Archive!.Recorder(ArchiveBench.Room, ArchiveBench.Camera).Live;

    private LiveFiles Files => _bench.Archive!.Context.LiveFiles;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static Task<Clip> ClipAsync() => Clip.OfAsync(new FragmentedClip(Seconds: 30, Fps: 10, Gop: 10, Size: "320x180"));

    private static async Task<byte[]?> ReadAsync(LiveFragment? fragment) =>
        fragment is null ? null : (await fragment.ReadAsync(CancellationToken.None))?.ToArray();

    private async Task ReadsAsync(Clip clip, int from, int to)
    {
        for (var i = from; i < to; i++)
            Assert.Equal(clip.Fragments[i].Bytes.ToArray(), await ReadAsync(Live.Fragment(i)));
    }

    private FootageOptions Options(int segmentSeconds = 60) =>
        new()
        {
            VolumePath = _bench.VolumePath,
            IndexPath = _bench.Options.IndexPath,
            Site = _bench.Options.Site,
            SegmentLength = TimeSpan.FromSeconds(segmentSeconds),
        };

    [Fact]
    public async Task Fragments_OnceWritten_AreReadFromTheFileToTheByte()
    {
        await _bench.OpenAsync();
        var clip = await ClipAsync();
        await _bench.FeedAsync(clip, count: 12, end: false);
        Assert.Single(_bench.Files("*.part"));
        Assert.Equal(1, Files.Count);
        var all = clip.Fragments.Take(12).Sum(f => (long)f.Bytes.Length);
        Assert.InRange(Live.MemoryBytes, 1, all / 5);
        await ReadsAsync(clip, 0, 12);
        var follower = Live.Follow()!;
        Assert.Equal(clip.Fragments[11].Bytes.ToArray(), (await follower.NextAsync(CancellationToken.None))?.ToArray());
    }

    [Fact]
    public async Task Fragments_OfAFileThatWasRenamed_AreReadAsBefore()
    {
        _bench.Options = Options(segmentSeconds: 10);
        await _bench.OpenAsync();
        var clip = await ClipAsync();
        await _bench.FeedAsync(clip, count: 28, end: false);
        Assert.True(_bench.Files("*.mp4").Length >= 2);
        Assert.Equal(2, Files.Count);
        Assert.Null(Live.Fragment(14));
        await ReadsAsync(clip, 16, 28);
        Assert.InRange(Live.MemoryBytes, 1, clip.Fragments.Skip(16).Take(12).Sum(f => (long)f.Bytes.Length) / 5);
    }

    [Fact]
    public async Task Fragments_OfAFileThatIsLetGo_AreGoneBeforeItIs()
    {
        await _bench.OpenAsync();
        var clip = await ClipAsync();
        await _bench.FeedAsync(clip, count: 5, end: false);
        var fragment = Live.Fragment(4)!;
        var part = Assert.Single(_bench.Files("*.part"));
        Files.Forget(Path.GetRelativePath(_bench.VolumePath, part).Replace('\\', '/')[..^".part".Length]);
        Assert.Equal(0, Files.Count);
        Assert.Null(await ReadAsync(fragment));
        Assert.Null(await ReadAsync(Live.Newest()!.Value.Fragment));
        Assert.Single(await Live.Since(DateTimeOffset.MinValue)!.PiecesAsync(CancellationToken.None).ToListAsync());
        // Recording goes on, and what cannot be read from the file stays in memory.
        await FeedMoreAsync(clip, 5, 8);
        await ReadsAsync(clip, 5, 8);
    }

    [Fact]
    public async Task Segment_ThatIsDestroyed_IsClosedForLiveViewersFirst()
    {
        _bench.Options = Options(segmentSeconds: 10);
        await _bench.OpenAsync();
        var clip = await ClipAsync();
        await _bench.FeedAsync(clip, count: 28, end: false);
        var segments = _bench.Archive!.FindSegments(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            DateTimeOffset.MinValue,
            DateTimeOffset.MaxValue
        );
        var newest = segments[^1];
        Assert.NotNull(await ReadAsync(Live.Fragment(16)));
        var context = _bench.Archive.Context;
        var camera = context.Index.Read(q => q.Camera(ArchiveBench.Room, ArchiveBench.Camera))!;
        context.Index.Write(t => t.Discard(camera.No, newest, "idle-for-space", context.NowMs));
        new Destroyer(context, new SurvivingLedger()).FinishGarbage();
        Assert.False(File.Exists(Path.Combine(_bench.VolumePath, newest.Path)));
        Assert.Equal(1, Files.Count);
        Assert.Null(await ReadAsync(Live.Fragment(16)));
        Assert.Equal(clip.Fragments[27].Bytes.ToArray(), await ReadAsync(Live.Fragment(27)));
    }

    [Fact]
    public async Task File_ThatIsShorterThanItWas_GivesNothingRatherThanWrongBytes()
    {
        await _bench.OpenAsync();
        var clip = await ClipAsync();
        await _bench.FeedAsync(clip, count: 6, end: false);
        using (var file = new FileStream(_bench.Files("*.part")[0], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(file.Length - 1);
        Assert.Null(await ReadAsync(Live.Fragment(5)));
        await ReadsAsync(clip, 0, 5);
    }

    [Fact]
    public async Task Camera_ThatIsAway_HoldsNoFileOpenAndKeepsItsLastPicture()
    {
        await _bench.OpenAsync();
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 30, Fps: 10, Gop: 20, FragmentSeconds: 1, Size: "320x180"));
        await _bench.FeedAsync(clip, count: 10);
        Assert.Equal(1, Files.Count);
        _bench.Time.Advance(LiveWindow.RestAfter);
        await _bench.Archive!.Recorder(ArchiveBench.Room, ArchiveBench.Camera).DrainAsync();
        Assert.Equal(0, Files.Count);
        Assert.Null(Live.Fragment(7));
        await ReadsAsync(clip, 8, 10);
        Assert.Equal(clip.Fragments[8].Bytes.ToArray(), await ReadAsync(Live.Newest()!.Value.Fragment));
        Assert.Equal(clip.Fragments.Skip(8).Take(2).Sum(f => (long)f.Bytes.Length), Live.MemoryBytes);
        await _bench.FeedAsync(clip, count: 3, end: false);
        Assert.Equal(clip.Fragments[2].Bytes.ToArray(), await ReadAsync(Live.Fragment(12)));
    }

    [Fact]
    public async Task Fragments_ThatTheDiskHasNotTaken_AreInMemoryUntilItHas()
    {
        using var gate = new ManualResetEventSlim(initialState: true);
        var (fails, blocked) = (false, false);
        var volume = new SimulatedVolume
        {
            Before = (_, operation, _) =>
            {
                if (operation != "write")
                    return;
                gate.Wait(TimeSpan.FromSeconds(60));
                if (fails)
                    throw new IOException("Input/output error");
            },
        };
        var clip = await ClipAsync();
        var bound = clip.Fragments.Take(6).Sum(f => f.Bytes.Length);
        await using var archive = FootageArchive.Open(
            new()
            {
                VolumePath = "/simulated",
                IndexPath = _bench.Options.IndexPath,
                Site = _bench.Options.Site,
            },
            volume,
            null,
            new(_bench.Ledger, _bench.Time, NullLogger.Instance),
            CancellationToken.None
        );
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new(null, false), _bench.Time.GetUtcNow(), CancellationToken.None);
        await AddAsync(0, 3);
        Assert.InRange(recorder.Live.MemoryBytes, 1, bound / 5);

        // Behind: the queue waits, viewers do not.
        gate.Reset();
        blocked = true;
        await AddAsync(3, 6);
        Assert.InRange(recorder.Live.MemoryBytes, Sum(3, 6), Sum(3, 6) + bound / 5);
        for (var i = 0; i < 6; i++)
            Assert.Equal(clip.Fragments[i].Bytes.ToArray(), await ReadAsync(recorder.Live.Fragment(i)));
        gate.Set();
        blocked = false;
        await recorder.DrainAsync();
        Assert.InRange(recorder.Live.MemoryBytes, 1, bound / 5);

        // Refused: twelve seconds of it, and what was written before is read from the file.
        fails = true;
        await AddAsync(6, 9);
        Assert.Equal(clip.Fragments[5].Bytes.ToArray(), await ReadAsync(recorder.Live.Fragment(5)));
        Assert.Equal(clip.Fragments[8].Bytes.ToArray(), await ReadAsync(recorder.Live.Fragment(8)));
        await AddAsync(9, 25);
        Assert.InRange(recorder.Live.MemoryBytes, Sum(14, 25), Sum(12, 25));
        fails = false;
        await AddAsync(25, 30);
        Assert.Equal(clip.Fragments[29].Bytes.ToArray(), await ReadAsync(recorder.Live.Fragment(29)));
        Assert.InRange(recorder.Live.MemoryBytes, 1, Sum(17, 25) + bound / 5);

        long Sum(int from, int to) => clip.Fragments.Skip(from).Take(to - from).Sum(f => (long)f.Bytes.Length);

        async Task AddAsync(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                _bench.Time.Advance(new Pts90k(clip.Fragments[i].Duration).ToTimeSpan());
                await recorder.AppendAsync(clip.Fragments[i], _bench.Time.GetUtcNow(), CancellationToken.None);
                if (!blocked)
                    await recorder.DrainAsync();
            }
        }
    }

    [Fact]
    public async Task Segment_WhoseFlushFailed_IsGoneForLiveViewersToo()
    {
        var fails = false;
        var volume = new SimulatedVolume
        {
            Before = (_, operation, _) =>
            {
                if (operation == "flush" && fails)
                    throw new IOException("Input/output error");
            },
        };
        var clip = await ClipAsync();
        await using var archive = FootageArchive.Open(
            new()
            {
                VolumePath = "/simulated",
                IndexPath = _bench.Options.IndexPath,
                Site = _bench.Options.Site,
                FlushInterval = TimeSpan.FromSeconds(5),
            },
            volume,
            null,
            new(_bench.Ledger, _bench.Time, NullLogger.Instance),
            CancellationToken.None
        );
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new(null, false), _bench.Time.GetUtcNow(), CancellationToken.None);
        for (var i = 0; i < 5; i++)
        {
            fails = i == 4;
            _bench.Time.Advance(new Pts90k(clip.Fragments[i].Duration).ToTimeSpan());
            await recorder.AppendAsync(clip.Fragments[i], _bench.Time.GetUtcNow(), CancellationToken.None);
        }

        // A flush of a clip of exactly five seconds may come with the fifth fragment or with the next idle moment.
        await recorder.DrainAsync();
        fails = false;
        Assert.Equal(0, archive.Context.LiveFiles.Count);
        Assert.Null(await ReadAsync(recorder.Live.Fragment(1)));
    }

    [Fact]
    public async Task Disk_ThatHangs_HoldsUpAFewReadsAndNoneForLong()
    {
        var time = new ManualTimeProvider(ArchiveBench.Start);
        var files = new LiveFiles();
        using var hanging = new HangingReader();
        var place = new LivePlace(new LiveFile(files, "x", hanging), 0, 10);
        var reads = Enumerable
            .Range(0, LiveFiles.MostReads + 3)
            .Select(_ => files.ReadAsync(place, [1], time, CancellationToken.None))
            .ToList();
        await Eventually.TrueAsync(() => hanging.Reads == LiveFiles.MostReads);
        Assert.All(reads, r => Assert.False(r.IsCompleted));
        time.Advance(LiveFiles.Patience);
        Assert.All(await Task.WhenAll(reads), Assert.Null);
        Assert.Equal(LiveFiles.MostReads, hanging.Reads);
        hanging.GoOn();
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], await files.ReadAsync(place, [1], time, CancellationToken.None));
    }

    private async Task FeedMoreAsync(Clip clip, int from, int to)
    {
        var recorder = _bench.Archive!.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        for (var i = from; i < to; i++)
        {
            _bench.Time.Advance(new Pts90k(clip.Fragments[i].Duration).ToTimeSpan());
            await recorder.AppendAsync(clip.Fragments[i], _bench.Time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.DrainAsync();
    }

    private sealed class HangingReader : IVolumeReader
    {
        private readonly ManualResetEventSlim _free = new();
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public void GoOn() => _free.Set();

        public bool TryRead(long offset, Span<byte> whole)
        {
            Interlocked.Increment(ref _reads);
            _free.Wait(TimeSpan.FromSeconds(60));
            whole.Clear();
            return true;
        }

        public void Dispose() => _free.Set();
    }
}
