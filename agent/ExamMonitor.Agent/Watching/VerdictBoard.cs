using System.Collections.Concurrent;
using ExamMonitor.Agent.Rooms;

namespace ExamMonitor.Agent.Watching;

/// <summary>The newest verdict of every camera. Thread-safe.</summary>
internal sealed class VerdictBoard
{
    private readonly ConcurrentDictionary<(RoomId, CameraId), CameraVerdict> _verdicts = new();

    /// <summary>Takes a verdict; an older one than is known is ignored.</summary>
    public void Put(RoomId room, CameraId camera, CameraVerdict verdict) =>
        _verdicts.AddOrUpdate((room, camera), verdict, (_, known) => verdict.AtUtc >= known.AtUtc ? verdict : known);

    /// <summary>The newest verdict; null before the first.</summary>
    public CameraVerdict? Newest(RoomId room, CameraId camera) => _verdicts.GetValueOrDefault((room, camera));
}
