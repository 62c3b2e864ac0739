using System.Collections.Concurrent;
using ExamMonitor.Contracts;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Playback;

/// <summary>The rows of the present day of every camera, read once after each change of its footage. Thread-safe.</summary>
/// <param name="index">Index.</param>
/// <param name="timeline">Reads the rows.</param>
internal sealed class DayFacts(FootageIndex index, TimelineReader timeline)
{
    private readonly ConcurrentDictionary<(RoomId, CameraId), Day> _days = new();
    private readonly ConcurrentDictionary<long, long> _changes = new();
    private long _all;

    /// <summary>Takes note that what is held of cameras has changed; null for all of them.</summary>
    public void Note(IReadOnlyCollection<long>? cameras)
    {
        if (cameras is null)
            Interlocked.Increment(ref _all);
        foreach (var camera in cameras ?? [])
            _changes.AddOrUpdate(camera, 1, static (_, n) => n + 1);
    }

    /// <summary>Rows of a camera from a site midnight on; null for an unknown camera.</summary>
    public DayRows? Find(RoomId room, CameraId camera, long midnightMs)
    {
        if (_days.TryGetValue((room, camera), out var day) && day.MidnightMs == midnightMs && day.Change == ChangeOf(day.Rows.Camera.No))
            return day.Rows;
        if (index.Read(q => q.Camera(room, camera)) is not { } row)
            return null;
        // Asked before the rows are read: a change that comes meanwhile has them read again.
        var change = ChangeOf(row.No);
        row = index.Read(q => q.Camera(room, camera)) ?? row;
        return (_days[(room, camera)] = new(midnightMs, change, timeline.Load(row, Math.Max(midnightMs, row.FirstSeenMs)))).Rows;
    }

    private (long All, long One) ChangeOf(long camera) => (Interlocked.Read(ref _all), _changes.GetValueOrDefault(camera));

    private sealed record Day(long MidnightMs, (long All, long One) Change, DayRows Rows);
}
