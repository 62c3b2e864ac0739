namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>Reads cameras with their calibration, and the regions that refer to them.</summary>
internal sealed class CameraReader(Findings findings, ShapeReader shapes, int leastCameras = 1)
{
    private const int MostCameras = 64;
    private const int MostPoints = 10_000;

    /// <summary>Heights within this of the floor count as floor, metres.</summary>
    private const double FloorTolerance = 0.005;

    /// <summary>Points within this of one plane (or line) count as on it, metres.</summary>
    private const double Flatness = 0.02;

    private readonly Dictionary<string, (JsonPlace Place, MapCamera? Camera)> _cameras = new(StringComparer.OrdinalIgnoreCase);

    public List<MapCamera> Read(MapObject map)
    {
        foreach (
            var place in map.Items("cameras", leastCameras, MostCameras, new("the list of cameras, at least one", "摄像机列表，至少一台"))
                ?? []
        )
        {
            if (
                MapObject.Of(place, findings, "id", "image", "reference", "calibration", "name", "recordedSize", "references", "masks")
                is not { } camera
            )
                continue;
            var id = camera.Id<CameraId>("id");
            var image = Size(
                camera.Required(
                    "image",
                    new("{\"width\":…,\"height\":…} of the picture that the pixels refer to", "像素所参照图像的 {\"width\":…,\"height\":…}")
                )
            );
            var reference = Reference(camera);
            var calibration = Calibration(camera.Optional("calibration"), image);
            var name = camera.Text("name", new("the camera's name", "摄像机名称"), required: false);
            var recorded = Size(camera.Optional("recordedSize"));
            var parts = new ViewReader(findings, shapes);
            var (references, masks) = (parts.References(camera), parts.Masks(camera));
            if (image is { } i && recorded is { } r)
                CheckShape(camera.Place, i, r);
            if (id is null)
                continue;
            if (
                !_cameras.TryAdd(
                    id.Value.Text,
                    (place, image is null ? null : new(id.Value, image.Value, reference, calibration, name, recorded, references, masks))
                )
            )
            {
                findings.Error(
                    place,
                    new(
                        $"The camera id {id} is used already in line {_cameras[id.Value.Text].Place.Line}; upper and lower case count as the same.",
                        $"摄像机标识 {id} 已在第 {_cameras[id.Value.Text].Place.Line} 行使用（不区分大小写）。"
                    ),
                    new("Give this camera an id of its own.", "请为此摄像机设置不同的标识。")
                );
            }
        }

        return [.. _cameras.Values.Where(c => c.Camera is not null).Select(c => c.Camera!)];
    }

    /// <summary>Hand-drawn outlines of a station; null when there are none.</summary>
    public Dictionary<CameraId, IReadOnlyList<PixelPoint>>? Regions(JsonPlace? place)
    {
        if (place is null || MapObject.Of(place, findings) is null)
            return null;
        var regions = new Dictionary<CameraId, IReadOnlyList<PixelPoint>>();
        foreach (var (name, value) in place.Members)
        {
            var polygon = shapes.PixelPolygon(value);
            if (
                !CameraId.TryParse(name, null, out var id)
                || !_cameras.TryGetValue(name, out var known)
                || (known.Camera is not null && known.Camera.Id != id)
            )
            {
                findings.Error(
                    value,
                    new("This region is for a camera that the map does not have.", "此区域所属的摄像机不在地图中。"),
                    new($"Use one of {Known()}, or add the camera.", $"请使用 {Known()} 之一，或添加该摄像机。")
                );
                continue;
            }

            if (polygon is null)
                continue;
            foreach (var (corner, index) in polygon.Select((c, i) => (c, i)))
                CheckPixel(value.Items[index], corner, known.Camera?.Image);
            regions[id] = polygon;
        }

        return regions;
    }

    /// <summary>A camera without calibration and without a region can say nothing of any station.</summary>
    public void WarnOfUseless(List<MapStation> stations)
    {
        foreach (var (place, camera) in _cameras.Values)
        {
            if (
                camera is null
                || camera.Calibration is not null
                || place.Members.ContainsKey("calibration")
                || stations.Exists(s => s.Regions?.ContainsKey(camera.Id) == true)
            )
                continue;
            findings.Warn(
                place,
                new(
                    $"Camera {camera.Id} has neither a calibration nor a region: it proves no station and no floor.",
                    $"摄像机 {camera.Id} 既无标定也无区域：无法证明任何工位或地面被覆盖。"
                ),
                new("Calibrate it, or draw the stations in its picture.", "请标定该摄像机，或在其图像中画出工位。")
            );
        }
    }

    private MapCalibration? Calibration(JsonPlace? place, PixelSize? image)
    {
        if (MapObject.Of(place, findings, "points", "from") is not { } calibration)
            return null;
        var from = Origin(calibration);
        if (calibration.Items("points", 1, MostPoints, new("the list of plan–pixel pairs", "平面点与像素点对应列表")) is not { } items)
            return null;
        var points = new List<CalibrationPoint>();
        foreach (var item in items)
        {
            if (MapObject.Of(item, findings, "plan", "pixel") is not { } pair)
                continue;
            var plan = shapes.Space(pair.Required("plan", new("[x, y, z] in metres", "[x, y, z]，单位米")));
            var pixel = shapes.Pixel(pair.Required("pixel", new("[u, v] in pixels", "[u, v]，单位像素")));
            if (plan is null || pixel is null)
                continue;
            CheckPixel(item, pixel.Value, image);
            points.Add(new(plan.Value, pixel.Value));
        }

        // A pair that could not be read is a finding already; too few of the rest would only repeat it.
        if (points.Count == items.Count && !(from is not null && ArePlatesEnough(points)))
            CheckEnough(calibration.Place, points);
        return new(points, from);
    }

