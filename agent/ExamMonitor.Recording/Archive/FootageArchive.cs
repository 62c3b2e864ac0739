using System.Collections.Concurrent;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Playback;
using ExamMonitor.Recording.Writing;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Recording;

/// <summary>
/// The archive of one volume: writers, index, playback. One process at a time holds it (a lock file says so). Safe from any thread.
/// </summary>
public sealed partial class FootageArchive : IAsyncDisposable
{
    private static readonly TimeSpan LongestTimeline = TimeSpan.FromDays(31);
    private static readonly TimeSpan LongestPlaylist = TimeSpan.FromHours(24);

    private readonly ArchiveContext _context;
    private readonly VolumeLock? _lock;
    private readonly TimelineReader _timeline;
    private readonly DayFacts _days;
    private readonly ConcurrentDictionary<(RoomId, CameraId), CameraRecorder> _recorders = new();
    private readonly Lock _making = new();
    private readonly IndexRebuild _rebuild;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<(RoomId, CameraId), CameraFootage> _lastFacts = new();
    private Task _work = Task.CompletedTask;
    private int _rebuilding;
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _disposed;

    private FootageArchive(ArchiveContext context, VolumeLock? @lock)
    {
        (_context, _lock) = (context, @lock);
        _timeline = new TimelineReader(context.Index, context.Time);
        _days = new(context.Index, _timeline);
        context.Index.Changed += Note;
        context.Changed += Note;
        _rebuild = new(context);
        context.Index.DamageFound = Rebuild;
        // Nobody may be watching; the exception was logged.
        _ = _failure.Task.ContinueWith(
            static t => _ = t.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );
    }

    /// <summary>Id in <c>volume.json</c>.</summary>
    public Guid VolumeId => _context.VolumeId;

    /// <summary>Root folder of the volume.</summary>
    public string VolumePath => _context.Volume.Root;

    /// <summary>Segments that recovery committed when the archive was opened.</summary>
    public int RecoveredSegments { get; private init; }

    /// <summary>How a damaged index stands; null when none was found damaged since the start.</summary>
    public IndexDamage? IndexDamage => _rebuild.Damage;

    /// <summary>
    /// Ends faulted when the process must stop (<see cref="FootageFatalException"/>: what lies on the disk is not known any more); never
    /// ends otherwise.
    /// </summary>
    public Task Failure => _failure.Task;

