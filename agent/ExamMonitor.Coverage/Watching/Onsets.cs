using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Coverage.Watching;

/// <summary>Notices when a camera's verdict turns bad: that is the moment whose picture is kept. One per camera; not thread-safe.</summary>
internal sealed class Onsets
{
    private readonly HashSet<StationId> _uncovered = [];
    private readonly HashSet<StationId> _unlit = [];
    private IReadOnlyList<CameraHealth> _health = [CameraHealth.Ok];

    /// <summary>What turned bad with this verdict: stations, and null for the camera itself.</summary>
    public IReadOnlyList<StationId?> Of(CameraVerdict verdict)
    {
        var fresh = new List<StationId?>();
        if (verdict.Health.Any(h => h != CameraHealth.Ok && !_health.Contains(h)))
            fresh.Add(null);
        _health = verdict.Health;
        foreach (var station in verdict.Stations)
        {
            var covered = Turned(_uncovered, station.Station, station.Covered);
            if (Turned(_unlit, station.Station, station.Lit) || covered)
                fresh.Add(station.Station);
        }

        return fresh;
    }

    /// <summary>Unknown changes nothing: a fault that passes must not make an old problem look new.</summary>
    private static bool Turned(HashSet<StationId> bad, StationId station, bool? value)
    {
        if (value == true)
            bad.Remove(station);
        return value == false && bad.Add(station);
    }
}
