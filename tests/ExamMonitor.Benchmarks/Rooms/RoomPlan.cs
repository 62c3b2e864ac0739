using System.Numerics;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>A desk of the room.</summary>
/// <param name="Station">Its place in the map.</param>
/// <param name="Chair">Unit vector on the plan from the desk to who sits there.</param>
internal sealed record Desk(MapStation Station, Vector2 Chair)
{
    public Vector2 Center => new((float)Station.Center.X, (float)Station.Center.Y);
}

/// <summary>A made-up exam room: its things, its light and one camera, all from a seed.</summary>
internal sealed class RoomPlan
{
    private readonly Random _random;

    public RoomPlan(int seed)
    {
        Seed = seed;
        _random = new(seed * 7919);
        var stations = new[] { 4, 6, 9, 12, 16, 20, 25, 30 }[seed % 8];
        var columns = (int)Math.Ceiling(Math.Sqrt(stations * U(0.8f, 1.8f)));
        var rows = (stations + columns - 1) / columns;
        Vector2 desk = new(U(1.0f, 1.8f), U(0.5f, 0.85f)),
            step = new(desk.X + U(0.4f, 1.2f), desk.Y + U(1.0f, 1.7f));
        Size = new(((columns - 1) * step.X) + desk.X + U(1.6f, 3), ((rows - 1) * step.Y) + desk.Y + U(2, 3.5f), U(2.7f, 4.2f));
        var looks = new Look(seed, _random);
        Floor = looks.Floor;
        Wall = looks.Wall;
        Ceiling = looks.Ceiling;
        Desks = [.. Enumerable.Range(0, stations).Select(i => Place(i, columns, desk, step, i / columns % 2))];
        Solids = [.. Desks.SelectMany(d => looks.Furnish(d)), .. looks.Others(Size)];
        Lamps = Hang();
        Window = new(_random.Next(3), U(0.9f, 1.3f), U(1, 1.7f), seed % 5 == 2 ? 0 : U(0.2f, 1.2f));
        Emergency = U(0.004f, 0.02f);
        ReadNoise = U(0.0004f, 0.0014f);
        ShotNoise = U(1e-5f, 6e-5f);
        Quality = _random.Next(22, 31);
        Camera = HangCamera(seed);
    }

    public int Seed { get; }

    /// <summary>Width, depth, height; metres.</summary>
    public Vector3 Size { get; }

    public Paint Floor { get; }

    public Paint Wall { get; }

    public Paint Ceiling { get; }

    public IReadOnlyList<Desk> Desks { get; }

    public IReadOnlyList<Solid> Solids { get; }

    /// <summary>Places of the lamps in the ceiling; the first half of them is one bank.</summary>
    public IReadOnlyList<Vector2> Lamps { get; }

    /// <summary>
    /// Wall (0 left, 1 right, 2 far), height of the sill, height of the pane, and the share of the light that comes in by day.
    /// </summary>
    public (int Wall, float Sill, float Pane, float Day) Window { get; }

    public float Emergency { get; }

    public float ReadNoise { get; }

    public float ShotNoise { get; }

    /// <summary>Constant rate factor of the camera's encoder.</summary>
    public int Quality { get; }

    public PinholeProjection Camera { get; }

    /// <summary>The map of the room as a technician would make it: 12 points clicked with an error of 0.6 px.</summary>
    public StationMap Map()
    {
        var random = new Random(Seed);
        double Click() => 0.6 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var points = Corners()
            .Where(p => Camera.Project(p) is { } q && Camera.Contains(q))
            .OrderBy(_ => random.Next())
            .Take(12)
            .Select(p => new CalibrationPoint(p, new(Camera.Project(p)!.Value.U + Click(), Camera.Project(p)!.Value.V + Click())))
            .ToList();
        return new(
            StationMap.SchemaName,
            new(RoomId.Of("R1"), "made up", [new(0, 0), new(Size.X, 0), new(Size.X, Size.Y), new(0, Size.Y)], Size.Z),
            [.. Desks.Select(d => d.Station)],
            [new(CameraId.Of("C1"), Camera.Size, "C1_reference.png", new(points))]
        );
    }

