using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Floor.Rooms;

namespace ExamMonitor.CommandLine.Checks;

/// <summary>What a room's geometry says before any picture is looked at. Pure but for the reference pictures' presence.</summary>
internal static class MapCheck
{
    /// <summary>One item per room, camera and station with something to say.</summary>
    public static IEnumerable<CheckItem> Of(RoomSetup room)
    {
        var what = $"map {room.Id}";
        foreach (var camera in room.Cameras)
        {
            var solution = room.Geometry.CameraOf(camera.Id).Solution;
            if (solution.Refusal is { } refusal)
                yield return new(CheckLevel.Failed, $"{what}/{camera.Id}", refusal.En);
            foreach (var remark in solution.Remarks)
                yield return new(CheckLevel.Warning, $"{what}/{camera.Id}", remark.En);
            if (room.ReferencePath(camera) is not { } reference)
                yield return new(
                    CheckLevel.Warning,
                    $"{what}/{camera.Id}",
                    "No reference picture: health and obstruction cannot be judged until the camera is calibrated."
                );
            else if (!File.Exists(reference))
                yield return new(
                    CheckLevel.Failed,
                    $"{what}/{camera.Id}",
                    $"The reference picture {reference} does not exist. Mend 'reference' in {room.MapPath}."
                );
        }

        var passing = 0;
        foreach (var station in room.Map.Stations)
        {
            var best = room.Geometry.Best(station.Id);
            if (best is { Passes: true })
                passing++;
            else
                yield return new(CheckLevel.Warning, $"{what}/{station.Id}", Shortfall(best));
        }

        var floor = room.Geometry.Floor.Share(_ => true).ByOne;
        var share = floor is { } f ? FormattableString.Invariant($", {f * 100:0.0} % of the floor in view") : string.Empty;
        yield return new(
            passing == room.Map.Stations.Count ? CheckLevel.Ok : CheckLevel.Warning,
            what,
            FormattableString.Invariant($"{passing} of {room.Map.Stations.Count} stations pass by geometry{share}")
        );
    }

    private static string Shortfall(Coverage.Geometry.StationView? best) =>
        best switch
        {
            null => "No camera sees this station: turn one, or add one.",
            { Shortfall: ViewShortfall.OutsidePicture } => FormattableString.Invariant(
                $"Only {best.InPictureShare * 100:0} % of the worktop is inside the picture of {best.Camera} (needs {best.Requirements.InPictureShare * 100:0} %): turn the camera."
            ),
            _ => FormattableString.Invariant(
                $"{best.PxPerMetre:0} px/m in {best.Camera} (needs {best.Requirements.DensityPxPerMetre:0}): move a camera closer, or record a larger picture."
            ),
        };
}
