using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Writing;

/// <summary>One camera's changes to the index, in order, and the day lines and ledger entries that follow from them.</summary>
/// <remarks>
/// An index that cannot be written does not stop the recording: changes wait, in order, and are made in one transaction when it can. A
/// process that dies
/// meanwhile finds the files again: each has its row in <c>parts</c>, or lies in a folder that recovery looks into.
/// </remarks>
internal sealed class CameraIndex
{
    /// <summary>Changes that may wait. Beyond, the process stops, and recovery works from the volume: about a day of segments.</summary>
    public const int MaxOwed = 4_000;

    private readonly ArchiveContext _context;
    private readonly CameraRow _camera;
    private readonly DayLog _days;
    private readonly Queue<Action<IndexTransaction>> _owed = new();
    private readonly WriterMemory _memory = new();
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly RepeatedFailure _failures;
    private volatile int _generation;
    private long _lastLeaf;
    private long _settledNumber;

    // Of the ledger, when it was last asked what is lost.
    private int? _ledgerGeneration;

    public CameraIndex(ArchiveContext context, CameraRow camera)
    {
        (_context, _camera, _days, _lastLeaf) = (context, camera, new DayLog(context.Volume), camera.LastLeaf);
        (_failures, _generation) = (new(context.Time), context.Index.Generation);
        context.Index.Read(
            q =>
            {
                _memory.Begin(q, camera.No);
                return true;
            },
            own: true
        );
    }

    /// <summary>Whether a new index took the place of the one that this writer knows, and has not been brought up to date.</summary>
    public bool IsStale => _generation != _context.Index.Generation;

    /// <summary>The camera's row as a new index needs it before anything else, and the highest number that was given.</summary>
    public (CameraRow Camera, long Numbers) Seed()
    {
        lock (_gate)
            return (_camera, _memory.Numbers);
    }

    /// <summary>Whether a file is this writer's own business: it is being written, or its commit waits. Safe from any thread.</summary>
    public bool Owns(string file)
    {
        lock (_gate)
            return _begun.Contains(file)
                || _memory.Parts.ContainsKey(file)
                || _memory.Unsettled.Values.Any(u => u.Segment?.Path.File == file);
    }

    /// <summary>Says that a file is about to be made; to be called before it is.</summary>
    public void Begin(string file)
    {
        lock (_gate)
            _begun.Add(file);
    }

    /// <summary>Where what is settled here comes from.</summary>
    public LeafSource Source { get; init; }

    /// <summary>Changes that wait.</summary>
    public int Owed => _owed.Count;

    /// <summary>Makes a change now, or as soon as the index can be written.</summary>
    /// <exception cref="FootageFatalException">Too many changes wait.</exception>
    public void Do(Action<IndexTransaction> change)
    {
        Later(change);
        _ = TryCatchUp();
    }

    /// <summary>Makes a change together with the next one.</summary>
    public void Later(Action<IndexTransaction> change) => _owed.Enqueue(change);

    /// <summary>Makes the changes that wait; false when the index cannot be written.</summary>
    public bool TryCatchUp()
    {
        var stale = IsStale;
        if (_owed.Count == 0 && !stale)
            return true;
        try
        {
            lock (_gate)
            {
                // Read before the write: when yet another file takes the place meanwhile, this writer is stale again.
                var generation = _context.Index.Generation;
                var effects = _context.Index.Write(t =>
                {
                    if (stale)
                        _memory.Replay(t, _camera, _context.NowMs);
                    foreach (var change in _owed)
                        change(t);
                    return t.Effects;
                });
                _memory.Take(effects);
                _begun.Clear();
                if (stale)
                    (_generation, _settledNumber) = (generation, 0);
            }

            _owed.Clear();
            _failures.Ended();
            return true;
        }
        catch (FootageException e) when (e is not FootageFatalException)
        {
            // A broken index is told once, by whoever makes it again.
            if (e is not IndexRebuildingException && _failures.Add() is { } times)
                _context.Logger.IndexFailed(e, _camera.Room, _camera.Camera, _owed.Count, times);
            _ = _context.Reserve.NoteFailure(e);
            return _owed.Count < MaxOwed ? false : throw new FootageFatalException("write the index", _context.Index.Path, e);
        }
    }

