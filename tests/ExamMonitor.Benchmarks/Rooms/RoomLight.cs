using System.Numerics;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>Lights of a room; each gives a layer of the picture that a moment weighs.</summary>
internal enum Light
{
    BankA,
    BankB,
    Day,
    Infrared,
    Emergency,
    Sun,
}

/// <summary>What each light sheds on a point. All but the sun are scaled to 1 as the mean over the desks.</summary>
internal sealed class RoomLight
{
    public const int Count = 6;
    private readonly RoomPlan _plan;
    private readonly List<(Vector3 At, Vector3 Down, float Power)>[] _sources;
    private readonly float[] _scale = new float[Count];
    private readonly (Vector2 At, Vector2 Half)? _patch;
    private readonly bool _scaled;

    /// <summary>Makes the lights.</summary>
    /// <param name="plan">Room.</param>
    /// <param name="sunOn">Desk that the sun falls on.</param>
    public RoomLight(RoomPlan plan, Desk? sunOn)
    {
        _plan = plan;
        _sources = [.. Enumerable.Range(0, Count).Select(_ => new List<(Vector3, Vector3, float)>())];
        for (var i = 0; i < plan.Lamps.Count; i++)
            _sources[i < plan.Lamps.Count / 2 ? 0 : 1].Add((new(plan.Lamps[i], plan.Size.Z - 0.02f), -Vector3.UnitZ, 1));
        foreach (var (at, inward) in Panes())
            _sources[(int)Light.Day].Add((at, inward, 1));
        var eye = plan.Camera.Position!.Value;
        var axis = plan.Camera.Rotation.ApplyInverse(new(0, 0, 1));
        _sources[(int)Light.Infrared]
            .Add((new((float)eye.X, (float)eye.Y, (float)eye.Z), new((float)axis.X, (float)axis.Y, (float)axis.Z), 1));
        _sources[(int)Light.Emergency].Add((new(plan.Size.X - 0.5f, plan.Size.Y - 0.3f, plan.Size.Z - 0.3f), -Vector3.UnitZ, 1));
        if (sunOn is { } desk)
            _patch = (desk.Center, new Vector2((float)desk.Station.Size.Width, (float)desk.Station.Size.Depth) * 0.45f);
        Array.Fill(_scale, 1);
        for (var k = 0; k < Count - 1; k++)
        {
            var mean = plan.Desks.Average(d => On(k < 2 ? [Light.BankA, Light.BankB] : [(Light)k], d));
            _scale[k] = 1 / Math.Max(1e-6f, mean);
        }

        _scaled = true;
        // Both banks together give 1, so that each keeps its share.
        _scale[1] = _scale[0];
    }

    /// <summary>Mean over a worktop, by weights of the lights.</summary>
    public float On(Desk desk, ReadOnlySpan<float> weights)
    {
        var sum = 0f;
        Span<float> at = stackalloc float[Count];
        foreach (var (dx, dy) in ((float, float)[])[(0, 0), (-0.3f, -0.3f), (0.3f, -0.3f), (0.3f, 0.3f), (-0.3f, 0.3f)])
        {
            At(
                new(
                    desk.Center + (new Vector2((float)desk.Station.Size.Width, (float)desk.Station.Size.Depth) * new Vector2(dx, dy)),
                    (float)desk.Station.Height
                ),
                Vector3.UnitZ,
                at
            );
            for (var k = 0; k < Count; k++)
                sum += at[k] * weights[k] / 5;
        }

        return sum;
    }

    /// <summary>Light that falls on a point.</summary>
    /// <param name="point">Metres.</param>
    /// <param name="normal">Unit length.</param>
    /// <param name="into">By <see cref="Light"/>.</param>
    public void At(Vector3 point, Vector3 normal, Span<float> into)
    {
        for (var k = 0; k < Count; k++)
        {
            var sum = 0f;
            foreach (var (at, down, power) in _sources[k])
            {
                var way = at - point;
                var r2 = Math.Max(0.05f, way.LengthSquared());
                way /= MathF.Sqrt(r2);
                sum += power * Math.Max(0, Vector3.Dot(way, normal)) * Math.Max(0, -Vector3.Dot(way, down)) / r2;
            }

            // Walls and ceiling give a part back everywhere.
            into[k] = (sum * _scale[k]) + (k is (int)Light.Infrared or (int)Light.Sun || !_scaled || _sources[k].Count == 0 ? 0 : 0.15f);
        }

        if (_patch is { } p && MathF.Abs(point.X - p.At.X) < p.Half.X && MathF.Abs(point.Y - p.At.Y) < p.Half.Y && normal.Z > 0.5f)
            into[(int)Light.Sun] = 1;
    }

    private float On(Light[] lights, Desk desk)
    {
        Span<float> weights = stackalloc float[Count];
        weights.Clear();
        foreach (var light in lights)
            weights[(int)light] = 1;
        return On(desk, weights);
    }

    private IEnumerable<(Vector3 At, Vector3 Inward)> Panes()
    {
        var (wall, sill, pane, _) = _plan.Window;
        var z = sill + (pane / 2);
        for (var i = 0; i < 6; i++)
        {
            var f = (i + 0.5f) / 6;
            yield return wall switch
            {
                0 => (new(0.02f, f * _plan.Size.Y, z), Vector3.UnitX),
                1 => (new(_plan.Size.X - 0.02f, f * _plan.Size.Y, z), -Vector3.UnitX),
                _ => (new(f * _plan.Size.X, _plan.Size.Y - 0.02f, z), -Vector3.UnitY),
            };
        }
    }
}
