using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Auditing;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.CommandLine.Auditing.Report;

/// <summary>Gathers an audit for a page that a person reads: what each camera said, and what the room's cameras said together.</summary>
/// <remarks>Memory grows with the number of changes and problems, both bounded, never with the length of the footage.</remarks>
internal sealed class AuditReport : IAuditObserver
{
    private readonly Dictionary<CameraId, AuditCameraReport> _cameras;
    private readonly Dictionary<CameraId, CameraVerdict> _latest = [];
    private double? _second;

    /// <summary>Makes an empty report.</summary>
    /// <param name="map">Map of the room.</param>
    /// <param name="cameras">Cameras and the file of each.</param>
    public AuditReport(StationMap map, IReadOnlyList<(CameraSetup Setup, string File)> cameras)
    {
        Map = map;
        var labels = map.Stations.ToDictionary(s => s.Id, s => s.Label);
        Cameras = [.. cameras.Select(c => new AuditCameraReport(c.Setup, Path.GetFileName(c.File), labels))];
        _cameras = Cameras.ToDictionary(c => c.Camera);
        Stations = [.. map.Stations.Select(s => (s, new AuditLane(), new AuditLane()))];
    }

    public StationMap Map { get; }

    public IReadOnlyList<AuditCameraReport> Cameras { get; }

    /// <summary>Each station as all cameras together see it.</summary>
    public IReadOnlyList<(MapStation Station, AuditLane Covered, AuditLane Lit)> Stations { get; }

    /// <inheritdoc/>
    public void Take(double seconds, CameraVerdict verdict, AuditPicture? picture)
    {
        _cameras[verdict.Camera].Take(seconds, verdict, picture);
        // The cameras' pictures of one second come one after the other; the room is asked when they are all in.
        if (_second is { } before && Math.Floor(seconds) > before)
            Close();
        _second = Math.Floor(seconds);
        _latest[verdict.Camera] = verdict;
    }

    /// <summary>Counts the last second, by the judgement that the wall shows. To be called at the end.</summary>
    public void Close()
    {
        if (_second is not { } second)
            return;
        foreach (var (station, covered, lit) in Stations)
        {
            var judged = StationJudgement.Of(
                _latest.Values.SelectMany(v => v.Stations.Where(s => s.Station == station.Id).Select(s => s.By(v.Camera)))
            );
            covered.Take(second, AuditLane.Word(judged.Covered));
            lit.Take(second, AuditLane.Word(judged.Lit));
        }

        _second = null;
    }
}
