using System.Numerics;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>Colours and furniture of a room.</summary>
internal sealed class Look
{
    private static readonly Vector3[] s_floors =
    [
        new(0.32f, 0.30f, 0.27f),
        new(0.06f, 0.06f, 0.07f),
        new(0.45f, 0.43f, 0.40f),
        new(0.28f, 0.17f, 0.10f),
        new(0.12f, 0.20f, 0.14f),
    ];
    private static readonly Vector3[] s_walls =
    [
        new(0.65f, 0.64f, 0.60f),
        new(0.40f, 0.45f, 0.50f),
        new(0.70f, 0.66f, 0.50f),
        new(0.30f, 0.30f, 0.30f),
    ];
    private static readonly Vector3[] s_tops =
    [
        new(0.55f, 0.50f, 0.42f),
        new(0.25f, 0.16f, 0.10f),
        new(0.60f, 0.62f, 0.62f),
        new(0.10f, 0.10f, 0.11f),
        new(0.20f, 0.30f, 0.26f),
    ];
    private readonly int _seed;
    private readonly Random _random;
    private readonly Paint _top;
    private readonly bool _screens;

    public Look(int seed, Random random)
    {
        (_seed, _random) = (seed, random);
        Floor = new(s_floors[seed % 5], (Pattern)(seed % 5), U(0.25f, 0.7f), U(0.15f, 0.7f), seed + 1);
        Wall = new(s_walls[seed % 4], seed % 3 == 0 ? Pattern.Tiles : Pattern.Plain, U(0.2f, 0.5f), 0.15f, seed + 2, U(0.02f, 0.25f));
        Ceiling = new(new(0.7f), Pattern.Tiles, 0.6f, 0.2f, seed + 3);
        _top = new(
            s_tops[seed / 2 % 5],
            seed % 2 == 0 ? Pattern.Plain : Pattern.Planks,
            U(0.1f, 0.4f),
            U(0.1f, 0.3f),
            seed + 4,
            U(0.25f, 0.9f)
        );
        _screens = seed % 3 == 1;
    }

    public Paint Floor { get; }

    public Paint Wall { get; }

    public Paint Ceiling { get; }

    /// <summary>Top, pedestal and what stands on it.</summary>
    public IEnumerable<Solid> Furnish(Desk desk)
    {
        var (s, c) = (desk.Station, desk.Center);
        var (yaw, top) = ((float)(s.RotationDeg * Math.PI / 180), (float)s.Height);
        Vector2 half = new((float)s.Size.Width / 2, (float)s.Size.Depth / 2);
        yield return new(false, new(c, top - 0.02f), new(half, 0.02f), yaw, _top with { Seed = _random.Next() });
        var leg = new Paint(_top.Base * 0.5f, Pattern.Plain, 1, 0, _seed);
        yield return new(
            false,
            new(c.X - (half.X * 0.6f), c.Y, (top - 0.04f) / 2),
            new(half.X * 0.25f, half.Y * 0.8f, (top - 0.04f) / 2),
            yaw,
            leg
        );
        yield return new(false, new(c.X + (half.X * 0.9f), c.Y, (top - 0.04f) / 2), new(0.03f, half.Y * 0.8f, (top - 0.04f) / 2), yaw, leg);
        for (var i = _random.Next(2, 5); i > 0; i--)
        {
            Vector3 size = new(U(0.04f, 0.16f), U(0.04f, 0.12f), U(0.03f, 0.12f));
            yield return new(
                false,
                new(c.X + (half.X * U(-0.75f, 0.75f)), c.Y + (half.Y * U(-0.6f, 0.6f)), top + size.Z),
                size,
                U(0, 3),
                Thing()
            );
        }

        if (_screens)
            yield return new(
                false,
                new(c.X, c.Y - (desk.Chair.Y * half.Y * 0.6f), top + 0.2f),
                new(0.27f, 0.02f, 0.18f),
                yaw,
                Thing(),
                0.06f
            );
    }

    /// <summary>Cupboards along the walls.</summary>
    public IEnumerable<Solid> Others(Vector3 room)
    {
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            Vector3 half = new(U(0.25f, 0.6f), U(0.2f, 0.3f), U(0.4f, 1f));
            yield return new(false, new(U(1, room.X - 1), room.Y - half.Y - 0.05f, half.Z), half, 0, Thing() with { Stickers = 0.3f });
        }
    }

    private Paint Thing() => new(new Vector3(U(0.02f, 0.6f), U(0.02f, 0.6f), U(0.02f, 0.6f)), Pattern.Plain, 0.2f, 0.2f, _random.Next());

    private float U(float from, float to) => from + ((to - from) * _random.NextSingle());
}