    /// <summary>
    /// The camera's writer, always the same one. The first call makes the camera known: from then on, time without footage is a gap.
    /// </summary>
    public CameraRecorder Recorder(RoomId room, CameraId camera)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_recorders.TryGetValue((room, camera), out var known))
            return known;
        lock (_making)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_recorders.TryGetValue((room, camera), out known))
                return known;
            _context.Index.Write(t => t.AddCamera(room, camera, _context.NowMs));
            return _recorders[(room, camera)] = new CameraRecorder(_context, _context.Index.Read(q => q.Camera(room, camera))!, Fail);
        }
    }

    /// <summary>What is held of a camera in [<paramref name="from"/>, <paramref name="to"/>). An unknown camera holds nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not after <paramref name="from"/>, or more than 31 days are
    /// asked for.</exception>
    public Timeline GetTimeline(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to)
    {
        RequireRange(from, to, LongestTimeline);
        return Find(room, camera) is { } row ? _timeline.Read(row, StateOf(room, camera), from, to) : new(from, to, [], [], null);
    }

    /// <summary>
    /// Proven stretches of [<paramref name="from"/>, <paramref name="to"/>): what <see cref="Completeness.Union"/> and
    /// <see cref="Completeness.Share(IEnumerable{WallSpan}, DateTimeOffset, DateTimeOffset)"/> take.
    /// </summary>
    public IReadOnlyList<WallSpan> GetProven(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to)
    {
        if (Find(room, camera) is not { } row)
            return [];
        var (fromMs, toMs) = (UnixMs.Of(from), UnixMs.Ceiling(to));
        return
        [
            .. _timeline
                .Proven(row, fromMs, toMs)
                .Select(s => new WallSpan(UnixMs.ToUtc(Math.Max(s.StartMs, fromMs)), UnixMs.ToUtc(Math.Min(s.EndMs, toMs)))),
        ];
    }

    /// <summary>
    /// Until when it is decided what of a camera is proven: what is written and not committed yet is neither proven nor missing. UTC, at
    /// most now.
    /// </summary>
    public DateTimeOffset GetDecided(RoomId room, CameraId camera) => UnixMs.ToUtc(_timeline.DecidedMs(StateOf(room, camera)));

    /// <summary>
    /// Raised when what <see cref="GetFacts"/> says of a camera has changed by more than the time that passes: footage was committed or
    /// went,
    /// recording began or ended. Null for every camera. On the thread that changed it; whoever hears it must return at once.
    /// </summary>
    public event Action<(RoomId Room, CameraId Camera)?>? FactsChanged;

    /// <summary>Facts of a camera for its status. The rows of the day are read once after each change.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="today">Site midnight, UTC.</param>
    public CameraFootage GetFacts(RoomId room, CameraId camera, DateTimeOffset today)
    {
        try
        {
            return _lastFacts[(room, camera)] = ReadFacts(room, camera, today);
        }
        catch (IndexRebuildingException)
        {
            // What the writer knows is true; what only the index knows is as it was, and the completeness unknown.
            var writer = StateOf(room, camera);
            var known =
                _lastFacts.GetValueOrDefault((room, camera))
                ?? new(camera, false, _context.Time.GetUtcNow(), GapCause.Unknown, null, 0, null, 0);
            return known with
            {
                Recording = writer is { Recording: true },
                Since = writer is null ? known.Since : UnixMs.ToUtc(writer.SinceMs),
                Cause = writer is null ? GapCause.Agent : writer.Cause,
                CompletenessToday = null,
            };
        }
    }

    private void Note(IReadOnlyCollection<long>? cameras)
    {
        _days.Note(cameras);
        if (cameras is null)
            FactsChanged?.Invoke(null);
        foreach (var recorder in cameras is null ? [] : _recorders.Values.Where(r => cameras.Contains(r.CameraNo)))
            FactsChanged?.Invoke((recorder.Room, recorder.Camera));
    }

    private CameraFootage ReadFacts(RoomId room, CameraId camera, DateTimeOffset today)
    {
        var now = _context.Time.GetUtcNow();
        var writer = StateOf(room, camera);
        if (_days.Find(room, camera, UnixMs.Of(today)) is not { Camera: var row } day)
            return new(camera, false, now, GapCause.Unknown, null, 0, null, 0);
        var (fromMs, nowMs) = (Math.Max(UnixMs.Of(today), row.FirstSeenMs), UnixMs.Ceiling(now));
        var (gaps, completeness) = fromMs < nowMs ? _timeline.Sum(day, writer, fromMs, nowMs) : (0, null);
        var since = writer is null ? row.LastEndMs ?? row.FirstSeenMs : writer.SinceMs;
        return new(
            camera,
            writer is { Recording: true },
            UnixMs.ToUtc(since),
            writer is null ? GapCause.Agent : writer.Cause,
            completeness,
            gaps,
            row.LastEndMs is { } end ? UnixMs.ToUtc(end) : null,
            row.SizeBytes
        );
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

    /// <summary>
    /// Opens a segment's file, seekable; the stream stays whole even when the segment is destroyed meanwhile. Null when the file is gone.
    /// </summary>
    public Stream? OpenSegment(StoredSegment segment) => _context.Volume.OpenRead(segment.Path);

    /// <summary>HLS playlist of a range, addresses relative to <c>…/playlist.m3u8</c>; null when nothing is held of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not after <paramref name="from"/>, or more than 24 hours are
    /// asked for.</exception>
    public string? RangePlaylist(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to)
    {
        RequireRange(from, to, LongestPlaylist);
        if (Find(room, camera) is not { } row)
            return null;
        var (fromMs, toMs) = (UnixMs.Of(from), UnixMs.Ceiling(to));
        var parts = _context.Index.Read(q =>
            q.Segments(row, fromMs, toMs)
                .SelectMany(s => q.Fragments(s.Id) is { } f ? RangeReader.Parts(s, f.InitializationBytes, f.Fragments, fromMs, toMs) : [])
                .ToList()
        );
        return parts.Count == 0 ? null : HlsPlaylist.ForRange(parts);
    }

    /// <summary>Most bytes that one camera's footage waits with to be written: other work on the disk gives way.</summary>
    public long WaitingBytes => _recorders.Values.Select(r => r.WaitingBytes).DefaultIfEmpty().Max();

    /// <summary>
    /// Free bytes of the volume; null when they cannot be told, or when another disk lies at its place, which means "no space for new
    /// promises".
    /// </summary>
    public long? FreeBytes() => VolumeProbe.IsThere(_context) ? _context.Volume.FreeBytes() : null;

    /// <summary>Raised when a write of the volume found it full: idle footage should go now. On the writer's thread.</summary>
    public event Action Pressed
    {
        add => _context.Reserve.Pressed += value;
        remove => _context.Reserve.Pressed -= value;
    }

    /// <summary>Tells of a write to the volume that failed elsewhere, such as the ledger's.</summary>
    /// <returns>Whether room was made for it: it is worth another try.</returns>
    public bool NoteFailure(Exception failure) => _context.Reserve.NoteFailure(failure);

    /// <summary>
    /// Looks whether the volume is there and takes a write. Writes and flushes a few bytes; a disk that hangs lets the caller wait.
    /// </summary>
    public VolumeProbe ProbeVolume() => VolumeProbe.Of(_context);

    /// <summary>Ends every run (cause <see cref="GapCause.Agent"/>), commits, and closes.</summary>
    public ValueTask DisposeAsync() => StopAsync(GapCause.Agent, Sentences.AgentStops);

    /// <summary>Ends every run with a cause of the caller's, commits, and closes.</summary>
    public async ValueTask StopAsync(GapCause cause, LocalText? detail)
    {
        lock (_making)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await IndexChecked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_recorders.Values.Select(r => r.CloseAsync(cause, detail))).ConfigureAwait(false);
        foreach (var recorder in _recorders.Values)
            recorder.Dispose();
        _context.Index.Dispose();
        _closing.Dispose();
        _lock?.Dispose();
    }

    internal ArchiveContext Context => _context;

    private CameraRow? Find(RoomId room, CameraId camera) => _context.Index.Read(q => q.Camera(room, camera));

    private RecorderState? StateOf(RoomId room, CameraId camera) =>
        _recorders.TryGetValue((room, camera), out var recorder) ? recorder.State : null;

    private void Fail(Exception exception)
    {
        if (_failure.TrySetException(exception))
            _context.Logger.Fatal(exception);
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
