using System.Numerics;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>Who is in the room: candidates at the desks, invigilators who walk, someone who stands.</summary>
/// <param name="plan">Room.</param>
/// <param name="seed">Who sits where, clothes, movements.</param>
internal sealed class People(RoomPlan plan, int seed)
{
    /// <summary>Seated candidates, as they sit at a second.</summary>
    public IEnumerable<Solid> Seated(int second)
    {
        for (var i = 0; i < plan.Desks.Count; i++)
        {
            if (Paint.Hash(i, 1, seed) < 0.15f)
                continue;
            var desk = plan.Desks[i];
            float half = (float)desk.Station.Size.Depth / 2,
                top = (float)desk.Station.Height;
            // Slow shifts of the seat, quick ones of head and hands.
            var lean = new Vector2(Wander(i, second, 20), Wander(i + 100, second, 25)) * 0.05f;
            var at = desk.Center + (desk.Chair * (half + 0.24f)) + lean;
            var head = at + (new Vector2(Wander(i + 200, second, 5), Wander(i + 300, second, 4)) * 0.06f) - (desk.Chair * 0.06f);
            foreach (var solid in Body(i, at, head, top + 0.30f, 0.30f, top + 0.72f))
                yield return solid;
            var hands = at - (desk.Chair * 0.30f) + (new Vector2(Wander(i + 400, second, 2), Wander(i + 500, second, 2)) * 0.05f);
            yield return new(true, new(hands, top + 0.05f), new(0.2f, 0.14f, 0.05f), 0, Skin(i));
        }
    }

    /// <summary>People who walk between the desks: one each 25 s, at about 1 m/s, some of whom stop and read.</summary>
    public IEnumerable<Solid> Walking(int second)
    {
        for (var start = Math.Max(0, (second / 25) - 2); start <= second / 25; start++)
        {
            var row = plan.Desks[(int)(Paint.Hash(start, 7, seed) * plan.Desks.Count)];
            var y = Math.Clamp(row.Center.Y + (row.Chair.Y * ((float)row.Station.Size.Depth + 0.55f)), 0.4f, plan.Size.Y - 0.4f);
            var stops = Paint.Hash(start, 8, seed) < 0.4f ? 8 + (int)(8 * Paint.Hash(start, 9, seed)) : 0;
            var way = second - (start * 25);
            var x = 0.3f + way;
            if (stops > 0 && x > row.Center.X)
                x = Math.Max(row.Center.X, x - stops);
            if (x > plan.Size.X - 0.3f)
                continue;
            foreach (var solid in Standing(1000 + start, new(x, y), second))
                yield return solid;
        }
    }

    /// <summary>Someone on his feet.</summary>
    public IEnumerable<Solid> Standing(int who, Vector2 at, int second)
    {
        at += new Vector2(Wander(who, second, 6), Wander(who + 50, second, 7)) * 0.05f;
        var head = at + (new Vector2(Wander(who + 60, second, 4), Wander(who + 70, second, 4)) * 0.07f);
        foreach (var solid in Body(who, at, head, 1.15f, 0.36f, 1.62f))
            yield return solid;
        yield return new(true, new(at, 0.45f), new(0.17f, 0.15f, 0.5f), 0, Cloth(who + 3));
    }

    private IEnumerable<Solid> Body(int who, Vector2 at, Vector2 head, float chest, float tall, float crown)
    {
        yield return new(true, new(at, chest), new(0.23f, 0.15f, tall), 0, Cloth(who));
        yield return new(true, new(head, crown), new(0.09f, 0.1f, 0.13f), 0, Skin(who));
    }

    private Paint Cloth(int who)
    {
        var tone = MathF.Pow(Paint.Hash(who, 21, seed), 2) * 0.7f;
        var colour = new Vector3(Paint.Hash(who, 22, seed), Paint.Hash(who, 23, seed), Paint.Hash(who, 24, seed)) * tone;
        return new(colour + new Vector3(0.015f), Paint.Hash(who, 25, seed) < 0.3f ? Pattern.Checker : Pattern.Plain, 0.07f, 0.4f, who);
    }

    private static Paint Skin(int who) =>
        new(new Vector3(0.45f, 0.30f, 0.22f) * (0.3f + (0.9f * Paint.Hash(who, 31, 5))), Pattern.Plain, 1, 0, who);

    /// <summary>[-1, 1], new every so many seconds, linear between.</summary>
    private float Wander(int what, int second, int every)
    {
        var f = (float)second / every;
        var i = (int)f;
        float a = Paint.Hash(what, i, seed + 77),
            b = Paint.Hash(what, i + 1, seed + 77);
        return (2 * (a + ((b - a) * (f - i)))) - 1;
    }
}
