using System.Text.Json;

namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>Reads a whole map from its places; every mistake becomes a finding, and reading goes on behind it.</summary>
internal sealed class MapReader(Findings findings, bool isDraft = false)
{
    private const int MostStations = 500;
    private const int MostObstacles = 500;
    private const double HighestCeiling = 50;

    private readonly ShapeReader _shapes = new(findings);

    /// <summary>The map; null when a part is missing or unusable. Of a draft: what of it can be used; null without a room.</summary>
    public StationMap? Read(JsonPlace root)
    {
        if (MapObject.Of(root, findings, "schema", "room", "stations", "cameras", "obstacles", "requirements") is not { } map)
            return null;
        CheckSchema(map);
        var room = Room(map.Required("room", new("the room with id, name, outline and height", "考场的 id、name、outline 和 height")));
        var cameraReader = new CameraReader(findings, _shapes, isDraft ? 0 : 1);
        var cameras = cameraReader.Read(map);
        var stations = Stations(map, room, cameraReader);
        cameraReader.WarnOfUseless(stations);
        var obstacles = Obstacles(map);
        var requirements = Requirements(map);
        return (findings.HasErrors && !isDraft) || room is null
            ? null
            : new(StationMap.SchemaName, room, stations, cameras, obstacles, requirements);
    }

    private void CheckSchema(MapObject map)
    {
        if (map.Required("schema", new($"\"{StationMap.SchemaName}\"", $"“{StationMap.SchemaName}”")) is not { } schema)
            return;
        if (schema.Kind == JsonTokenType.String && schema.Text == StationMap.SchemaName)
            return;
        findings.Error(
            schema,
            new("This is not a station map that this version reads.", "这不是本版本可读取的工位地图。"),
            new(
                $"Write \"{StationMap.SchemaName}\", or use a version of the product that knows the schema written here.",
                $"请写“{StationMap.SchemaName}”，或使用支持此 schema 的产品版本。"
            )
        );
    }

    private MapRoom? Room(JsonPlace? place)
    {
        if (MapObject.Of(place, findings, "id", "name", "outline", "height") is not { } room)
            return null;
        var id = room.Id<RoomId>("id");
        var name = room.Text("name", new("the room's name", "考场名称"));
        var outline = _shapes.PlanPolygon(room.Required("outline", new("the floor's corners in metres", "地面轮廓顶点，单位米")));
        var height = room.Number("height", 0.5, HighestCeiling, " m");
        return id is null || name is null || outline is null || height is null ? null : new(id.Value, name, outline, height.Value);
    }

    private List<MapStation> Stations(MapObject map, MapRoom? room, CameraReader cameras)
    {
        var read = new List<MapStation>();
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (
            var place in map.Items(
                "stations",
                0,
                MostStations,
                new("the list of stations; [ ] for a room without", "工位列表；没有工位时写 [ ]")
            ) ?? []
        )
        {
            if (Station(place, room, cameras) is not { } station)
                continue;
            if (!Unique(place, seen, station.Id.Text))
                continue;
            if (!labels.TryAdd(station.Label, place.Line))
            {
                findings.Warn(
                    place,
                    new(
                        $"The label \"{station.Label}\" is also on the station in line {labels[station.Label]}.",
                        $"标签“{station.Label}”与第 {labels[station.Label]} 行的工位相同。"
                    ),
                    new("Give every station a number plate of its own.", "请为每个工位设置不同的编号牌。")
                );
            }

            read.Add(station);
        }

        return read;
    }

    private MapStation? Station(JsonPlace place, MapRoom? room, CameraReader cameras)
    {
        if (
            MapObject.Of(place, findings, "id", "label", "center", "size", "height", "rotationDeg", "regions", "requirements")
            is not { } station
        )
            return null;
        var id = station.Id<StationId>("id");
        var label = station.Text("label", new("what the number plate says", "编号牌上的文字"));
        var center = _shapes.Plan(station.Required("center", new("[x, y] of the worktop's centre in metres", "台面中心 [x, y]，单位米")));
        var size = Size(station.Required("size", new("[width, depth] of the worktop in metres", "台面 [宽, 深]，单位米")));
        var height = station.Number("height", 0, HighestCeiling, " m");
        var rotation = station.Number("rotationDeg", -360, 360, "°", required: false) ?? 0;
        var regions = cameras.Regions(station.Optional("regions"));
        var requirements = Requirements(station);
        if (id is null || label is null || center is null || size is null || height is null)
            return null;
        var result = new MapStation(id.Value, label, center.Value, size.Value, height.Value, rotation, regions, requirements);
        if (room is not null)
            CheckInside(station.Place, room, result);
        return result;
    }

