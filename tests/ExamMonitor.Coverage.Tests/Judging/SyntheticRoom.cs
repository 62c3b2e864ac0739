using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Tests.Judging;

/// <summary>A drawn room of 640 × 360 with four worktops, and what may happen to its picture. Every picture has noise of its own.</summary>
internal sealed class SyntheticRoom
{
    public const int Width = 640;
    public const int Height = 360;
    private static readonly sbyte[] s_noise = MakeNoise();
    private readonly byte[] _luma;
    private readonly int _seed;

    public SyntheticRoom(int seed = 1)
    {
        _seed = seed;
        _luma = Draw(seed);
    }

    public static PixelSize Size => new(Width, Height);

    public static IReadOnlyList<(StationId Station, int X, int Y, int W, int H)> Worktops { get; } =
    [
        (StationId.Of("S1"), 60, 90, 120, 60),
        (StationId.Of("S2"), 400, 90, 120, 60),
        (StationId.Of("S3"), 60, 230, 140, 70),
        (StationId.Of("S4"), 400, 230, 140, 70),
    ];

    public static ICameraGeometry Geometry { get; } = new FlatGeometry();

    public CameraSetup Setup() => new(Geometry, Picture.FromI420(Frame(-1, noise: 0.5), Width, Height), []);

    /// <summary>The picture of one second.</summary>
    public byte[] Frame(
        int second,
        double noise = 1.2,
        Func<int, int, double, double>? light = null,
        Action<byte[]>? change = null,
        (double X, double Y) shift = default,
        (int U, int V) cast = default
    )
    {
        var clean = shift == default ? (byte[])_luma.Clone() : Shifted(shift);
        change?.Invoke(clean);
        var frame = new byte[Width * Height * 3 / 2];
        var random = new Random((_seed * 7919) + second);
        for (var y = 0; y < Height; y++)
        {
            var offset = random.Next(s_noise.Length - Width);
            for (var x = 0; x < Width; x++)
            {
                double value = clean[(y * Width) + x];
                if (light is not null)
                    value = light(x, y, value);
                frame[(y * Width) + x] = (byte)Math.Clamp(Math.Round(value + (s_noise[offset + x] / 32.0 * noise)), 16, 235);
            }
        }

        frame.AsSpan(Width * Height, Width * Height / 4).Fill((byte)(128 + cast.U));
        frame.AsSpan(Width * Height * 5 / 4).Fill((byte)(128 + cast.V));
        return frame;
    }

    /// <summary>A plain rectangle over the picture.</summary>
    public static Action<byte[]> Patch(int x, int y, int w, int h, byte luma) =>
        picture =>
        {
            for (var row = Math.Max(0, y); row < Math.Min(Height, y + h); row++)
                picture.AsSpan((row * Width) + Math.Max(0, x), Math.Min(Width, x + w) - Math.Max(0, x)).Fill(luma);
        };

    public static Action<byte[]> Blur(int radius) =>
        picture =>
        {
            for (var pass = 0; pass < 2; pass++)
            {
                BoxBlur(picture, radius, Width, Height, 1, Width);
                BoxBlur(picture, radius, Height, Width, Width, 1);
            }
        };

    /// <summary>Linear light times a factor.</summary>
    public static double Dimmed(double luma, double factor) =>
        16 + (219 * Math.Pow(Math.Pow(Math.Max(0, (luma - 16) / 219), 2.2) * factor, 1 / 2.2));

    private static void BoxBlur(byte[] p, int radius, int length, int lines, int step, int lineStep)
    {
        var line = new double[length];
        for (var l = 0; l < lines; l++)
        {
            for (var i = 0; i < length; i++)
            {
                double sum = 0;
                for (var k = -radius; k <= radius; k++)
                    sum += p[(l * lineStep) + (Math.Clamp(i + k, 0, length - 1) * step)];
                line[i] = sum / ((2 * radius) + 1);
            }

            for (var i = 0; i < length; i++)
                p[(l * lineStep) + (i * step)] = (byte)Math.Round(line[i]);
        }
    }

