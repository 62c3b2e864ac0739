using System.Numerics;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>Makes the camera's pictures: light, people, exposure, lens, noise, gamma. One per clip, seconds in order.</summary>
internal sealed class RoomFilm
{
    private const float Target = 0.16f;
    private const int Steps = 4096;
    private static readonly sbyte[] s_noise = Gaussian();
    private readonly RoomPlan _plan;
    private readonly RoomLight _light;
    private readonly Random _random;
    private readonly float[] _gamma = new float[Steps];
    private readonly float[] _weights = new float[RoomLight.Count];
    private float[] _still = [];
    private float[] _work = [];
    private float[] _coded = [];
    private RoomView? _of;
    private float _exposure;

    public RoomFilm(RoomPlan plan, RoomLight light, int seed)
    {
        (_plan, _light, _random) = (plan, light, new(seed));
        for (var i = 0; i < Steps; i++)
            _gamma[i] = MathF.Pow((float)i / (Steps - 1), 2 / 2.2f);
    }

    /// <summary>Exposure of the commissioned picture; noise is counted from there.</summary>
    public float Commissioned { get; set; }

    /// <summary>One picture as planar YUV 4:2:0, limited range.</summary>
    public byte[] Frame(RoomView view, Moment moment, IEnumerable<Solid> people)
    {
        Still(view, moment);
        _still.CopyTo(_work, 0);
        foreach (var solid in people)
            Draw(view, solid);
        Expose(view, moment);
        if (moment.Blur > 0)
            Lens.Blur(_work, view.Width, view.Height, moment.Blur);
        return Code(view, moment);
    }

    private void Still(RoomView view, Moment moment)
    {
        Span<float> weights = stackalloc float[RoomLight.Count];
        moment.Weigh(_plan, weights);
        var same = ReferenceEquals(_of, view);
        for (var k = 0; k < weights.Length; k++)
            same &= MathF.Abs(weights[k] - _weights[k]) <= 0.002f * weights[k];
        if (same)
            return;
        _of = view;
        weights.CopyTo(_weights);
        if (_still.Length != view.Rays.Length * 3)
            (_still, _work, _coded) = (new float[view.Rays.Length * 3], new float[view.Rays.Length * 3], new float[view.Rays.Length * 3]);
        Array.Clear(_still);
        for (var k = 0; k < RoomLight.Count; k++)
            if (_weights[k] > 0)
                Lens.Add(view.Layers[k], _weights[k], _still);
    }

    private void Draw(RoomView view, Solid solid)
    {
        if (!Box(view, solid, out var x0, out var y0, out var x1, out var y1))
            return;
        Span<float> light = stackalloc float[RoomLight.Count];
        for (var y = y0; y < y1; y++)
        for (var x = x0; x < x1; x++)
        {
            var p = (y * view.Width) + x;
            var t = solid.Hit(view.Eye, view.Rays[p]);
            if (t >= view.Depth[p])
                continue;
            var (normal, u, v) = solid.Face(view.Eye + (t * view.Rays[p]));
            _light.At(view.Eye + (t * view.Rays[p]), normal, light);
            light[(int)Light.Sun] = 0;
            var falls = 0f;
            for (var k = 0; k < RoomLight.Count; k++)
                falls += light[k] * _weights[k];
            var colour = solid.Paint.At(u, v) * falls;
            (_work[p * 3], _work[(p * 3) + 1], _work[(p * 3) + 2]) = (colour.X, colour.Y, colour.Z);
        }
    }

    private static bool Box(RoomView view, Solid solid, out int x0, out int y0, out int x1, out int y1)
    {
        (x0, y0, x1, y1) = (int.MaxValue, int.MaxValue, 0, 0);
        var reach = Math.Max(solid.Half.X, solid.Half.Y);
        for (var i = 0; i < 8; i++)
        {
            var corner =
                solid.Center
                + new Vector3((i & 1) == 0 ? reach : -reach, (i & 2) == 0 ? reach : -reach, (i & 4) == 0 ? solid.Half.Z : -solid.Half.Z);
            if (view.Project(corner) is not { } q)
                return false;
            (x0, y0) = (Math.Min(x0, (int)q.X), Math.Min(y0, (int)q.Y));
            (x1, y1) = (Math.Max(x1, (int)q.X + 2), Math.Max(y1, (int)q.Y + 2));
        }

        (x0, y0, x1, y1) = (Math.Max(0, x0), Math.Max(0, y0), Math.Min(view.Width, x1), Math.Min(view.Height, y1));
        return x0 < x1 && y0 < y1;
    }

