using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Vision;

/// <summary>Numbers that the C++ library gave for the same pictures before it was replaced (OpenCV 4.6, commit f114ade): a size whose
/// blocks are no multiple of a vector, a mask, a station that reaches out of the picture, a warp.</summary>
public sealed class ViewMeasurementTests : IDisposable
{
    private const int Width = 326;
    private const int Height = 190;
    private static readonly IReadOnlyList<PixelPoint>[] s_outlines =
    [
        [new(40.5, 60), new(120, 55.25), new(131, 120), new(30, 128)],
        [new(250, 100), new(340, 90), new(345, 170), new(260, 180)],
    ];

    private readonly CameraView _view = new(Scene(0, 0, 100, hidden: false), Width, Height, s_outlines, [new(10, 10, 37, 13)]);
    private readonly FrameMeasures _measures = new(Width, Height, s_outlines.Length);

    public void Dispose() => _view.Dispose();

    [Fact]
    public void Register_AShiftedFrame_IsFoundWhereTheOldLibraryFoundIt()
    {
        var found = _view.Register(Scene(5, 3, 80, hidden: true), Homography.Identity, wide: false);
        Assert.Equal((true, 35, 22, 21), (found.Found, found.Places, found.Matched, found.Agreeing));
        Near(0.0180634787, found.Residual);
        Near(0.476235066, found.Spread);
        var h = found.Homography;
        Near(
            [1.00002087, -2.18100214e-5, 4.99771922, 2.18100214e-5, 1.00002087, 2.99492702, 0, 0, 1],
            [h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]]
        );
    }

    [Fact]
    public void Register_Wide_GivesThePlaceAndThePrecisionOfTheOldLibrary()
    {
        var found = _view.Register(Scene(0, 0, 90, hidden: true), Homography.Identity, wide: true);
        Assert.Equal((true, 24, 24), (found.Found, found.Matched, found.Agreeing));
        var h = found.Homography;
        Near([0.0328316471, -0.0105081101], [h[2], h[5]]);
    }

    [Fact]
    public void Measure_AStraightFrame_GivesTheNumbersOfTheOldLibrary()
    {
        _view.Measure(Scene(0, 0, 90, hidden: true), Homography.Identity, _measures);
        Near([110.745, 35.7542, 37.0598, 111.613, 187.581, 189.208, 189.471, 0, 47.0691, 1.08286, 1.17326], Levels());
        Near(
            [
                0.992119,
                0.283182,
                0.975018,
                0.977349,
                137.436,
                169.998,
                110.807,
                125.234,
                127.609,
                127.609,
                127.609,
                127.609,
                39.643,
                48.8579,
                137.117,
                171.14,
                0.997793,
                1.12907,
                0,
                0,
            ],
            MeanBlock()
        );
        Near([1, 6178, 97.5125, 37.8322, 86.1051, 177.457, 44.5855, 0, 1.03829, 0], Station(0));
        Near([275.833, 77.0833, 0.897457, -0.422554], MeanCell());
        Assert.Equal((84197, 17923510, 100924), Whole());
    }

    [Fact]
    public void Measure_AWarpedFrame_GivesTheNumbersOfTheOldLibrary()
    {
        var h = Homography.Identity;
        (h[0], h[2], h[5], h[6]) = (1.002, 5, 3, 1e-5);
        _view.Measure(Scene(5, 3, 80, hidden: true), h, _measures);
        Near([98.8107, 31.7535, 33.0514, 99.602, 166.675, 168.219, 168.472, 0, 41.7078, 0.99171, 1.17326], Levels());
        Near(
            [
                0.963199,
                0.286247,
                0.980395,
                0.976695,
                105.167,
                171.888,
                98.7291,
                125.233,
                127.868,
                127.868,
                127.609,
                127.609,
                28.81,
                49.4191,
                107.336,
                171.14,
                0.736973,
                1.13245,
                0,
                0,
            ],
            MeanBlock()
        );
        Near([1, 6178, 88.8213, 33.9505, 77.1535, 157.206, 37.4939, 0, 0.981579, 0], Station(0));
        Near([266.833, 75.8333, 0.927856, -0.681236], MeanCell());
        Assert.Equal((75517, 17292221, 89947), Whole());
    }

    [Fact]
    public void Measure_TheSameFrameTwice_GivesTheSameNumbers()
    {
        var frame = Scene(2, 1, 95, hidden: false);
        _view.Measure(frame, Homography.Identity, _measures);
        var once = (Levels(), MeanBlock(), Station(1), MeanCell(), Whole());
        _view.Measure(Scene(5, 3, 80, hidden: true), Homography.Identity, _measures);
        _view.Measure(frame, Homography.Identity, _measures);
        Assert.Equal(
            once,
            (Levels(), MeanBlock(), Station(1), MeanCell(), Whole()),
            (a, b) =>
                a.Item1.SequenceEqual(b.Item1)
                && a.Item2.SequenceEqual(b.Item2)
                && a.Item3.SequenceEqual(b.Item3)
                && a.Item4.SequenceEqual(b.Item4)
                && a.Item5 == b.Item5
        );
    }

    private double[] Levels()
    {
        var l = _measures.Levels;
        return [l.Mean, l.P01, l.P05, l.P50, l.P95, l.P99, l.P999, l.Clipped, l.Deviation, l.Noise, l.RefNoise];
    }

    private double[] MeanBlock()
    {
        var all = _measures
            .Blocks.Select(b =>
                (double[])
                    [
                        b.Valid,
                        b.Edges,
                        b.Agreement,
                        b.Coarse,
                        b.Energy,
                        b.RefEnergy,
                        b.Mean,
                        b.RefMean,
                        b.U,
                        b.V,
                        b.RefU,
                        b.RefV,
                        b.High,
                        b.RefHigh,
                        b.Mid,
                        b.RefMid,
                        b.Noise,
                        b.RefNoise,
                        b.Clipped,
                        b.RefClipped,
                    ]
            )
            .ToArray();
        return [.. Enumerable.Range(0, all[0].Length).Select(i => all.Average(b => b[i]))];
    }

    private double[] Station(int index)
    {
        var s = _measures.Stations[index];
        return [s.Valid, s.Pixels, s.Mean, s.P05, s.P50, s.P95, s.Deviation, s.Clipped, s.Noise, s.RefClipped];
    }

    private double[] MeanCell()
    {
        var all = Enumerable.Range(0, s_outlines.Length).SelectMany(i => _measures.Cells(i).ToArray()).ToArray();
        return [all.Average(c => c.Pixels), all.Average(c => c.Edges), all.Average(c => c.Agreement), all.Average(c => c.Ratio)];
    }

    private (int Patches, int Hashes, int Means) Whole() =>
        (
            Enumerable.Range(0, s_outlines.Length).Sum(i => _measures.Patch(i).ToArray().Sum(p => p)),
            _measures.Hashes.Sum(h => h),
            _measures.Means.Sum(m => m)
        );

    private static void Near(double expected, double actual) => Assert.Equal(expected, actual, (2e-5 * Math.Abs(expected)) + 1e-6);

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Near(expected[i], actual[i]);
    }

    /// <summary>Tiles of thirteen greys under a little noise, in whole numbers.</summary>
    private static byte[] Scene(int du, int dv, int gain, bool hidden)
    {
        var bytes = new byte[Picture.I420Length(Width, Height)];
        var noise = 12345u;
        for (var v = 0; v < Height; v++)
        {
            for (var u = 0; u < Width; u++)
            {
                noise = unchecked((noise * 1664525) + 1013904223);
                int x = u - du + 40,
                    y = v - dv + 40,
                    tile = ((x / 23 * 7) + (y / 17 * 11)) % 13;
                var luma = 40 + (tile * 14) + (int)(noise >> 30);
                bytes[(v * Width) + u] = (byte)(
                    hidden && u is > 60 and < 100 && v is > 70 and < 110 ? 60 + (int)(noise >> 30) : luma * gain / 100
                );
            }
        }

        for (var i = Width * Height; i < bytes.Length; i++)
            bytes[i] = (byte)(120 + (i % 163 / 10));
        return bytes;
    }
}
