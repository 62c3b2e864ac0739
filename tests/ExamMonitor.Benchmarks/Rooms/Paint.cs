using System.Numerics;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>What is painted on a face.</summary>
internal enum Pattern
{
    Plain,
    Tiles,
    Planks,
    Checker,
    Speckle,
    Outside,
}

/// <summary>Albedo of a face as a function of metres on it; the same seed gives the same face.</summary>
/// <param name="Base">Linear RGB, [0, 1].</param>
/// <param name="Pattern">Kind.</param>
/// <param name="Scale">Size of a tile, plank or grain, metres.</param>
/// <param name="Contrast">[0, 1].</param>
/// <param name="Seed">Any.</param>
/// <param name="Stickers">Share of the fields of 0.35 m that carry a sheet, a tool or a poster, [0, 1].</param>
internal sealed record Paint(Vector3 Base, Pattern Pattern, float Scale, float Contrast, int Seed, float Stickers = 0)
{
    private const float Field = 0.35f;

    public Vector3 At(float u, float v)
    {
        var (i, j) = ((int)MathF.Floor(u / Scale), (int)MathF.Floor(v / Scale));
        var (x, y) = ((u / Scale) - i, (v / Scale) - j);
        var shade = Pattern switch
        {
            Pattern.Tiles => x < 0.05f || y < 0.05f ? -1f : 0.3f * Hash(i, j, Seed),
            Pattern.Planks => Plank(u, v),
            Pattern.Checker => ((i + j) & 1) == 0 ? 0.5f : -0.5f,
            Pattern.Speckle => Hash((int)MathF.Floor(u * 60), (int)MathF.Floor(v * 60), Seed) - 0.5f,
            Pattern.Outside => Smooth(u * 1.5f, v * 1.5f) - 0.3f + (0.6f * (Smooth(u * 7, v * 7) - 0.5f)),
            _ => 0,
        };
        shade = (shade * Contrast) + (0.08f * (Smooth(u * 2.1f, v * 2.1f) - 0.5f)) + (0.05f * (Smooth(u * 23, v * 23) - 0.5f));
        var colour = Base * Math.Max(0.05f, 1 + shade);
        return Stickers > 0 ? Sticker(u, v, colour) : colour;
    }

    /// <summary>[0, 1).</summary>
    public static float Hash(int i, int j, int seed)
    {
        var h = ((uint)i * 0x9E3779B1u) ^ ((uint)j * 0x85EBCA77u) ^ ((uint)seed * 0xC2B2AE3Du);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = (h ^ (h >> 12)) * 0x297A2D39u;
        return (h ^ (h >> 15)) / 4294967296f;
    }

    private float Plank(float u, float v)
    {
        var row = (int)MathF.Floor(v / (0.5f * Scale));
        var along = (u / (4 * Scale)) + Hash(row, 1, Seed);
        var gap = (v / (0.5f * Scale)) - row < 0.06f || along - MathF.Floor(along) < 0.01f;
        return gap ? -1 : (0.6f * (Hash((int)MathF.Floor(along), row, Seed) - 0.5f)) + (0.2f * (Smooth(u * 3, v * 40) - 0.5f));
    }

    private Vector3 Sticker(float u, float v, Vector3 under)
    {
        var (i, j) = ((int)MathF.Floor(u / Field), (int)MathF.Floor(v / Field));
        if (Hash(i, j, Seed + 11) > Stickers)
            return under;
        var (w, h) = (0.08f + (0.2f * Hash(i, j, Seed + 12)), 0.06f + (0.22f * Hash(i, j, Seed + 13)));
        var (x, y) = (u - (i * Field) - ((Field - w) * Hash(i, j, Seed + 14)), v - (j * Field) - ((Field - h) * Hash(i, j, Seed + 15)));
        if (x < 0 || y < 0 || x > w || y > h)
            return under;
        var tone = 0.03f + (0.8f * Hash(i, j, Seed + 16));
        var tint = new Vector3(Hash(i, j, Seed + 17), Hash(i, j, Seed + 18), Hash(i, j, Seed + 19));
        var colour = tone * (Vector3.One + (0.6f * (tint - new Vector3(0.5f))));
        var line = (int)(y / 0.022f);
        return (line & 1) == 1 && x > 0.02f && x < w * (0.5f + (0.5f * Hash(line, i, Seed + j))) ? colour * 0.35f : colour;
    }

    private float Smooth(float u, float v)
    {
        var (i, j) = ((int)MathF.Floor(u), (int)MathF.Floor(v));
        var (x, y) = (u - i, v - j);
        (x, y) = (x * x * (3 - (2 * x)), y * y * (3 - (2 * y)));
        float a = Hash(i, j, Seed),
            b = Hash(i + 1, j, Seed),
            c = Hash(i, j + 1, Seed),
            d = Hash(i + 1, j + 1, Seed);
        return ((a + ((b - a) * x)) * (1 - y)) + ((c + ((d - c) * x)) * y);
    }
}