    /// <summary>
    /// The camera's own exposure follows the picture's mean, lamps and panes cut off, within two seconds and at most to four times the
    /// commissioned one.
    /// </summary>
    private void Expose(RoomView view, Moment moment)
    {
        double sum = 0;
        var n = 0;
        for (var i = 0; i < _work.Length; i += 51, n++)
            sum += Math.Min(_work[i], 1.2f * (_exposure > 0 ? 1 / _exposure : 4));
        var wanted = Target * n / (float)Math.Max(1e-4, sum);
        if (_exposure == 0)
            _exposure = wanted;
        var limit = Commissioned > 0 ? 4 * Commissioned : 40;
        _exposure = Math.Clamp(_exposure * MathF.Pow(wanted / _exposure, 0.6f), 0, limit);
        if (Commissioned == 0)
            Commissioned = _exposure;
        var phase = _random.NextSingle();
        for (var y = 0; y < view.Height; y++)
        {
            var bands = 1 + (moment.Flicker * MathF.Sin(2 * MathF.PI * ((3f * y / view.Height) + phase)));
            var row = _work.AsSpan(y * view.Width * 3, view.Width * 3);
            Lens.Scale(row, _exposure * moment.Exposure * bands);
        }

        if (moment.Veil is { } veil)
            Lens.Cover(_work, view.Width, view.Height, veil);
    }

    private byte[] Code(RoomView view, Moment moment)
    {
        var (w, h) = (view.Width, view.Height);
        var frame = new byte[w * h * 3 / 2];
        var gain = Math.Max(0.5f, _exposure * moment.Exposure / Commissioned);
        float read = _plan.ReadNoise * gain * moment.Noise,
            shot = _plan.ShotNoise * gain * moment.Noise * moment.Noise;
        Span<float> deviation = stackalloc float[256];
        for (var i = 0; i < 256; i++)
        {
            var linear = MathF.Pow(Math.Max(1, i) / 255f, 2.2f);
            // The slope of gamma carries the noise of linear light into levels.
            deviation[i] = 219 / 2.2f * MathF.Pow(linear, (1 / 2.2f) - 1) * MathF.Sqrt((read * read) + (shot * linear)) / 32;
        }

        for (var y = 0; y < h; y++)
        {
            var offset = _random.Next(s_noise.Length - w);
            for (var x = 0; x < w; x++)
            {
                var p = ((y * w) + x) * 3;
                float r = Gamma(_work[p] * moment.Cast.X),
                    g = Gamma(_work[p + 1] * moment.Cast.Y),
                    b = Gamma(_work[p + 2] * moment.Cast.Z);
                (_coded[p], _coded[p + 1], _coded[p + 2]) = (r, g, b);
                var luma = (0.299f * r) + (0.587f * g) + (0.114f * b);
                frame[(y * w) + x] = (byte)
                    Math.Clamp(16.5f + (219 * luma) + (s_noise[offset + x] * Math.Min(1.5f, deviation[(int)(luma * 255)])), 16, 235);
            }
        }

        if (moment.Mono)
            frame.AsSpan(w * h).Fill(128);
        else
            Chroma(frame, w, h);
        return frame;
    }

    private float Gamma(float linear) => _gamma[(int)(MathF.Sqrt(Math.Clamp(linear, 0, 1)) * (Steps - 1))];

    private void Chroma(byte[] frame, int w, int h)
    {
        for (var y = 0; y < h / 2; y++)
        for (var x = 0; x < w / 2; x++)
        {
            var p = ((2 * y * w) + (2 * x)) * 3;
            var q = p + (3 * w);
            float r = (_coded[p] + _coded[p + 3] + _coded[q] + _coded[q + 3]) / 4,
                g = (_coded[p + 1] + _coded[p + 4] + _coded[q + 1] + _coded[q + 4]) / 4,
                b = (_coded[p + 2] + _coded[p + 5] + _coded[q + 2] + _coded[q + 5]) / 4;
            var grain = _random.Next(-1, 2) * 0.5f;
            frame[(w * h) + (y * w / 2) + x] = (byte)(128.5f + (224 * ((-0.1687f * r) - (0.3313f * g) + (0.5f * b))) + grain);
            frame[(w * h * 5 / 4) + (y * w / 2) + x] = (byte)(128.5f + (224 * ((0.5f * r) - (0.4187f * g) - (0.0813f * b))) + grain);
        }
    }

    private static sbyte[] Gaussian()
    {
        var random = new Random(5);
        var noise = new sbyte[1 << 16];
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (sbyte)
                Math.Clamp(32 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()), -127, 127);
        return noise;
    }
}
