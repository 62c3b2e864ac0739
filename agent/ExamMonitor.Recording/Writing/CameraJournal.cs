using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Writing;

/// <summary>One camera's writing, as plain calls: what is in which file, which gap is open. One thread at a time.</summary>
/// <remarks>
/// Commit order, and what a crash after each step leaves (recovery is <see cref="Recovery"/>):
/// <list type="number">
/// <item>Row in <c>parts</c>: a row without a file; dropped.</item>
/// <item><c>.part</c> made, its folder flushed; fragments appended, flushed every <see cref="FootageOptions.FlushInterval"/>: a
/// <c>.part</c>, cut at its last whole fragment and committed as recovered.</item>
/// <item>File flushed: as before; nothing is cut.</item>
/// <item>Renamed: after a power cut either name; the <c>parts</c> row leads to both.</item>
/// <item>Folder flushed: the file has its last name, and no row; it is hashed and committed.</item>
/// <item>One transaction: segment, fragments, the gap it ends, <c>pending</c>; the <c>parts</c> row goes. Day line and ledger entry are
/// missing; <c>pending</c> says so.</item>
/// <item>Day line: the ledger entry is missing, and the day line is found by its number.</item>
/// <item>Ledger entry: found by its number; <c>pending</c> is cleared with the next transaction.</item>
/// </list>
/// A write that fails leaves any beginning of a fragment: the file is cut back before it is committed. While it cannot be cut, it stays a
/// <c>.part</c> with its row: it is cut and committed before the camera's next segment begins, or else by recovery at the next start. A
/// failed file flush abandons the segment. A failed folder flush throws <see cref="FootageFatalException"/>: the process stops. When a run
/// ends, its last file waits until it is due for the camera's next run, which goes on in it when its initialization segment is the same: a
/// camera that restarts every few seconds makes a file a minute, not a file a restart.
/// </remarks>
internal sealed partial class CameraJournal : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private const long MaxSegmentBytes = 1L << 30;

    private readonly ArchiveContext _context;
    private readonly CameraRow _camera;
    private readonly CameraIndex _index;
    private readonly TimeSpan _phase;
    private RunState? _run;
    private OpenSegment? _segment;
    private OpenSegment? _torn;
    private OpenGap? _gap;
    private long _troubleAt;
    private bool _inTrouble;
    private LocalText? _trouble;
    private long _lastEnd;

    /// <summary>Takes up the camera where the index says it stopped; without an open gap there, the agent was not running since.</summary>
    public CameraJournal(ArchiveContext context, CameraRow camera)
    {
        (_context, _camera, _index) = (context, camera, new CameraIndex(context, camera));
        _phase = Rotation.PhaseOf(camera.Room, camera.Camera, context.Options.SegmentLength);
        _index.Settle();
        if (context.Index.Read(q => q.OpenGap(camera.No)) is { } open)
            _gap = new(open.StartMs, open.Cause);
        else if (camera.LastEndMs is { } end)
            BeginGap(end, GapCause.Agent, Sentences.AgentWasDown);
        else
            BeginGap(context.NowMs, GapCause.Unknown, Sentences.NeverRecorded);
        context.Writers[camera.No] = _index;
        State = StateNow();
    }

    /// <summary>For status and timeline; replaced whole, readable from any thread.</summary>
    public RecorderState State
    {
        get;
        private set
        {
            var told =
                field is { } before
                && before.Recording == value.Recording
                && before.Cause == value.Cause
                && before.SinceMs == value.SinceMs;
            field = value;
            if (!told)
                _context.NoteChanged(_camera.No);
        }
    }

    /// <summary>Begins a run.</summary>
    public void StartRun(InitializationSegment initialization, RunFacts facts, DateTimeOffset at)
    {
        if (_run is not null)
            EndRun(GapCause.Unknown, null, at);
        _run = new(_context.NextRun(), initialization, facts);
    }

    /// <summary>Writes the next fragment.</summary>
    /// <param name="fragment">Fragment.</param>
    /// <param name="arrival">When its last byte arrived.</param>
    /// <param name="pause">Cause of a pause that it shows.</param>
    /// <returns>Where live viewers find it; null when it is not on the disk.</returns>
    /// <exception cref="FootageFatalException">The process must stop.</exception>
    public LivePlace? Append(Fragment fragment, DateTimeOffset arrival, GapCause pause = GapCause.Unknown)
    {
        var run = _run ?? throw new InvalidOperationException("No run is open.");
        if (_index.IsStale)
            _index.Settle();
        if (fragment.IsSoundAlone)
            return KeepSound(fragment);

        var place = run.Wall.Place(fragment.Start, fragment.Duration, arrival, fragment.StartsWithSync);
        if (place.Break is { } cause)
        {
            _context.Logger.RunBroke(_camera.Room, _camera.Camera, cause);
            EndRun(cause, Sentences.TimeBroke(cause), arrival);
            // Pictures of one session come in order; by a clock that was set, nothing is known of what came before.
            run = _run = new(
                _context.NextRun(),
                run.Initialization,
                run.Facts with
                {
                    ConnectedAtUtc = cause == GapCause.Clock ? null : new(run.Wall.End, TimeSpan.Zero),
                }
            );
            place = run.Wall.Place(fragment.Start, fragment.Duration, arrival);
        }

        run = _run = Follow(run, fragment);
        if (place.Shift != 0 && _segment is { Live: true } shifted && ReferenceEquals(shifted.Run, run))
            shifted.Start += place.Shift;
        if (_segment is { Live: true } full && IsDue(full, fragment, place))
            Commit();
        if (_segment is not { Live: true } && !Begin(run, fragment, place))
        {
            if (_gap is null)
                BeginGap(UnixMs.Of(new(_lastEnd, TimeSpan.Zero)), GapCause.Camera, Sentences.NoKeyFrame);
            State = StateNow();
            return null;
        }

        AddHoles(fragment, place, run, pause);
        var written = Write(fragment, place);
        State = StateNow();
        return written;
    }

    /// <summary>Sound that comes without pictures proves none: it is kept beside them, and no time is claimed for it.</summary>
    private LivePlace? KeepSound(Fragment fragment)
    {
        var written = _segment is { Live: true } segment ? Write(fragment, new(segment.End, segment.End, 0, 0, 0, null)) : null;
        State = StateNow();
        return written;
    }

    /// <summary>
    /// Pictures of another size or profile begin a file and a run of their own, on the same line of time: what is told of a file is true of
    /// all of it.
    /// </summary>
    private RunState Follow(RunState run, Fragment fragment)
    {
        if (!fragment.StartsWithSync || SequenceParameters.Of(fragment, run.Initialization) is not { } pictures)
            return run;
        var same = run.Shows(pictures);
        if (same || !run.Noted)
        {
            run.Pictures = pictures;
            return run;
        }

        if (_segment is { Live: true } segment)
        {
            var endMs = segment.EndMs;
            _index.Later(t => t.EndRun(run.Id, endMs));
            Commit();
        }

        return new(_context.NextRun(), run.Initialization, run.Facts) { Wall = run.Wall, Pictures = pictures };
    }

    /// <summary>Ends the run; a gap begins where its footage ends.</summary>
    public void EndRun(GapCause cause, LocalText? detail, DateTimeOffset at)
    {
        if (_run is not { } run)
            return;
        _run = null;
        if (_segment is not { Live: true } segment)
        {
            ChangeGap(cause, detail, at);
            return;
        }

        _lastEnd = segment.End;
        var endMs = segment.EndMs;
        Park(segment);
        _index.Later(t => t.EndRun(run.Id, endMs));
        if (_gap is null)
            BeginGap(endMs, cause, detail);
        else
            ChangeGap(cause, detail, at);
        _index.Settle();
        State = StateNow();
    }

    /// <summary>Says that the open gap has another cause from now on.</summary>
    public void ChangeGap(GapCause cause, LocalText? detail, DateTimeOffset at)
    {
        if (_gap is not { } gap || gap.Cause == cause || _segment is { Live: true })
            return;
        var atMs = UnixMs.Of(at);
        // What was unknown becomes known for all of it; a cause that was known stays true of its time.
        var from = gap.Cause == GapCause.Unknown || atMs - gap.StartMs < 100 ? gap.StartMs : atMs;
        EndGap(from);
        BeginGap(from, cause, detail);
        _index.Settle();
        State = StateNow();
    }

    /// <summary>Fragments were given up because the disk is too slow: the file ends where they began.</summary>
    public void GiveUp(DateTimeOffset at)
    {
        if (_segment is { Live: true })
            Commit();
        if (_gap is null)
            BeginGap(UnixMs.Of(new(_lastEnd, TimeSpan.Zero)), GapCause.Disk, Sentences.DiskTooSlow);
        else
            ChangeGap(GapCause.Disk, Sentences.DiskTooSlow, at);
        State = StateNow();
    }

    /// <summary>What is done while nothing arrives: flush what waits, commit what no run will continue, catch up with the index.</summary>
    public void Idle(DateTimeOffset now)
    {
        if (
            _segment is { Live: false } waiting
            && (now.UtcTicks >= waiting.Due || _context.Time.GetElapsedTime(waiting.ParkedAt) >= _context.Options.SegmentLength)
        )
            Commit();
        else if (_segment is { File.UnflushedBytes: > 0 } written)
            FlushNow(written);
        MendTorn(last: false);
        if (_index.Owed > 0 || _index.IsStale)
            _index.Settle();
        State = StateNow();
    }

    /// <summary>Ends the run, commits everything, and says that the agent stops.</summary>
    public void Close(GapCause cause, LocalText? detail, DateTimeOffset at)
    {
        EndRun(cause, detail, at);
        if (_segment is not null)
            Commit();
        MendTorn(last: true);
        ChangeGap(cause, detail, at);
        _index.Settle();
        _ = _index.TryCatchUp();
    }

    public void Dispose()
    {
        _context.Writers.TryRemove(KeyValuePair.Create(_camera.No, _index));
        _segment?.File.Dispose();
        _torn?.File.Dispose();
    }

    private bool IsDue(OpenSegment segment, Fragment fragment, Placement place)
    {
        if (fragment.StartsWithSync && place.Start >= segment.Due)
            return true;
        // A camera that sends no key frame any more, or a flood: the file ends, and the next waits for a key frame.
        return place.Start - segment.Start >= 5 * _context.Options.SegmentLength.Ticks
            || segment.File.GoodBytes + fragment.Bytes.Length > MaxSegmentBytes
            || segment.File.Fragments.Count >= SegmentFile.MostFragments;
    }

    private void AddHoles(Fragment fragment, Placement place, RunState run, GapCause pause)
    {
        if (_segment is not { } segment)
            return;
        if (place.Hole > 0)
        {
            var hole = HoleOf(place.Start - place.Hole, place.Start, pause);
            if (hole.StartMs >= segment.StartMs)
                segment.Holes.Add(hole);
            else if (_gap is null)
                _index.Do(t => t.AddGap(_camera.No, hole));
        }

        if (
            MediaHoles.StandingPicture(fragment, run.Initialization, _context.Options.LongestSample, place.Start, place.End)
            is var (from, to)
        )
            segment.Holes.Add(HoleOf(from, to, pause));
    }

    private static NewGap HoleOf(long from, long to, GapCause cause) =>
        new(
            UnixMs.Of(new(from, TimeSpan.Zero)),
            UnixMs.Of(new(to, TimeSpan.Zero)),
            cause,
            cause == GapCause.Network ? Sentences.PacketsLost : Sentences.MediaMissing
        );

    private void BeginGap(long startMs, GapCause cause, LocalText? detail)
    {
        _gap = new(startMs, cause);
        _index.Do(t => t.OpenGap(_camera.No, startMs, cause, detail));
    }

    private void EndGap(long endMs)
    {
        _gap = null;
        _index.Later(t => t.CloseGap(_camera.No, endMs));
    }

    private RecorderState StateNow()
    {
        var recording = _segment is { Live: true };
        var since =
            State is not null && State.Recording == recording ? State.SinceMs
            : recording ? _segment!.StartMs
            : _gap?.StartMs ?? _context.NowMs;
        return new(recording, since, recording ? null : _gap?.Cause, _segment?.StartMs, recording || _run is null ? null : _trouble);
    }
}
