using System.Collections.Concurrent;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Views;

namespace ExamMonitor.Floor.Watching;

/// <summary>The newest verdict of every camera. Thread-safe.</summary>
internal sealed class VerdictStore
{
    private readonly ConcurrentDictionary<(RoomId, CameraId), CameraMeasurement> _verdicts = new();
    private readonly ConcurrentDictionary<(RoomId, CameraId), LocalText> _refusals = new();

    /// <summary>Takes a verdict; an older one than is known is ignored.</summary>
    /// <remarks>A measuring process that has just begun knows of no condition yet. Until it has settled, what was known before its start
    /// holds on.</remarks>
    public void Put(RoomId room, CameraId camera, CameraMeasurement verdict) =>
        _verdicts.AddOrUpdate(
            (room, camera),
            verdict,
            (_, known) =>
                verdict.AtUtc < known.AtUtc ? known
                : Holds(known, verdict) ? known with { AtUtc = verdict.AtUtc }
                : verdict
        );

    private static bool Holds(CameraMeasurement known, CameraMeasurement verdict) =>
        known.IsSettled && !verdict.IsSettled && verdict.Health is [CameraHealth.Ok];

    /// <summary>The newest verdict; null before the first.</summary>
    public CameraMeasurement? Newest(RoomId room, CameraId camera) => _verdicts.GetValueOrDefault((room, camera));

    /// <summary>Says why a camera is not measured; null that it is.</summary>
    public void Refuse(RoomId room, CameraId camera, LocalText? why)
    {
        if (why is null)
            _refusals.TryRemove((room, camera), out _);
        else
            _refusals[(room, camera)] = why;
    }

    /// <summary>Forgets what was said of a camera: its map is another.</summary>
    public void Forget(RoomId room, CameraId camera)
    {
        _verdicts.TryRemove((room, camera), out _);
        _refusals.TryRemove((room, camera), out _);
    }

    /// <summary>Why a camera is not measured; null when it is.</summary>
    public LocalText? Refusal(RoomId room, CameraId camera) => _refusals.GetValueOrDefault((room, camera));
}