    /// <summary>The camera after it was turned, px of the same picture.</summary>
    public PinholeProjection Turned(double degrees, double roll = 0, double zoom = 1) =>
        new(
            Camera.Size,
            Camera.FocalPx * zoom,
            Camera.K1,
            Rotation.About(new(0.2 * degrees * Math.PI / 180, degrees * Math.PI / 180, roll * Math.PI / 180)).Times(Camera.Rotation),
            Rotation.About(new(0.2 * degrees * Math.PI / 180, degrees * Math.PI / 180, roll * Math.PI / 180)).Apply(Camera.Translation)
        );

    private float U(float from, float to) => from + ((to - from) * _random.NextSingle());

    private Desk Place(int i, int columns, Vector2 desk, Vector2 step, int row)
    {
        var (x, y) = (
            1 + (desk.X / 2) + (i % columns * step.X) + U(-0.08f, 0.08f),
            1 + (desk.Y / 2) + (i / columns * step.Y) + U(-0.06f, 0.06f)
        );
        var facing = Seed % 3 == 0 && row == 1 ? 1 : -1;
        return new(
            new(StationId.Of($"S{i + 1:00}"), $"{i + 1}", new(x, y), new(desk.X, desk.Y), 0.72 + (0.02 * (Seed % 10)), U(-4, 4)),
            new(0, facing)
        );
    }

    private Vector2[] Hang()
    {
        int across = Math.Max(2, (int)(Size.X / 2.6f)),
            along = Math.Max(2, (int)(Size.Y / 2.6f));
        return
        [
            .. Enumerable
                .Range(0, across * along)
                .Select(i => new Vector2(Size.X * ((i / along) + 0.5f) / across, Size.Y * ((i % along) + 0.5f) / along)),
        ];
    }

    private PinholeProjection HangCamera(int seed)
    {
        var size = (seed % 4) switch
        {
            0 => new PixelSize(1920, 1080),
            1 => new(2560, 1440),
            2 => new(1280, 960),
            _ => new(1920, 1080),
        };
        var half = Math.Tan(U(62, 104) * Math.PI / 360);
        var k1 = Math.Max(U(-0.2f, 0), -0.25 / (half * half * (1 + Math.Pow((double)size.Height / size.Width, 2))));
        var at = new Vec3(seed % 2 == 0 ? U(0.1f, 0.4f) : U(0.3f, 0.7f) * Size.X, U(0.1f, 0.3f), Math.Min(U(2.3f, 3.4f), Size.Z - 0.2));
        var forward = (new Vec3(U(0.5f, 0.65f) * Size.X, U(0.4f, 0.6f) * Size.Y, 0.6) - at).Unit();
        var right = forward.Cross(new(0, 0, 1)).Unit();
        var rotation = Rotation.About(new(0, 0, U(-3, 3) * Math.PI / 180)).Times(new(right, forward.Cross(right), forward));
        return new(size, size.Width / 2.0 / (half * (1 + (k1 * half * half))), k1, rotation, rotation.Apply(at) * -1);
    }

    private IEnumerable<SpacePoint> Corners()
    {
        foreach (var d in Desks)
        {
            var (sin, cos) = Math.SinCos(d.Station.RotationDeg * Math.PI / 180);
            foreach (var (sx, sy) in new[] { (-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5) })
            {
                var (x, y) = (sx * d.Station.Size.Width, sy * d.Station.Size.Depth);
                yield return new(d.Station.Center.X + (x * cos) - (y * sin), d.Station.Center.Y + (x * sin) + (y * cos), d.Station.Height);
            }

            yield return new(d.Station.Center.X, d.Station.Center.Y + 0.9, 0);
        }

        foreach (var (x, y) in new[] { (0f, 0f), (Size.X, 0f), (Size.X, Size.Y), (0f, Size.Y) })
            yield return new(x, y, 0);
    }
}
