using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>What a solved camera's place and certainty mean for its room.</summary>
internal static class SolutionInRoom
{
    /// <summary>
    /// A camera this far outside the room's walls or above its ceiling is no calibration error of centimetres any more, metres.
    /// </summary>
    private const double OutsideMetres = 1.0;

    /// <summary>Two standard deviations beyond this share of the width are worth another point.</summary>
    private const double UncertainShare = 0.01;

    public static IEnumerable<LocalText> Remarks(StationMap map, PinholeProjection lens)
    {
        if (lens.Position is { } at && Outside(map.Room, at))
            yield return CalibrationSentences.Elsewhere(at);
        var uncertain = map
            .Stations.Select(s => (Station: s, Off: 2 * Worst(lens, s)))
            .Where(s => s.Off > UncertainShare * lens.Size.Width)
            .ToArray();
        if (uncertain.Length > 0)
            yield return CalibrationSentences.Uncertain([.. uncertain.Select(s => s.Station.Id.Text)], uncertain.Max(s => s.Off));
    }

    /// <summary>Largest standard deviation among the worktop's corners inside the picture, pixels; 0 when none is.</summary>
    private static double Worst(PinholeProjection lens, MapStation station)
    {
        var worst = 0.0;
        foreach (var corner in StationShape.Corners(station, 0))
        {
            if (lens.Project(corner) is { } p && lens.Contains(p))
                worst = Math.Max(worst, lens.SigmaPx(corner) ?? double.PositiveInfinity);
        }

        return worst;
    }

    private static bool Outside(MapRoom room, SpacePoint at) =>
        at.Z < 0
        || at.Z > room.Height + OutsideMetres
        || at.X < room.Outline.Min(p => p.X) - OutsideMetres
        || at.X > room.Outline.Max(p => p.X) + OutsideMetres
        || at.Y < room.Outline.Min(p => p.Y) - OutsideMetres
        || at.Y > room.Outline.Max(p => p.Y) + OutsideMetres;
}
