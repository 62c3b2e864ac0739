using System.Collections.Concurrent;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Footage.Care;
using ExamMonitor.Footage.Index;
using ExamMonitor.Footage.Playback;
using ExamMonitor.Footage.Volumes;
using ExamMonitor.Footage.Writing;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Footage;

/// <summary>The archive of one volume: writers, index, playback. One process at a time holds it (a lock file says so). Safe from any thread.</summary>
public sealed class FootageArchive : IAsyncDisposable
{
    private static readonly TimeSpan LongestTimeline = TimeSpan.FromDays(31);
    private static readonly TimeSpan LongestPlaylist = TimeSpan.FromHours(24);

    private readonly ArchiveContext _context;
    private readonly VolumeLock? _lock;
    private readonly TimelineReader _timeline;
    private readonly ConcurrentDictionary<(RoomId, CameraId), CameraRecorder> _recorders = new();
    private readonly Lock _making = new();
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _disposed;

    private FootageArchive(ArchiveContext context, VolumeLock? @lock)
    {
        (_context, _lock) = (context, @lock);
        _timeline = new TimelineReader(context.Index, context.Time);
        // Nobody may be watching; the exception was logged.
        _ = _failure.Task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Id in <c>volume.json</c>.</summary>
    public Guid VolumeId => _context.VolumeId;

    /// <summary>Segments that recovery committed when the archive was opened.</summary>
    public int RecoveredSegments { get; private init; }

    /// <summary>Ends faulted when the process must stop (<see cref="FootageFatalException"/>: what lies on the disk is not known any more); never ends otherwise.</summary>
    public Task Failure => _failure.Task;

    /// <summary>Checks the volume, opens or remakes the index, and recovers what the last process left.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="ledger">Where segments and gaps are reported; null for nowhere.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="WrongVolumeException">The volume is missing, strange, or in use by another process.</exception>
    /// <exception cref="FootageException">The index cannot be opened.</exception>
    /// <exception cref="IOException">Recovery could not read or write the volume.</exception>
    public static Task<FootageArchive> OpenAsync(
        FootageOptions options, ILedgerSink? ledger, TimeProvider time, ILogger<FootageArchive> logger, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var @lock = VolumeLock.Take(options.VolumePath);
            try
            {
                return Open(options, new DiskVolume(options.VolumePath), @lock, new Surroundings(ledger ?? new NoLedger(), time, logger), cancellationToken);
            }
            catch
            {
                @lock.Dispose();
                throw;
            }
        }, cancellationToken);

