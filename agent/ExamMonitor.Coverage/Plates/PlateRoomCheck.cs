using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Coverage.Plates;

/// <summary>Whether the numbers and stations of a room belong together, by all its cameras (COV-8). Pure.</summary>
/// <remarks>
/// A plate counts when it was read in <see cref="LeastPictures"/> pictures. The camera that shows it largest speaks. A plate that one
/// camera reads at its own station stands there, wherever another one, looking along the desks, would put it; only the same tag twice in
/// one camera's picture is two plates. Of a station that no camera could look at nothing is said.
/// </remarks>
public static class PlateRoomCheck
{
    /// <summary>Pictures in which a plate must be read at one place.</summary>
    public const int LeastPictures = 2;

    /// <summary>Least side of a tag that faces the camera, pixels: smaller ones are not read reliably.</summary>
    public const double LeastSidePx = 20;

    /// <summary>One entry for each station of the map, in its order.</summary>
    /// <param name="map">The room.</param>
    /// <param name="numbers">Its numbers.</param>
    /// <param name="paper">Paper that the plates are printed on.</param>
    /// <param name="cameras">Its cameras.</param>
    public static IReadOnlyList<StationPlate> Of(StationMap map, PlateNumbers numbers, PlatePaper paper, IReadOnlyList<PlateCamera> cameras)
    {
        var sightings = cameras.Where(c => c.Silent is null).SelectMany(c => Placed(map, numbers, c)).ToList();
        var athome = sightings.Where(s => s.IsOwn).Select(s => (s.Owner, s.By)).ToHashSet();
        sightings.RemoveAll(s => !s.IsOwn && s.Owner is not null && athome.Any(h => h.Owner == s.Owner && h.By != s.By));
        return [.. map.Stations.Select(s => Of(map, s, sightings, cameras, PlatePrinter.BorderMetres(paper)))];
    }

    private static IEnumerable<Sighting> Placed(StationMap map, PlateNumbers numbers, PlateCamera camera)
    {
        var views = PlateCheck.InView(camera.Geometry);
        foreach (var seen in camera.Seen.Where(s => s.Pictures >= Math.Min(LeastPictures, camera.Pictures)))
        {
            var owner = numbers.StationOf(seen.Tag);
            var (isOwn, at) = PlateCheck.Stands(map, camera.Geometry, views, Array.Find(views, v => v.Station == owner), seen);
            if (owner is not null || at is not null)
                yield return new(seen, owner, at, isOwn, camera);
        }
    }

    private static StationPlate Of(
        StationMap map,
        MapStation station,
        List<Sighting> sightings,
        IReadOnlyList<PlateCamera> cameras,
        double borderMetres
    )
    {
        string LabelOf(StationId id) => map.Stations.First(s => s.Id == id).Label;
        var label = station.Label;
        if (Largest(sightings.Where(s => s.At == station.Id && !s.IsOwn)) is { } wrong)
        {
            var text = wrong.Owner is { } other
                ? PlateSentences.Wrong(label, LabelOf(other))
                : PlateSentences.Foreign(label, wrong.Seen.Tag);
            return Said(station, PlateVerdict.WrongPlate, null, text, wrong) with { Found = wrong.Owner };
        }

        if (Largest(sightings.Where(s => s.IsOwn && s.Owner == station.Id)) is { } own)
            return Said(station, PlateVerdict.Seen, null, PlateSentences.Seen(label), own);
        if (Largest(sightings.Where(s => s.Owner == station.Id)) is { } away)
            return Said(
                station,
                PlateVerdict.NotSeen,
                "elsewhere",
                away.At is { } at ? PlateSentences.Elsewhere(label, LabelOf(at)) : PlateSentences.Nowhere(label, away.By.Geometry.Camera),
                away
            );
        return NotSeen(station, cameras, borderMetres);
    }

    private static StationPlate NotSeen(MapStation station, IReadOnlyList<PlateCamera> cameras, double borderMetres)
    {
        var showing = cameras
            .Select(c => (By: c, View: c.Geometry.ViewOf(station.Id)))
            .Where(c => c.View.InPictureShare >= 0.5 && c.View.PxPerMetre > 0)
            .OrderByDescending(c => c.View.PxPerMetre)
            .ToList();
        if (showing.Count == 0)
            return Silent(station, "not-in-view", PlateSentences.NotInView(station.Label));
        var looking = showing.FindAll(c => c.By.Silent is null);
        if (looking.Count == 0)
            return Silent(
                station,
                showing[0].By.Silent!.Value.Reason,
                PlateSentences.NotMeasured(station.Label, showing[0].By.Silent!.Value.Text)
            );
        var best = looking[0];
        var side = best.View.PxPerMetre * borderMetres;
        var clear = looking.FindIndex(c => c.View.PxPerMetre * borderMetres >= LeastSidePx && !c.By.Hidden.Contains(station.Id));
        var (reason, text) =
            side < LeastSidePx ? ("too-small", PlateSentences.TooSmall(station.Label, side, best.By.Geometry.Camera))
            : clear < 0 ? ("hidden", PlateSentences.Hidden(station.Label))
            : ("not-stuck", PlateSentences.NotStuck(station.Label, looking[clear].By.Geometry.Camera));
        var by = clear < 0 ? best.By : looking[clear].By;
        return new(station.Id, station.Label, PlateVerdict.NotSeen, reason, text, by.Geometry.Camera.Id, by.At, 0, by.Pictures);
    }

    private static StationPlate Silent(MapStation station, string reason, LocalText text) =>
        new(station.Id, station.Label, PlateVerdict.NotMeasured, reason, text, null, null, 0, 0);

    private static StationPlate Said(MapStation station, PlateVerdict verdict, string? reason, LocalText text, Sighting by) =>
        new(station.Id, station.Label, verdict, reason, text, by.By.Geometry.Camera.Id, by.By.At, by.Seen.Pictures, by.By.Pictures);

    private static Sighting? Largest(IEnumerable<Sighting> some) =>
        some.MaxBy(s => s.Seen.SidePx * s.By.Geometry.RecordedSize.Width / s.By.Geometry.Camera.Image.Width);

    private sealed record Sighting(PlateSighting Seen, StationId? Owner, StationId? At, bool IsOwn, PlateCamera By);
}