    private byte[] Shifted((double X, double Y) by)
    {
        var moved = new byte[_luma.Length];
        for (var y = 0; y < Height; y++)
        for (var x = 0; x < Width; x++)
        {
            var (sx, sy) = (Math.Clamp(x - by.X, 0, Width - 2), Math.Clamp(y - by.Y, 0, Height - 2));
            var (ix, iy) = ((int)sx, (int)sy);
            var (fx, fy) = (sx - ix, sy - iy);
            double At(int dx, int dy) => _luma[((iy + dy) * Width) + ix + dx];
            moved[(y * Width) + x] = (byte)
                Math.Round(((1 - fy) * (((1 - fx) * At(0, 0)) + (fx * At(1, 0)))) + (fy * (((1 - fx) * At(0, 1)) + (fx * At(1, 1)))));
        }

        return moved;
    }

    private static byte[] Draw(int seed)
    {
        var random = new Random(seed);
        var p = new byte[Width * Height];
        for (var y = 0; y < Height; y++)
        for (var x = 0; x < Width; x++)
            p[(y * Width) + x] = (byte)(90 + (y / 8) + (x / 32));
        for (var i = 0; i < 60; i++)
            Patch(random.Next(Width), random.Next(Height), random.Next(12, 70), random.Next(10, 50), (byte)random.Next(50, 190))(p);
        foreach (var (_, x, y, w, h) in Worktops)
        {
            Patch(x, y, w, h, 170)(p);
            for (var i = 0; i < 9; i++)
                Patch(x + random.Next(w - 22), y + random.Next(h - 14), random.Next(8, 22), random.Next(5, 14), (byte)random.Next(40, 215))(
                    p
                );
        }

        Blur(1)(p);
        return p;
    }

    private static sbyte[] MakeNoise()
    {
        var random = new Random(5);
        var noise = new sbyte[1 << 16];
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (sbyte)
                Math.Clamp(32 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()), -127, 127);
        return noise;
    }

    /// <summary>Worktops as rectangles of the picture; a displacement moves them by its translation.</summary>
    private sealed class FlatGeometry : ICameraGeometry
    {
        private const double FocalPx = 500;

        public CameraId Camera => CameraId.Of("C1");

        public PixelSize Size => SyntheticRoom.Size;

        public IReadOnlyList<StationInView> Stations(ReadOnlySpan<double> moved)
        {
            var (dx, dy) = moved.IsEmpty ? (0, 0) : (moved[2], moved[5]);
            return
            [
                .. Worktops.Select(w => new StationInView(
                    w.Station,
                    [
                        new(w.X + dx, w.Y + dy),
                        new(w.X + w.W + dx, w.Y + dy),
                        new(w.X + w.W + dx, w.Y + w.H + dy),
                        new(w.X + dx, w.Y + w.H + dy),
                    ],
                    Inside(w.X + dx, w.W, Width) * Inside(w.Y + dy, w.H, Height),
                    150,
                    125,
                    0.75
                )),
            ];
        }

        public double? TurnDegrees(ReadOnlySpan<double> moved) =>
            Math.Atan(Math.Sqrt((moved[2] * moved[2]) + (moved[5] * moved[5])) / FocalPx) * 180 / Math.PI;

        private static double Inside(double at, double length, double limit) =>
            Math.Clamp((Math.Min(at + length, limit) - Math.Max(at, 0)) / length, 0, 1);
    }
}

/// <summary>Feeds a synthetic room to a camera's judge, one picture a second.</summary>
internal sealed class SyntheticWatch : IDisposable
{
    private readonly WatchedCamera _camera;

    public SyntheticWatch(SyntheticRoom room, CoverageOptions? options = null, CameraSetup? setup = null)
    {
        Room = room;
        _camera = new(setup ?? room.Setup(), options ?? new());
    }

    public void SkipTo(int second) => Second = second;

    public SyntheticRoom Room { get; }

    public int Second { get; private set; }

    public CameraVerdict Last { get; private set; } = null!;

    public static DateTimeOffset At(double second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    /// <summary>Feeds pictures; returns the first second since the call in which the condition held, or null.</summary>
    public int? Feed(int seconds, Func<int, byte[]> frame, Func<CameraVerdict, bool> condition)
    {
        int? first = null;
        for (var i = 0; i < seconds; i++, Second++)
        {
            Last = _camera.Judge(frame(Second), SyntheticRoom.Size, At(Second));
            if (first is null && condition(Last))
                first = i;
        }

        return first;
    }

    public void Feed(int seconds, Func<int, byte[]>? frame = null) => Feed(seconds, frame ?? (s => Room.Frame(s)), _ => false);

    public CameraVerdict? Tick(double second) => _camera.Tick(At(second));

    public void Dispose() => _camera.Dispose();
}
