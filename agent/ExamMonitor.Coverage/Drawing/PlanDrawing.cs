using System.Globalization;
using System.Xml.Linq;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Drawing;

/// <summary>Draws the room from above as SVG: density, blind spots, obstacles, stations, cameras and what each sees of the floor.</summary>
internal sealed class PlanDrawing
{
    private const double PxPerMetre = 80,
        Margin = 40,
        LegendHeight = 96,
        HeatMetres = 0.25;
    private const int MostHeatCells = 20_000;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly RoomGeometry _room;
    private readonly XElement _root;
    private readonly double _left;
    private readonly double _top;
    private readonly double _width;
    private readonly double _height;

    private PlanDrawing(RoomGeometry room)
    {
        _room = room;
        var outline = room.Map.Room.Outline;
        (_left, _top) = (outline.Min(p => p.X), outline.Max(p => p.Y));
        (_width, _height) = ((outline.Max(p => p.X) - _left) * PxPerMetre, (_top - outline.Min(p => p.Y)) * PxPerMetre);
        double w = Math.Max(_width, 640) + (2 * Margin),
            h = _height + (2 * Margin) + LegendHeight;
        _root = new(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {N(w)} {N(h)}"),
            new XAttribute("width", N(w)),
            new XAttribute("height", N(h)),
            new XAttribute("font-family", "Noto Sans CJK SC, Microsoft YaHei, DejaVu Sans, sans-serif")
        );
        _root.Add(
            new XElement(
                Svg + "defs",
                new XElement(
                    Svg + "pattern",
                    new XAttribute("id", "blind"),
                    new XAttribute("width", 8),
                    new XAttribute("height", 8),
                    new XAttribute("patternUnits", "userSpaceOnUse"),
                    new XAttribute("patternTransform", "rotate(45)"),
                    Rect(0, 0, 8, 8, "#fff0f0"),
                    Rect(0, 0, 3, 8, "#d62728")
                )
            ),
            Rect(0, 0, w, h, "#ffffff")
        );
    }

    /// <summary>The drawing as a document.</summary>
    public static XDocument Draw(RoomGeometry room)
    {
        var drawing = new PlanDrawing(room);
        drawing.Heat();
        drawing.Blind();
        drawing._root.Add(drawing.Polygon(room.Map.Room.Outline, "none", "#202020", 3));
        foreach (var o in room.Map.Obstacles ?? [])
            drawing._root.Add(drawing.Polygon(o.Outline, "#8a8a8a", "#404040", 1, o.Name));
        for (var i = 0; i < room.Cameras.Count; i++)
            drawing.View(room.Cameras[i], Palette.Hex(Palette.Camera(i)));
        foreach (var s in room.Map.Stations)
            drawing.Station(s);
        for (var i = 0; i < room.Cameras.Count; i++)
            drawing.Camera(room.Cameras[i], Palette.Hex(Palette.Camera(i)));
        drawing.Legend();
        return new(drawing._root);
    }

    private void Heat()
    {
        var box = _room.Map.Room.Outline;
        double right = box.Max(p => p.X),
            bottom = box.Min(p => p.Y);
        var step = Math.Max(HeatMetres, Math.Sqrt((right - _left) * (_top - bottom) / MostHeatCells));
        _root.Add(new XElement(Svg + "clipPath", new XAttribute("id", "room"), Polygon(box, "#000000", "none", 0)));
        var cells = new XElement(Svg + "g", new XAttribute("shape-rendering", "crispEdges"), new XAttribute("clip-path", "url(#room)"));
        for (var x = _left + (step / 2); x < right + (step / 2); x += step)
        {
            for (var y = bottom + (step / 2); y < _top + (step / 2); y += step)
            {
                var place = new PlanPoint(Math.Min(x, right - 0.01), Math.Min(y, _top - 0.01));
                var best = _room.Cameras.Max(c => Density(c, place));
                if (best > 0)
                    cells.Add(Rect(X(x - (step / 2)), Y(y + (step / 2)), step * PxPerMetre, step * PxPerMetre, Palette.Density(best)));
            }
        }

        _root.Add(cells);
    }

    private double Density(CameraGeometry camera, PlanPoint place)
    {
        var id = camera.Camera.Id;
        if (camera.Projection is null || _room.Floor.Seeing(place, c => c == id) == 0)
            return 0;
        return PixelDensity.Facing(
                camera.Projection,
                new(place.X, place.Y, 0),
                (double)camera.RecordedSize.Width / camera.Camera.Image.Width,
                (double)camera.RecordedSize.Height / camera.Camera.Image.Height
            ) ?? 0;
    }

    private void Blind()
    {
        if (_room.Floor.Share(_ => true).ByOne is null)
            return;
        foreach (var spot in _room.Floor.BlindSpots(_ => true).Take(50))
            _root.Add(
                Polygon(spot.Outline, "url(#blind)", "#d62728", 1, string.Create(CultureInfo.InvariantCulture, $"{spot.AreaM2:0.0} m²"))
            );
    }

    private void View(CameraGeometry camera, string colour)
    {
        var view = _room.Floor.ViewOf(camera.Camera.Id);
        if (view.Count < 3)
            return;
        var polygon = Polygon(view, "none", colour, 2.5, camera.Camera.Id.Text);
        polygon.Add(new XAttribute("stroke-dasharray", "9 6"));
        _root.Add(polygon);
    }