    private string? Origin(MapObject calibration)
    {
        if (calibration.Text("from", new("plates", "plates"), required: false) is not { } from || from == MapCalibration.Plates)
            return calibration.Optional("from") is null ? null : MapCalibration.Plates;
        findings.Error(
            calibration.Place.Members["from"],
            new($"\"from\" is not \"{MapCalibration.Plates}\".", $"“from”不是“{MapCalibration.Plates}”。"),
            new("Leave it out for points that were marked by hand.", "人工标记的点请省略此项。")
        );
        return null;
    }

    /// <summary>
    /// Whether they free the camera although they lie on one plane is for the solver to say, by how certain its answer is.
    /// </summary>
    private static bool ArePlatesEnough(List<CalibrationPoint> points) =>
        points.Count >= MapCalibration.FewestOnOnePlane && Polygons.Span(points.ConvertAll(p => p.Plan), Flatness) >= 2;

    private void CheckEnough(JsonPlace place, List<CalibrationPoint> points)
    {
        var all = points.ConvertAll(p => p.Plan);
        if (points.Count >= 6 && Polygons.Span(all, Flatness) == 3)
            return;
        var floor = all.FindAll(p => Math.Abs(p.Z) <= FloorTolerance);
        if (floor.Count >= 4 && Polygons.Span(floor, Flatness) == 2)
        {
            if (floor.Count == all.Count)
                return;
            findings.Warn(
                place,
                new(
                    "Only the points on the floor are used; those above it are too few, or all on one plane with it.",
                    "仅使用地面上的点；其余点数量不足，或与地面点共面。"
                ),
                new("For true heights give at least six points that are not all on one plane.", "如需真实高度，请提供至少六个不共面的点。")
            );
            return;
        }

        findings.Error(
            place,
            new(
                $"The camera cannot be calibrated: {points.Count} points, {floor.Count} of them on the floor, {(points.Count >= 6 ? "all on one plane" : "are too few")}.",
                $"无法标定该摄像机：共 {points.Count} 个点，其中 {floor.Count} 个在地面上，{(points.Count >= 6 ? "全部共面" : "数量不足")}。"
            ),
            new(
                "Give at least six points that are not all on one plane (worktops and floor, or walls), or at least four on the floor (z = 0) that are not in one line.",
                "请提供至少六个不共面的点（台面与地面，或墙面），或至少四个不共线的地面点（z = 0）。"
            )
        );
    }

    private PixelSize? Size(JsonPlace? place)
    {
        if (MapObject.Of(place, findings, "width", "height") is not { } size)
            return null;
        var (width, height) = (size.Number("width", 16, 16384, " px"), size.Number("height", 16, 16384, " px"));
        if (width is null || height is null)
            return null;
        if (width % 1 == 0 && height % 1 == 0)
            return new((int)width, (int)height);
        findings.Error(
            place!,
            new("Width and height are whole pixels.", "宽和高应为整数像素。"),
            new("Write whole numbers.", "请填写整数。")
        );
        return null;
    }

    private void CheckShape(JsonPlace place, PixelSize image, PixelSize recorded)
    {
        if (Math.Abs(((double)image.Width / image.Height * recorded.Height / recorded.Width) - 1) <= 0.02)
            return;
        findings.Warn(
            place,
            new("The image of the calibration and the recorded picture have different shapes.", "标定图像与录像画面的宽高比不同。"),
            new("Use pictures of one aspect ratio, or calibrate in the recorded picture.", "请使用相同宽高比的图像，或在录像画面中标定。")
        );
    }

    private string? Reference(MapObject camera)
    {
        if (camera.Text("reference", new("the picture's file name", "图像文件名"), required: false) is not { } path)
            return null;
        if (ViewReader.IsBelowTheMap(path))
            return path;
        findings.Error(
            camera.Place.Members["reference"],
            new(
                "The reference picture must lie beside the map or in a folder below it.",
                "参考图像必须位于地图文件所在文件夹或其子文件夹中。"
            ),
            new(
                "Write a path relative to the map with / between folders, and without .., drive or address.",
                "请写相对于地图文件的路径，文件夹之间用 /，不含 ..、盘符或网址。"
            )
        );
        return null;
    }

    private void CheckPixel(JsonPlace place, PixelPoint pixel, PixelSize? image)
    {
        if (image is not { } size)
            return;
        var outside = Math.Max(
            Math.Max(-pixel.U / size.Width, (pixel.U / size.Width) - 1),
            Math.Max(-pixel.V / size.Height, (pixel.V / size.Height) - 1)
        );
        if (outside <= 0.01)
            return;
        var problem = new LocalText(
            $"The pixel [{MapObject.Show(pixel.U)}, {MapObject.Show(pixel.V)}] is outside the image of {size.Width} × {size.Height}.",
            $"像素 [{MapObject.Show(pixel.U)}, {MapObject.Show(pixel.V)}] 位于 {size.Width} × {size.Height} 的图像之外。"
        );
        var mend = new LocalText(
            "Check it, and whether the camera's image size is the one of the picture in which it was read.",
            "请检查该像素，以及摄像机的 image 尺寸是否为读取像素时所用图像的尺寸。"
        );
        if (outside > 1)
            findings.Error(place, problem, mend);
        else
            findings.Warn(place, problem, mend);
    }

    private string Known() => _cameras.Count == 0 ? "-" : string.Join(", ", _cameras.Keys.Take(20));
}
