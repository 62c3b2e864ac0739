using ExamMonitor.Coverage.Watching;

namespace ExamMonitor.Floor.Evidence;

/// <summary>
/// Pictures of verdicts that have just turned bad, until the problem that they belong to opens. In memory, bounded; thread-safe.
/// </summary>
internal sealed class EvidenceCache
{
    /// <summary>Most pairs held, about 0.15 MB each; beyond it the oldest goes.</summary>
    public const int Most = 64;

    private readonly Lock _gate = new();
    private readonly List<WatchEvidence> _pairs = [];

    /// <summary>Puts a pair; it replaces an older one of the same camera and station.</summary>
    public void Put(WatchEvidence evidence)
    {
        lock (_gate)
        {
            _pairs.RemoveAll(p => p.Room == evidence.Room && p.Camera == evidence.Camera && p.Station == evidence.Station);
            if (_pairs.Count == Most)
                _pairs.RemoveAt(0);
            _pairs.Add(evidence);
        }
    }

    /// <summary>The newest pair of a camera itself, or of a station by whichever camera; null when there is none.</summary>
    public WatchEvidence? Find(RoomId room, CameraId? camera, StationId? station)
    {
        lock (_gate)
            return _pairs.FindLast(p => p.Room == room && p.Station == station && (camera is null || p.Camera == camera));
    }
}
