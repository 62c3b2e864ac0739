using System.Numerics;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>The room as a camera sees it without people: one layer of linear RGB per light, and how far each pixel sees.</summary>
internal sealed class RoomView
{
    private static readonly (float X, float Y)[] s_samples = [(0.27f, 0.22f), (0.77f, 0.29f), (0.23f, 0.73f), (0.71f, 0.79f)];
    private readonly RoomPlan _plan;
    private readonly IReadOnlyList<Solid> _solids;
    private readonly PinholeProjection _camera;
    private readonly RoomLight _light;

    public RoomView(RoomPlan plan, RoomLight light, PinholeProjection camera, IReadOnlyList<Solid> more, int width)
    {
        (_plan, _light, _camera, _solids) = (plan, light, camera, [.. plan.Solids, .. more]);
        (Width, Height) = (width, (int)Math.Round(width * (double)camera.Size.Height / camera.Size.Width / 2) * 2);
        var at = camera.Position!.Value;
        Eye = new((float)at.X, (float)at.Y, (float)at.Z);
        Rays = new Vector3[Width * Height];
        Depth = new float[Width * Height];
        Layers = [.. Enumerable.Range(0, RoomLight.Count).Select(_ => new float[Width * Height * 3])];
        Parallel.For(0, Height, new() { MaxDegreeOfParallelism = 2 }, Row);
    }

    public int Width { get; }

    public int Height { get; }

    public Vector3 Eye { get; }

    /// <summary>Direction of each pixel's centre; zero where the lens sees nothing.</summary>
    public Vector3[] Rays { get; }

    /// <summary>Distance that each pixel's centre sees, metres.</summary>
    public float[] Depth { get; }

    public float[][] Layers { get; }

    /// <summary>Direction of a place in the picture.</summary>
    public Vector3? Ray(float x, float y) =>
        _camera.Ray(new(x * _camera.Size.Width / Width, y * _camera.Size.Height / Height)) is { } r
            ? Vector3.Normalize(new((float)r.X, (float)r.Y, (float)r.Z))
            : null;

    /// <summary>Place of a point in this picture; null behind the camera.</summary>
    public (float X, float Y)? Project(Vector3 p) =>
        _camera.Project(new(p.X, p.Y, p.Z)) is { } q
            ? ((float)(q.U * Width / _camera.Size.Width), (float)(q.V * Height / _camera.Size.Height))
            : null;

    /// <summary>Whether anything stands between the camera and a point.</summary>
    public bool Hidden(Vector3 point, IEnumerable<Solid> people)
    {
        var way = point - Eye;
        var far = way.Length();
        way /= far;
        return _solids.Concat(people).Any(s => s.Hit(Eye, way) < far - 0.03f);
    }

    private void Row(int y)
    {
        Span<float> light = stackalloc float[RoomLight.Count];
        for (var x = 0; x < Width; x++)
        {
            var p = (y * Width) + x;
            if (Ray(x + 0.5f, y + 0.5f) is { } middle)
                (Rays[p], Depth[p]) = (middle, Nearest(middle, out _));
            foreach (var (sx, sy) in s_samples)
            {
                if (Ray(x + sx, y + sy) is { } ray)
                    Shade(ray, p * 3, light);
            }
        }
    }

    private float Nearest(Vector3 ray, out Solid? hit)
    {
        hit = null;
        var nearest = Shell(ray);
        foreach (var solid in _solids)
        {
            var t = solid.Hit(Eye, ray);
            if (t < nearest)
                (nearest, hit) = (t, solid);
        }

        return nearest;
    }

    private float Shell(Vector3 ray)
    {
        var far = float.PositiveInfinity;
        for (var axis = 0; axis < 3; axis++)
            if (MathF.Abs(ray[axis]) > 1e-9f)
                far = Math.Min(far, ((ray[axis] > 0 ? _plan.Size[axis] : 0) - Eye[axis]) / ray[axis]);
        return far;
    }

    private void Shade(Vector3 ray, int at, Span<float> light)
    {
        var t = Nearest(ray, out var solid);
        var point = Eye + (t * ray);
        var (albedo, normal, glow) = solid is null ? ShellAt(point) : Solids(solid, point);
        _light.At(point, normal, light);
        for (var k = 0; k < RoomLight.Count; k++)
        {
            var layer = Layers[k];
            for (var c = 0; c < 3; c++)
                layer[at + c] += albedo[c] * light[k] / s_samples.Length;
        }

        var (lamp, strength) = glow;
        for (var c = 0; c < 3; c++)
            Layers[(int)lamp][at + c] += strength * (c == 2 ? 1.1f : 1) / s_samples.Length;
    }

    private static (Vector3 Albedo, Vector3 Normal, (Light, float) Glow) Solids(Solid solid, Vector3 point)
    {
        var (normal, u, v) = solid.Face(point);
        var albedo = solid.Paint.At(u, v);
        return (albedo, normal, (Light.Emergency, solid.Glow * 60 * albedo.X));
    }

    private (Vector3 Albedo, Vector3 Normal, (Light, float) Glow) ShellAt(Vector3 p)
    {
        const float near = 0.003f;
        if (p.Z < near)
            return (_plan.Floor.At(p.X, p.Y), Vector3.UnitZ, default);
        if (p.Z > _plan.Size.Z - near)
        {
            for (var i = 0; i < _plan.Lamps.Count; i++)
                if (MathF.Abs(p.X - _plan.Lamps[i].X) < 0.6f && MathF.Abs(p.Y - _plan.Lamps[i].Y) < 0.15f)
                    return (new(0.8f), -Vector3.UnitZ, (i < _plan.Lamps.Count / 2 ? Light.BankA : Light.BankB, 6));
            return (_plan.Ceiling.At(p.X, p.Y), -Vector3.UnitZ, default);
        }

        var (wall, u, normal) =
            p.X < near ? (0, p.Y, Vector3.UnitX)
            : p.X > _plan.Size.X - near ? (1, p.Y, -Vector3.UnitX)
            : p.Y > _plan.Size.Y - near ? (2, p.X, -Vector3.UnitY)
            : (3, p.X, Vector3.UnitY);
        var (window, sill, pane, _) = _plan.Window;
        if (wall == window && p.Z > sill && p.Z < sill + pane && u % 1.5f > 0.15f)
            return (new(0.08f), normal, (Light.Day, 3 * new Paint(new(0.8f), Pattern.Outside, 1, 0.8f, _plan.Seed).At(u, p.Z).X));
        return ((_plan.Wall with { Seed = _plan.Wall.Seed + wall }).At(u, p.Z), normal, default);
    }
}