    private void Station(MapStation station)
    {
        var best = _room.Best(station.Id);
        var colour = Palette.Hex(best is { Passes: true } ? Palette.Pass : Palette.Fail);
        var corners = StationShape.Corners(station, 0).Select(c => new PlanPoint(c.X, c.Y)).ToArray();
        _root.Add(Polygon(corners, "#ffffff", colour, 3));
        double x = X(station.Center.X),
            y = Y(station.Center.Y);
        _root.Add(Text(x, y - 1, Clean(station.Label), 18, "#101010", "middle"));
        var line = best is null
            ? $"{station.Id}: –"
            : string.Create(CultureInfo.InvariantCulture, $"{best.Camera} {best.PxPerMetre:0} px/m");
        _root.Add(Text(x, y + 15, line, 11, best is { Passes: true } ? "#006b4a" : "#b04000", "middle"));
    }

    private void Camera(CameraGeometry camera, string colour)
    {
        if (camera.Position is not { } at || camera.Projection is not { } projection)
            return;
        var centre = new PixelPoint(projection.Size.Width / 2.0, projection.Size.Height / 2.0);
        var ray = projection.Ray(centre) ?? new Vec3(0, 1, 0);
        var turn = Math.Atan2(-ray.Y, ray.X) * 180 / Math.PI;
        _root.Add(
            new XElement(
                Svg + "path",
                new XAttribute("d", "M -12 -9 L 8 -9 L 8 -4 L 16 -9 L 16 9 L 8 4 L 8 9 L -12 9 Z"),
                new XAttribute("fill", colour),
                new XAttribute("stroke", "#101010"),
                new XAttribute("transform", $"translate({N(X(at.X))} {N(Y(at.Y))}) rotate({N(turn)})")
            )
        );
        _root.Add(Text(X(at.X), Y(at.Y) - 16, camera.Camera.Id.Text, 15, "#101010", "middle"));
    }

    private void Legend()
    {
        var top = _height + (2 * Margin) + 8;
        var share = _room.Floor.Share(_ => true);
        var covered = _room.Map.Stations.Count(s => _room.Best(s.Id) is { Passes: true });
        var floor = share.ByOne is { } one
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"floor in view 地面可见 {one * 100:0.0} %, by two cameras 双机 {share.ByTwo * 100:0.0} % of {share.FloorAreaM2:0.0} m²"
            )
            : "floor in view unknown 地面可见范围未知";
        _root.Add(
            Text(
                Margin,
                top,
                $"{Clean(_room.Map.Room.Name)} ({_room.Map.Room.Id}): {covered} / {_room.Map.Stations.Count} stations pass 工位合格 · {floor}",
                14,
                "#101010",
                "start"
            )
        );
        var x = Margin;
        foreach (
            var (fill, text) in new[]
            {
                (Palette.Density(25), "≥ 25 px/m"),
                (Palette.Density(62.5), "≥ 62.5"),
                (Palette.Density(125), "≥ 125"),
                (Palette.Density(250), "≥ 250"),
                ("url(#blind)", "blind 盲区"),
                (Palette.Hex(Palette.Pass), "station passes 合格"),
                (Palette.Hex(Palette.Fail), "fails 不合格"),
            }
        )
        {
            _root.Add(Rect(x, top + 14, 22, 14, fill));
            _root.Add(Text(x + 27, top + 26, text, 12, "#101010", "start"));
            x += 42 + (text.Sum(c => c > 0x2E80 ? 12 : 6.6));
        }

        _root.Add(Rect(Margin, top + 46, PxPerMetre, 4, "#101010"));
        _root.Add(
            Text(
                Margin + PxPerMetre + 8,
                top + 52,
                "1 m · dashed: floor seen by a camera at the required density 虚线：摄像机在要求密度下可见的地面",
                12,
                "#101010",
                "start"
            )
        );
    }

    private double X(double metres) => Margin + ((metres - _left) * PxPerMetre);

    private double Y(double metres) => Margin + ((_top - metres) * PxPerMetre);

    private XElement Polygon(IReadOnlyList<PlanPoint> points, string fill, string stroke, double width, string? title = null)
    {
        var polygon = new XElement(
            Svg + "polygon",
            new XAttribute("points", string.Join(' ', points.Select(p => $"{N(X(p.X))},{N(Y(p.Y))}"))),
            new XAttribute("fill", fill),
            new XAttribute("stroke", stroke),
            new XAttribute("stroke-width", N(width))
        );
        if (title is not null)
            polygon.Add(new XElement(Svg + "title", Clean(title)));
        return polygon;
    }

    private static XElement Rect(double x, double y, double width, double height, string fill) =>
        new(
            Svg + "rect",
            new XAttribute("x", N(x)),
            new XAttribute("y", N(y)),
            new XAttribute("width", N(width)),
            new XAttribute("height", N(height)),
            new XAttribute("fill", fill)
        );

    private static XElement Text(double x, double y, string text, double size, string fill, string anchor) =>
        new(
            Svg + "text",
            new XAttribute("x", N(x)),
            new XAttribute("y", N(y)),
            new XAttribute("font-size", N(size)),
            new XAttribute("fill", fill),
            new XAttribute("text-anchor", anchor),
            text
        );

    /// <summary>XML knows no control characters, and a label is a line.</summary>
    private static string Clean(string text) =>
        new([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c < 0xFFFE).Take(60)]);

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
