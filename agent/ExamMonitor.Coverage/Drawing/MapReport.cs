using System.Globalization;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Drawing;

/// <summary>What was written about a map.</summary>
/// <param name="Lines">Summary for a terminal: a table of stations, the floor, each camera's calibration and what to mend.</param>
/// <param name="Files">Absolute paths of the files written.</param>
/// <param name="AllPass">Whether no calibration was refused and every station passes in some camera.</param>
public sealed record MapReportResult(IReadOnlyList<string> Lines, IReadOnlyList<string> Files, bool AllPass);

/// <summary>Checks a station map and draws it, so that a technician sees a wrong number as a wrong line.</summary>
/// <remarks>Loads the vision library: called by the command line, never by the agent's own process.</remarks>
public static class MapReport
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes <c>{camera}.png</c> for each camera, <c>plan.svg</c> and <c>map.txt</c>.</summary>
    /// <param name="map">A valid map.</param>
    /// <param name="mapFolder">Folder of the map file; reference pictures are read from there.</param>
    /// <param name="outFolder">Made if missing; files of the same name are replaced.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    /// <exception cref="VisionException">A picture could not be drawn.</exception>
    public static MapReportResult Write(StationMap map, string mapFolder, string outFolder)
    {
        Directory.CreateDirectory(outFolder);
        var room = RoomGeometry.Of(map);
        var files = new List<string>();
        var remarks = new List<string>();
        using var plates = new ReferencePlates(map);
        foreach (var camera in room.Cameras)
        {
            var (reference, remark) = ReferencePictures.Load(mapFolder, camera.Camera);
            if (remark is not null)
                remarks.Add($"{camera.Camera.Id}: {remark.En}");
            if (reference is not null)
                remarks.AddRange(plates.Lines(camera, reference));
            files.Add(Save(outFolder, $"{camera.Camera.Id}.png", CameraDrawing.Draw(camera, reference).EncodePng()));
        }

        files.Add(Save(outFolder, "plan.svg", Utf8.GetBytes(PlanDrawing.Draw(room).ToString())));
        var lines = Lines(room, remarks);
        files.Add(Save(outFolder, "map.txt", Utf8.GetBytes(string.Join('\n', lines) + "\n")));
        return new(lines, files, AllPass(room));
    }

    /// <summary>The summary alone, without reading or writing a file.</summary>
    public static IReadOnlyList<string> Lines(RoomGeometry room) => Lines(room, []);

    private static bool AllPass(RoomGeometry room) =>
        room.Cameras.All(c => c.Solution.Kind != CalibrationKind.Refused)
        && room.Map.Stations.All(s => room.Best(s.Id) is { Passes: true });

    private static List<string> Lines(RoomGeometry room, IReadOnlyList<string> remarks)
    {
        var lines = new List<string> { $"room {room.Map.Room.Id}: {room.Map.Stations.Count} stations, {room.Cameras.Count} cameras" };
        lines.AddRange(room.Cameras.Select(Calibration));
        lines.Add("station    label      best       px/m  worktop  in picture  verdict");
        lines.AddRange(room.Map.Stations.Select(s => Station(room, s)));
        var share = room.Floor.Share(_ => true);
        lines.Add(
            share.ByOne is { } one
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"floor: {share.FloorAreaM2:0.0} m², {one * 100:0.0} % in view, {share.ByTwo * 100:0.0} % by two cameras"
                )
                : "floor: in view unknown, no camera is calibrated"
        );
        lines.AddRange(
            room.Floor.BlindSpots(_ => true)
                .Take(share.ByOne is null ? 0 : 5)
                .Select(b =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"blind spot: {b.AreaM2:0.0} m² around x {b.Outline.Average(p => p.X):0.0}, y {b.Outline.Average(p => p.Y):0.0}"
                    )
                )
        );
        lines.AddRange(
            room.Cameras.SelectMany(c =>
                c.Solution.Remarks.Prepend(c.Solution.Refusal).OfType<LocalText>().Select(r => $"{c.Camera.Id}: {r.En}")
            )
        );
        lines.AddRange(remarks);
        return lines;
    }

    private static string Calibration(CameraGeometry camera)
    {
        var s = camera.Solution;
        var text = string.Create(CultureInfo.InvariantCulture, $"camera {camera.Camera.Id}: {Kind(s.Kind)}, {s.Points.Count} points");
        if (s.RmsPx is { } rms)
            text += string.Create(CultureInfo.InvariantCulture, $", miss {rms:0.00} px rms, {s.WorstPx:0.00} px worst");
        if (s.HeldOutRmsPx is { } held)
            text += string.Create(CultureInfo.InvariantCulture, $", held out {held:0.00} px rms, {s.HeldOutWorstPx:0.00} px worst");
        return s.Projection?.Position is { } at
            ? text + string.Create(CultureInfo.InvariantCulture, $", hangs at {at.X:0.00}, {at.Y:0.00}, {at.Z:0.00} m")
            : text;
    }

    private static string Kind(CalibrationKind kind) =>
        kind switch
        {
            CalibrationKind.Spatial => "calibrated",
            CalibrationKind.FloorOnly => "floor only",
            CalibrationKind.Refused => "REFUSED",
            _ => "no points",
        };

    private static string Station(RoomGeometry room, MapStation station)
    {
        var label = new string([.. station.Label.Where(c => !char.IsControl(c)).Take(10)]);
        var need = StationRequirements.Of(room.Map, station).DensityPxPerMetre;
        if (room.Best(station.Id) is not { } best)
            return $"{station.Id, -10} {label, -10} {"none", -10}    -        -           -  {(room.Cameras.All(c => c.Projection is not null) ? "not in any picture" : "not placed in any picture; not every camera is calibrated")}";
        var verdict = best.Shortfall switch
        {
            ViewShortfall.None => best.PxPerMetre >= best.Requirements.GoodDensityPxPerMetre ? "good" : "passes",
            ViewShortfall.OutsidePicture => string.Create(
                CultureInfo.InvariantCulture,
                $"outside the picture (needs {best.Requirements.InPictureShare * 100:0} %)"
            ),
            _ => string.Create(CultureInfo.InvariantCulture, $"too far (needs {need:0} px/m)"),
        };
        var worktop = best.WorktopPxPerMetre is { } w ? w.ToString("0", CultureInfo.InvariantCulture) : "-";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{station.Id, -10} {label, -10} {best.Camera, -10} {best.PxPerMetre, 4:0}{(best.Basis == DensityBasis.Calibrated ? ' ' : '~')} {worktop, 8} {best.InPictureShare * 100, 9:0} %  {verdict}"
        );
    }

    /// <summary>Whole or not at all: a viewer never sees half a picture under the file's name.</summary>
    private static string Save(string folder, string name, byte[] bytes)
    {
        var file = Path.GetFullPath(Path.Combine(folder, name));
        var temporary = file + ".tmp";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, file, overwrite: true);
        return file;
    }
}