    private PlanSize? Size(JsonPlace? place)
    {
        if (_shapes.Plan(place) is not { } size)
            return null;
        if (size is { X: >= 0.05 and <= 20, Y: >= 0.05 and <= 20 })
            return new(size.X, size.Y);
        findings.Error(
            place!,
            new("Width and depth of a worktop must be 0.05 m to 20 m.", "台面的宽和深应为 0.05 米至 20 米。"),
            new("Give them in metres, such as [1.2, 0.65].", "请以米为单位填写，例如 [1.2, 0.65]。")
        );
        return null;
    }

    private void CheckInside(JsonPlace place, MapRoom room, MapStation station)
    {
        if (station.Height >= room.Height)
        {
            findings.Error(
                place,
                new(
                    $"The worktop is at {MapObject.Show(station.Height)} m, as high as the ceiling ({MapObject.Show(room.Height)} m).",
                    $"台面高度 {MapObject.Show(station.Height)} 米，不低于天花板（{MapObject.Show(room.Height)} 米）。"
                ),
                new("Give the worktop's height above the floor, such as 0.75.", "请填写台面离地高度，例如 0.75。")
            );
        }

        var outline = room.Outline.Select(p => (p.X, p.Y)).ToList();
        if (!Polygons.Contains(outline, (station.Center.X, station.Center.Y), 0))
        {
            findings.Error(
                place,
                new($"Station {station.Id} stands outside the room.", $"工位 {station.Id} 位于考场之外。"),
                new(
                    "Correct its center or the room's outline; both are in metres from the same corner.",
                    "请更正其 center 或考场的 outline；两者均以同一角点为原点，单位米。"
                )
            );
        }
        else if (WorktopCorners(station).Any(c => !Polygons.Contains(outline, c, 0.05)))
        {
            findings.Warn(
                place,
                new($"The worktop of station {station.Id} reaches through the wall.", $"工位 {station.Id} 的台面伸出墙外。"),
                new("Check its center, size and rotation.", "请检查其 center、size 和 rotationDeg。")
            );
        }
    }

    private static IEnumerable<(double X, double Y)> WorktopCorners(MapStation s)
    {
        var (sin, cos) = Math.SinCos(s.RotationDeg * Math.PI / 180);
        foreach (var (x, y) in new[] { (-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5) })
        {
            var (dx, dy) = (x * s.Size.Width, y * s.Size.Depth);
            yield return (s.Center.X + (dx * cos) - (dy * sin), s.Center.Y + (dx * sin) + (dy * cos));
        }
    }

    private List<MapObstacle>? Obstacles(MapObject map)
    {
        var items = map.Items("obstacles", 0, MostObstacles, new("the list of walls and pillars", "墙和柱的列表"), required: false);
        if (items is null)
            return null;
        var read = new List<MapObstacle>();
        foreach (var place in items)
        {
            if (MapObject.Of(place, findings, "outline", "height", "name") is not { } obstacle)
                continue;
            var outline = _shapes.PlanPolygon(obstacle.Required("outline", new("its corners in metres", "其顶点，单位米")));
            var height = obstacle.Number("height", 0.01, HighestCeiling, " m");
            var name = obstacle.Text("name", new("its name", "其名称"), required: false);
            if (outline is not null && height is not null)
                read.Add(new(outline, height.Value, name));
        }

        return read;
    }

    private MapRequirements? Requirements(MapObject owner) =>
        MapObject.Of(owner.Optional("requirements"), findings, "densityPxPerMetre", "floorDensityPxPerMetre", "inPictureShare") is { } r
            ? new(
                r.Number("densityPxPerMetre", 1, 5000, " px/m", required: false),
                r.Number("floorDensityPxPerMetre", 1, 5000, " px/m", required: false),
                r.Number("inPictureShare", 0.01, 1, string.Empty, required: false)
            )
            : null;

    private bool Unique(JsonPlace place, Dictionary<string, int> seen, string id)
    {
        if (seen.TryAdd(id, place.Line))
            return true;
        findings.Error(
            place,
            new(
                $"The station id {id} is used already in line {seen[id]}; upper and lower case count as the same.",
                $"工位标识 {id} 已在第 {seen[id]} 行使用（不区分大小写）。"
            ),
            new("Give this station an id of its own.", "请为此工位设置不同的标识。")
        );
        return false;
    }
}