    /// <summary>Opens over any volume.</summary>
    internal static FootageArchive Open(FootageOptions options, IVolume volume, VolumeLock? @lock, Surroundings around, CancellationToken cancellationToken)
    {
        var index = FootageIndex.Open(options.IndexPath);
        try
        {
            var identity = Identify(options, volume, index, around.Time);
            var context = new ArchiveContext(options, volume, identity.Id, index, around.Ledger) { Time = around.Time, Logger = around.Logger };
            context.SeenRun(index.Read(q => q.Counter("run")));
            var isNew = index.Read(q => q.Volumes()).Count == 0;
            if (isNew) Reindex.Run(context, identity, null, cancellationToken);
            var recovered = new Recovery(context).Run(cancellationToken);
            LostEntries.Pend(context);
            foreach (var camera in index.Read(q => q.Cameras())) new CameraIndex(context, camera) { Source = isNew ? LeafSource.Volume : LeafSource.Start }.Finish();
            around.Logger.Opened(identity.Id, volume.Root);
            return new FootageArchive(context, @lock) { RecoveredSegments = recovered };
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>The camera's writer, always the same one. The first call makes the camera known: from then on, time without footage is a gap.</summary>
    public CameraRecorder Recorder(RoomId room, CameraId camera)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_recorders.TryGetValue((room, camera), out var known)) return known;
        lock (_making)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_recorders.TryGetValue((room, camera), out known)) return known;
            _context.Index.Write(t => t.AddCamera(room, camera, _context.NowMs));
            return _recorders[(room, camera)] = new CameraRecorder(_context, _context.Index.Read(q => q.Camera(room, camera))!, Fail);
        }
    }

    /// <summary>What is held of a camera in [<paramref name="from"/>, <paramref name="to"/>). An unknown camera holds nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not after <paramref name="from"/>, or more than 31 days are asked for.</exception>
    public Timeline GetTimeline(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to)
    {
        RequireRange(from, to, LongestTimeline);
        return Find(room, camera) is { } row ? _timeline.Read(row, StateOf(room, camera), from, to) : new(from, to, [], [], null);
    }

    /// <summary>Proven stretches of [<paramref name="from"/>, <paramref name="to"/>): what <see cref="Completeness.Union"/> and <see cref="Completeness.Share(IEnumerable{WallSpan}, DateTimeOffset, DateTimeOffset)"/> take.</summary>
    public IReadOnlyList<WallSpan> GetProven(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to)
    {
        if (Find(room, camera) is not { } row) return [];
        var (fromMs, toMs) = (UnixMs.Of(from), UnixMs.Ceiling(to));
        return [.. _timeline.Proven(row, fromMs, toMs).Select(s => new WallSpan(UnixMs.ToUtc(Math.Max(s.StartMs, fromMs)), UnixMs.ToUtc(Math.Min(s.EndMs, toMs))))];
    }

    /// <summary>Until when it is decided what of a camera is proven: what is written and not committed yet is neither proven nor missing. UTC, at most now.</summary>
    public DateTimeOffset GetDecided(RoomId room, CameraId camera) => UnixMs.ToUtc(_timeline.DecidedMs(StateOf(room, camera)));

    /// <summary>Facts of a camera for its status.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="today">Site midnight, UTC.</param>
    public CameraFootage GetFacts(RoomId room, CameraId camera, DateTimeOffset today)
    {
        var now = _context.Time.GetUtcNow();
        var writer = StateOf(room, camera);
        if (Find(room, camera) is not { } row) return new(camera, false, now, GapCause.Unknown, null, 0, null, 0);
        var from = UnixMs.ToUtc(Math.Max(UnixMs.Of(today), row.FirstSeenMs));
        var timeline = from < now ? _timeline.Read(row, writer, from, now) : null;
        var since = writer is null ? row.LastEndMs ?? row.FirstSeenMs : writer.SinceMs;
        return new(
            camera, writer is { Recording: true }, UnixMs.ToUtc(since), writer is null ? GapCause.Agent : writer.Cause, timeline?.Completeness,
            timeline?.Gaps.Count ?? 0, row.LastEndMs is { } end ? UnixMs.ToUtc(end) : null, row.SizeBytes);
    }

    /// <summary>Committed segments that touch the range, in order of time.</summary>
    public IReadOnlyList<StoredSegment> FindSegments(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to) =>
        Find(room, camera) is { } row ? _context.Index.Read(q => q.Segments(row, UnixMs.Of(from), UnixMs.Ceiling(to))) : [];

    /// <summary>A committed segment; null when there is none of that id, or it was let go.</summary>
    public StoredSegment? FindSegment(long id) => _context.Index.Read(q => q.Segment(id));

    /// <summary>Committed segments of all cameras after a number of the index, in order of commit.</summary>
    /// <param name="id">Number; 0 for the first.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<StoredSegment> SegmentsAfter(long id, int limit) => _context.Index.Read(q => q.SegmentsAfter(id, limit));

    /// <summary>Bytes of all committed segments.</summary>
    public long HeldBytes() => _context.Index.Read(q => q.Cameras()).Sum(c => c.SizeBytes);

    /// <summary>Opens a segment's file, seekable; the stream stays whole even when the segment is destroyed meanwhile. Null when the file is gone.</summary>
    public Stream? OpenSegment(StoredSegment segment) => _context.Volume.OpenRead(segment.Path);

    /// <summary>HLS playlist of a range, addresses relative to <c>…/playlist.m3u8</c>; null when nothing is held of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not after <paramref name="from"/>, or more than 24 hours are asked for.</exception>
    public string? RangePlaylist(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to)
    {
        RequireRange(from, to, LongestPlaylist);
        if (Find(room, camera) is not { } row) return null;
        var (fromMs, toMs) = (UnixMs.Of(from), UnixMs.Ceiling(to));
        var parts = _context.Index.Read(q => q.Segments(row, fromMs, toMs)
            .SelectMany(s => q.Fragments(s.Id) is { } f ? RangeReader.Parts(s, f.InitializationBytes, f.Fragments, fromMs, toMs) : []).ToList());
        return parts.Count == 0 ? null : HlsPlaylist.ForRange(parts);
    }

    /// <summary>Lets a segment go for good. Whether it may go was decided, and entered into the ledger, before.</summary>
    /// <remarks>
    /// Order: row to garbage in one transaction, unlink, folder flush, garbage row removed. A crash between two of them is finished at the next start.
    /// A stream that is open on the file stays whole until it is closed. A copy on the second tier goes as soon as its lock ends.
    /// </remarks>
    /// <param name="segment">Segment.</param>
    /// <param name="reason">For the garbage row: the rule that allowed it.</param>
    /// <exception cref="FootageException">The index could not be written; nothing was let go.</exception>
    /// <exception cref="IOException">The file could not be deleted; its row is gone, and the next start deletes it.</exception>
    public void Destroy(StoredSegment segment, string reason)
    {
        if (Find(segment.Room, segment.Camera) is not { } camera || FindSegment(segment.Id) is null) return;
        _context.Index.Write(t => t.Discard(camera.No, segment, reason, _context.NowMs));
        _context.Volume.Delete(segment.Path);
        _context.Volume.FlushFolder(segment.Path[..segment.Path.LastIndexOf('/')]);
        _context.Index.Write(t => t.DropGarbage(segment.Path));
    }

    /// <summary>Free bytes of the volume; null when they cannot be told, or when another disk lies at its place, which means "no space for new promises".</summary>
    public long? FreeBytes() => VolumeProbe.IsThere(_context) ? _context.Volume.FreeBytes() : null;

    /// <summary>Looks whether the volume is there and takes a write. Writes and flushes a few bytes; a disk that hangs lets the caller wait.</summary>
    public VolumeProbe ProbeVolume() => VolumeProbe.Of(_context);

    /// <summary>Ends every run (cause <see cref="GapCause.Agent"/>), commits, and closes.</summary>
    public ValueTask DisposeAsync() => StopAsync(GapCause.Agent, Sentences.AgentStops);

    /// <summary>Ends every run with a cause of the caller's, commits, and closes.</summary>
    public async ValueTask StopAsync(GapCause cause, LocalText? detail)
    {
        lock (_making)
        {
            if (_disposed) return;
            _disposed = true;
        }

        await Task.WhenAll(_recorders.Values.Select(r => r.CloseAsync(cause, detail))).ConfigureAwait(false);
        foreach (var recorder in _recorders.Values) recorder.Dispose();
        _context.Index.Dispose();
        _lock?.Dispose();
    }

    internal ArchiveContext Context => _context;

    private static VolumeIdentity Identify(FootageOptions options, IVolume volume, FootageIndex index, TimeProvider time)
    {
        var known = index.Read(q => q.Volumes());
        if (known.Count > 0)
        {
            VolumeIdentity.Require(volume, known[0].Id);
            return VolumeIdentity.Read(volume)!;
        }

        var identity = VolumeIdentity.Read(volume);
        if (identity is null && !options.CreateVolume)
            throw new WrongVolumeException(options.VolumePath, $"There is no {VolumeIdentity.FileName}, and making a new volume is not allowed. Mount the footage disk.");
        return identity ?? VolumeIdentity.Create(volume, options.Site, time.GetUtcNow());
    }

    private CameraRow? Find(RoomId room, CameraId camera) => _context.Index.Read(q => q.Camera(room, camera));

    private RecorderState? StateOf(RoomId room, CameraId camera) =>
        _recorders.TryGetValue((room, camera), out var recorder) ? recorder.State : null;

    private void Fail(Exception exception)
    {
        if (_failure.TrySetException(exception)) _context.Logger.Fatal(exception);
    }

    private static void RequireRange(DateTimeOffset from, DateTimeOffset to, TimeSpan longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to - from, longest, nameof(to));
    }
}

/// <summary>What an archive is given from outside.</summary>
/// <param name="Ledger">Ledger.</param>
/// <param name="Time">Clock.</param>
/// <param name="Logger">Log.</param>
internal sealed record Surroundings(ILedgerSink Ledger, TimeProvider Time, ILogger Logger);