    /// <summary>
    /// Writes the day lines and ledger entries that are still owed, in the order of their numbers, and stops at the first that fails.
    /// </summary>
    /// <remarks>
    /// Both are asked again after a crash between them and the index's note of them; both then see that they have the number already.
    /// </remarks>
    public void Settle()
    {
        if (!TryCatchUp() || !TryFindLost())
            return;
        foreach (var row in Pending())
        {
            if (row.Number <= _settledNumber)
                continue;
            try
            {
                // Day lines are written by path: another disk may lie there by now.
                VolumeIdentity.Require(_context.Volume, _context.VolumeId);
                var leaf = row.IsGap ? SettleGap(row) : SettleSegment(row);
                // After an index was made anew an older row may be asked again: the ledger names the entry that it has.
                _lastLeaf = Math.Max(_lastLeaf, leaf ?? _lastLeaf);
                _settledNumber = row.Number;
                Later(t => t.Settle(_camera.No, row, leaf));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not FootageFatalException)
            {
                if (e is not IndexRebuildingException && _failures.Add() is { } times)
                    _context.Logger.SettleFailed(e, _camera.Room, _camera.Camera, row.Number, times);
                _ = _context.Reserve.NoteFailure(e);
                return;
            }
        }
    }

    /// <summary>What a ledger that was opened anew does not have is entered again before anything later.</summary>
    private bool TryFindLost()
    {
        try
        {
            var generation = _context.Ledger.Generation;
            if (generation == _ledgerGeneration)
                return true;
            // The start has asked already.
            if ((_ledgerGeneration is not null || generation > 0) && LostEntries.Pend(_context, _camera, _lastLeaf) is { } newest)
                (_lastLeaf, _settledNumber) = (newest.Leaf, Math.Min(_settledNumber, newest.Number));
            _ledgerGeneration = generation;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not FootageFatalException)
        {
            if (e is not IndexRebuildingException && _failures.Add() is { } times)
                _context.Logger.SettleFailed(e, _camera.Room, _camera.Camera, _settledNumber + 1, times);
            return false;
        }
    }

    private List<PendingRow> Pending()
    {
        try
        {
            return _context.Index.Read(q => q.Pending(_camera.No), own: true);
        }
        catch (FootageException)
        {
            // The next call asks again; who makes the index anew tells it.
            return [];
        }
    }

    /// <summary>Settles, and notes that it is done.</summary>
    public void Finish()
    {
        Settle();
        _ = TryCatchUp();
    }

    private long? SettleSegment(PendingRow row)
    {
        var (segment, run, fragments) = _context.Index.Read(
            q => q.Segment(row.Id) is { } s ? (s, q.Run(s.Run), q.Fragments(s.Id)) : ((StoredSegment?)null, null, null),
            own: true
        );
        if (segment is null || fragments is null)
            return null;
        var line = FootageLines.Line(segment, run, fragments.Value.InitializationBytes, fragments.Value.Fragments);
        _days.Append(FolderOf(segment.Path), line);
        return LeafOrNull(
            _context.Ledger.Append(
                FootageLines.Leaf(segment, _lastLeaf) with
                {
                    Line = FootageLines.HashOf(line),
                    Source = Source,
                    Generation = _ledgerGeneration,
                }
            )
        );
    }

    private long? SettleGap(PendingRow row)
    {
        var gap = _context.Index.Read(q => q.Gap(_camera.No, row.StartMs, row.Id), own: true);
        if (gap is null)
            return null;
        var folder = ArchivePath.Of(_camera.Room, _camera.Camera, UnixMs.ToUtc(gap.StartMs), 1).Folder;
        var line = FootageLines.Line(gap);
        _days.Append(folder, line);
        return LeafOrNull(
            _context.Ledger.Append(
                FootageLines.Leaf(_camera, gap, _lastLeaf) with
                {
                    Line = FootageLines.HashOf(line),
                    Source = Source,
                    Generation = _ledgerGeneration,
                }
            )
        );
    }

    private static long? LeafOrNull(long leaf) => leaf < 0 ? null : leaf;

    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];
}
