using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.SetUp.Rooms;

/// <summary>
/// A <see cref="RoomSetUpChange"/> as it arrives: its map is read by the map's own reader, which says at which place what is wrong.
/// </summary>
internal sealed record RoomChangeBody(
    int BasedOn,
    JsonElement Map,
    IReadOnlyList<CameraSetUpChange> Cameras,
    string Record = "always",
    bool SoundRequired = true,
    PlanBackground? Background = null
);

/// <summary>A <see cref="RoomDraft"/> as it arrives.</summary>
internal sealed record DraftBody(JsonElement Map, IReadOnlyList<VirtualCamera>? VirtualCameras = null, bool HeatMap = true);

/// <summary>Maps within larger bodies.</summary>
internal static class MapElement
{
    /// <summary>The map's text, UTF-8.</summary>
    public static byte[] Bytes(this JsonElement map) => Encoding.UTF8.GetBytes(map.GetRawText());

    /// <summary>Outline as it was written, whatever its numbers are; null when it is no list of pairs.</summary>
    public static IReadOnlyList<PlanPoint>? Outline(this JsonElement map)
    {
        if (
            map.ValueKind != JsonValueKind.Object
            || !map.TryGetProperty("room", out var room)
            || room.ValueKind != JsonValueKind.Object
            || !room.TryGetProperty("outline", out var outline)
            || outline.ValueKind != JsonValueKind.Array
        )
            return null;
        var points = new List<PlanPoint>();
        foreach (var corner in outline.EnumerateArray().Take(1000))
        {
            if (corner.ValueKind != JsonValueKind.Array || corner.GetArrayLength() != 2)
                return null;
            if (!corner[0].TryGetFinite(out var x) || !corner[1].TryGetFinite(out var y))
                return null;
            points.Add(new(x, y));
        }

        return points;
    }

    private static bool TryGetFinite(this JsonElement number, out double value)
    {
        value = 0;
        return number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out value) && double.IsFinite(value);
    }
}
