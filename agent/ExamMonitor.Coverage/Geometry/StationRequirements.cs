using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>What a station must meet, after the map's and the station's own overrides.</summary>
/// <param name="DensityPxPerMetre">Pixel density at which it passes, px/m; default 125 (IEC 62676-4:2014, recognise).</param>
/// <param name="FloorDensityPxPerMetre">Pixel density at which floor counts as in view, px/m; default 25.</param>
/// <param name="InPictureShare">Least share of the worktop inside the picture; default 0.75.</param>
public sealed record StationRequirements(double DensityPxPerMetre = 125, double FloorDensityPxPerMetre = 25, double InPictureShare = 0.75)
{
    /// <summary>Twice the density at which a station passes is good; 250 px/m by default (IEC 62676-4:2014, identify).</summary>
    public double GoodDensityPxPerMetre => 2 * DensityPxPerMetre;

    /// <summary>Requirements of a station: its own, else the map's, else the defaults.</summary>
    public static StationRequirements Of(StationMap map, MapStation station) => Over(Of(map), station.Requirements);

    /// <summary>Requirements of a room: the map's, else the defaults.</summary>
    public static StationRequirements Of(StationMap map) => Over(new StationRequirements(), map.Requirements);

    private static StationRequirements Over(StationRequirements below, MapRequirements? over) =>
        new(
            over?.DensityPxPerMetre ?? below.DensityPxPerMetre,
            over?.FloorDensityPxPerMetre ?? below.FloorDensityPxPerMetre,
            over?.InPictureShare ?? below.InPictureShare
        );
}
