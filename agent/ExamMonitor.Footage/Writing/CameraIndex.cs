using ExamMonitor.Footage.Index;

namespace ExamMonitor.Footage.Writing;

/// <summary>One camera's changes to the index, in order, and the day lines and ledger entries that follow from them.</summary>
/// <remarks>
/// An index that cannot be written does not stop the recording: changes wait, in order, and are made in one transaction when it can. A process that dies
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
    private long _lastLeaf;
    private long _settledNumber;

    public CameraIndex(ArchiveContext context, CameraRow camera) =>
        (_context, _camera, _days, _lastLeaf) = (context, camera, new DayLog(context.Volume), camera.LastLeaf);

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
        if (_owed.Count == 0) return true;
        try
        {
            _context.Index.Write(t =>
            {
                foreach (var change in _owed) change(t);
            });
            _owed.Clear();
            return true;
        }
        catch (FootageException e) when (e is not FootageFatalException)
        {
            _context.Logger.IndexFailed(e, _camera.Room, _camera.Camera, _owed.Count);
            return _owed.Count < MaxOwed ? false : throw new FootageFatalException("write the index", _context.Index.Path, e);
        }
    }

    /// <summary>Writes the day lines and ledger entries that are still owed, in the order of their numbers, and stops at the first that fails.</summary>
    /// <remarks>Both are asked again after a crash between them and the index's note of them; both then see that they have the number already.</remarks>
    public void Settle()
    {
        if (!TryCatchUp()) return;
        foreach (var row in _context.Index.Read(q => q.Pending(_camera.No)))
        {
            if (row.Number <= _settledNumber) continue;
            try
            {
                var leaf = row.IsGap ? SettleGap(row) : SettleSegment(row);
                if (leaf is not null) _lastLeaf = leaf.Value;
                _settledNumber = row.Number;
                Later(t => t.Settle(_camera.No, row, leaf));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not FootageFatalException)
            {
                _context.Logger.SettleFailed(e, _camera.Room, _camera.Camera, row.Number);
                return;
            }
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
        var (segment, run, fragments) = _context.Index.Read(q =>
            q.Segment(row.Id) is { } s ? (s, q.Run(s.Run), q.Fragments(s.Id)) : ((StoredSegment?)null, null, null));
        if (segment is null || fragments is null) return null;
        _days.Append(FolderOf(segment.Path), FootageLines.Line(segment, run, fragments.Value.InitializationBytes, fragments.Value.Fragments));
        return LeafOrNull(_context.Ledger.Append(FootageLines.Leaf(segment, _lastLeaf) with { Source = Source }));
    }

    private long? SettleGap(PendingRow row)
    {
        var gap = _context.Index.Read(q => q.Gap(_camera.No, row.StartMs, row.Id));
        if (gap is null) return null;
        var folder = ArchivePath.Of(_camera.Room, _camera.Camera, UnixMs.ToUtc(gap.StartMs), 1).Folder;
        _days.Append(folder, FootageLines.Line(gap));
        return LeafOrNull(_context.Ledger.Append(FootageLines.Leaf(_camera, gap, _lastLeaf) with { Source = Source }));
    }

    private static long? LeafOrNull(long leaf) => leaf < 0 ? null : leaf;

    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];
}
