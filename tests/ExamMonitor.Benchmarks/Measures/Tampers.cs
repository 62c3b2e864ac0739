using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>What is put on a lens, or close before it, over a share of the view: each kind grows from one place, so that a share is met
/// exactly.</summary>
/// <remarks>The variant chooses corner or side, places of spots, and tones. Not thread-safe.</remarks>
internal sealed class Tampers(PixelSize size)
{
    /// <summary>Names.</summary>
    public static readonly string[] Kinds = ["tape", "dirt", "web", "condensation", "film-part", "sheet"];

    private readonly Dictionary<(string Kind, int Variant), (float[] Field, float[] Sorted)> _fields = [];

    /// <summary>Draws one.</summary>
    /// <param name="frame">Planar YUV 4:2:0; changed.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="share">Of the view, [0, 1].</param>
    /// <param name="variant">Any.</param>
    public void Draw(byte[] frame, string kind, double share, int variant)
    {
        var (field, sorted) = FieldOf(kind, variant);
        var limit = share >= 1 ? 10 : sorted[(int)(share * (sorted.Length - 1))];
        var (soft, opacity, luma) = kind switch
        {
            "tape" => (0.03f, 1f, 60 + (variant * 37 % 120)),
            "dirt" => (0.25f, 0.85f, 45 + (variant * 23 % 60)),
            "web" => (0.10f, 0.7f, 150 + (variant * 17 % 50)),
            "condensation" => (0.08f, 0.35f, 140f + (variant * 13 % 40)),
            "film-part" => (0.08f, 0.65f, 120f + (variant * 29 % 70)),
            _ => (0.004f, 1f, 0f),
        };
        var blurred = kind == "condensation" ? (byte[])frame.Clone() : frame;
        if (kind == "condensation")
            Pixels.Blur(blurred, size, 5);
        for (var y = 0; y < size.Height; y++)
        for (var x = 0; x < size.Width; x++)
        {
            var at = (y * size.Width) + x;
            var here = Math.Clamp(((limit - field[at]) / soft) + 0.5f, 0, 1);
            if (here <= 0)
                continue;
            var (a, tone, under) = (here * opacity, luma, (float)frame[at]);
            if (kind == "web")
                a = here * (0.12f + (opacity * Strand(x, y, variant)));
            else if (kind == "condensation")
                under += here * (blurred[at] - under);
            else if (kind == "tape")
                tone += (y / 30) - (x / 60);
            else if (kind == "sheet")
                tone = 70 + (Rooms.Paint.Hash(x / (9 + (variant % 5)), y / (7 + (variant % 4)), 3 + variant) * 110);
            frame[at] = (byte)Math.Clamp(Math.Round(((1 - a) * under) + (a * tone)), 16, 235);
            if (kind is "tape" or "sheet" or "dirt" && here > 0.5)
                Tint(frame, x, y, a);
        }
    }

    private void Tint(byte[] frame, int x, int y, float by)
    {
        if (x % 2 == 1 || y % 2 == 1)
            return;
        var at = (size.Width * size.Height) + (y / 2 * size.Width / 2) + (x / 2);
        frame[at] = (byte)(frame[at] + (by * (120 - frame[at])));
        at += size.Width * size.Height / 4;
        frame[at] = (byte)(frame[at] + (by * (136 - frame[at])));
    }

    private float Strand(int x, int y, int variant)
    {
        var (u, v) = FromCorner(x, y, variant);
        var (angle, radius) = (MathF.Atan2(v, u), MathF.Sqrt((u * u) + (v * v)));
        var spoke = MathF.Abs(MathF.Sin(angle * 14)) * Math.Max(radius, 1) / 14;
        var sag = 6 * MathF.Abs(MathF.Sin(angle * 14));
        var ring = MathF.Abs(((radius + sag) % 24) - 12);
        var off = Math.Min(spoke, ring);
        return MathF.Exp(-off * off / (2 * 3f * 3f));
    }

    private (float U, float V) FromCorner(int x, int y, int variant) =>
        ((variant & 1) == 0 ? x : size.Width - 1 - x, (variant & 2) == 0 ? y : size.Height - 1 - y);

    private (float[] Field, float[] Sorted) FieldOf(string kind, int variant)
    {
        if (_fields.TryGetValue((kind, variant), out var known))
            return known;
        var field = new float[size.Width * size.Height];
        var random = new Random(100 + variant);
        var spots = Enumerable
            .Range(0, 26)
            .Select(_ => (X: random.Next(size.Width), Y: random.Next(size.Height), R: 15f + (30f * random.NextSingle())))
            .ToArray();
        for (var y = 0; y < size.Height; y++)
        for (var x = 0; x < size.Width; x++)
        {
            var (u, v) = FromCorner(x, y, variant);
            float right = u / size.Width,
                down = v / size.Height;
            field[(y * size.Width) + x] = kind switch
            {
                "tape" => Math.Max(right, down),
                "web" => MathF.Sqrt((u * u) + (v * v)) / size.Width,
                "dirt" => spots.Min(s => MathF.Sqrt(((x - s.X) * (x - s.X)) + ((y - s.Y) * (y - s.Y))) / s.R),
                "condensation" => 1 - down + (0.05f * MathF.Sin((x / 60f) + variant)),
                "film-part" => ((variant & 4) == 0 ? right : down) + (0.06f * MathF.Sin((y / 50f) + (x / 90f) + variant)),
                _ => (variant & 4) == 0 ? right + (0.15f * down) : down + (0.15f * right),
            };
        }

        var sorted = (float[])field.Clone();
        Array.Sort(sorted);
        return _fields[(kind, variant)] = (field, sorted);
    }
}
