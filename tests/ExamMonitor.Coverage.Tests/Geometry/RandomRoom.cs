using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Tests.Geometry;

/// <summary>A made-up room with a camera whose truth is known: worktops, and click noise on the points.</summary>
internal sealed class RandomRoom
{
    private readonly Random _random;

    public RandomRoom(int seed, double clickNoisePx = 0.6, int points = 10)
    {
        _random = new(seed);
        Width = Uniform(5, 14);
        Depth = Uniform(4, 11);
        Size = _random.Next(3) switch
        {
            0 => new(960, 540),
            1 => new(1920, 1080),
            _ => new(1280, 960),
        };
        Truth = Camera();
        var visible = Places().Where(p => Truth.Project(p) is { } q && Truth.Contains(q)).OrderBy(_ => _random.Next()).ToArray();
        Marked = [.. visible.Take(points).Select(p => new CalibrationPoint(p, Noisy(Truth.Project(p)!.Value, clickNoisePx)))];
        HeldOut = [.. visible.Skip(points).Take(40)];
    }

    public double Width { get; }

    public double Depth { get; }

    public PixelSize Size { get; }

    public PinholeProjection Truth { get; }

    public CalibrationPoint[] Marked { get; set; }

    public SpacePoint[] HeldOut { get; }

    public MapCamera Map => new(CameraId.Of("C1"), Size, null, new MapCalibration(Marked));

    /// <summary>
    /// Whether the picture shows enough of the room for a person to mark points in: they span 30 % of its diagonal and lie off one plane.
    /// </summary>
    public bool Markable
    {
        get
        {
            if (HeldOut.Length < 10)
                return false;
            double du = Marked.Max(p => p.Pixel.U) - Marked.Min(p => p.Pixel.U),
                dv = Marked.Max(p => p.Pixel.V) - Marked.Min(p => p.Pixel.V);
            return double.Hypot(du, dv) > 0.3 * double.Hypot(Size.Width, Size.Height)
                && CalibrationShape.Choose(Marked).Plan is { FloorOnly: false };
        }
    }

    public double Uniform(double from, double to) => from + ((to - from) * _random.NextDouble());

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    public PixelPoint Noisy(PixelPoint p, double sigma) => new(p.U + (Normal() * sigma), p.V + (Normal() * sigma));

    private static double Square(double v) => v * v;

    private PinholeProjection Camera()
    {
        var fov = Uniform(45, 100) * Math.PI / 180;
        var k1 = fov > 1.2 ? Uniform(-0.22, 0.0) : Uniform(-0.15, 0.08);
        var half = Math.Tan(fov / 2);
        k1 = Math.Max(k1, -0.3 / (half * half * (1 + Square((double)Size.Height / Size.Width)))); // no lens folds its picture's corner back
        var focal = Size.Width / 2.0 / (half * (1 + (k1 * half * half)));
        var at = new Vec3(Uniform(0.2, 0.25 * Width), Uniform(0.2, Depth - 0.2), Uniform(2.2, 3.4));
        var target = new Vec3(Uniform(0.5 * Width, 0.8 * Width), Uniform(0.3 * Depth, 0.7 * Depth), 0.5);
        var forward = (target - at).Unit();
        var right = forward.Cross(new(0, 0, 1)).Unit();
        var roll = Uniform(-4, 4) * Math.PI / 180;
        var level = new Rotation(right, forward.Cross(right), forward);
        var rotation = Rotation.About(new(0, 0, roll)).Times(level);
        return new(Size, focal, k1, rotation, rotation.Apply(at) * -1);
    }

    private List<SpacePoint> Places()
    {
        var places = new List<SpacePoint> { new(0, 0, 0), new(Width, 0, 0), new(Width, Depth, 0), new(0, Depth, 0) };
        for (var x = 1.2; x < Width - 0.8; x += 2.2)
        {
            for (var y = 1.0; y < Depth - 0.6; y += 1.8)
            {
                foreach (var (dx, dy) in new[] { (-0.6, -0.33), (0.6, -0.33), (0.6, 0.33), (-0.6, 0.33) })
                    places.Add(new(x + dx, y + dy, 0.75));
                if (_random.Next(2) == 0)
                    places.Add(new(x + 0.6, y + 0.33, 0));
                if (_random.Next(4) == 0)
                    places.Add(new(x, y, Uniform(1.0, 1.5)));
            }
        }

        return places;
    }
}
