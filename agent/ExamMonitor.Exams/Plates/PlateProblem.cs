using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Problems;

namespace ExamMonitor.Exams.Plates;

/// <summary>
/// A wrong plate is a problem until somebody has seen it put right (COV-8). Pure. A plate that is merely not seen is none: somebody may
/// stand before it.
/// </summary>
internal static class PlateProblem
{
    /// <summary>Code of the problem.</summary>
    public const string Code = "plate-wrong";

    /// <summary>
    /// Wrong plates after a check. One of which the check could say nothing (hidden, too small, not measured) stands on: an answer that was
    /// not given puts nothing right.
    /// </summary>
    public static IReadOnlyList<WrongPlate> Standing(IReadOnlyList<WrongPlate> before, RoomPlates result) =>
        [
            .. result
                .Stations.Where(s => s.Verdict == PlateVerdict.WrongPlate && s.Camera is not null)
                .Select(s => new WrongPlate(s.Station, s.Text, s.Camera!.Value)),
            .. before.Where(b =>
                result.Stations.FirstOrDefault(s => s.Station == b.Station) is { } now
                && (now.Verdict == PlateVerdict.NotMeasured || now.Reason is "hidden" or "too-small")
            ),
        ];

    /// <summary>The problems.</summary>
    public static IEnumerable<Observation> Of(RoomId room, IReadOnlyList<WrongPlate> standing) =>
        standing.Select(w => new Observation(Code, new(room, null, w.Station), Severity.Warning, w.Text, AgentApi.Picture(room, w.Camera)));
}
