using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A room's cameras in the form that the agent's manifest publishes.</summary>
public static class ManifestViews
{
    /// <summary>Every camera of the map with its place, its part of the floor and the stations in its picture.</summary>
    public static IReadOnlyList<ManifestCamera> Of(RoomGeometry room) =>
        [
            .. room.Cameras.Select(c => new ManifestCamera(
                c.Camera.Id,
                c.Camera.Name ?? c.Camera.Id.Text,
                c.Position,
                room.Floor.ViewOf(c.Camera.Id),
                [.. c.Stations.Where(s => s.Visible.Count > 0).Select(s => InView(s, c.Camera.Image))]
            )),
        ];

    private static Contracts.Messages.StationInView InView(StationView s, PixelSize size) =>
        new(s.Station, [.. s.Outline.Select(p => new PixelPoint(p.U / size.Width, p.V / size.Height))], s.PxPerMetre, s.InPictureShare);
}
