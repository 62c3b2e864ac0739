using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>
/// Turns a camera's pictures into measures: registers, aligns, measures. Holds native memory and the last displacement, no verdict.
/// </summary>
/// <remarks>One call at a time. The measures are overwritten by the next call.</remarks>
public sealed class CameraObserver : IDisposable
{
    /// <summary>A search of the whole picture costs about ten times a near one; when it fails it is not tried again at once.</summary>
    private const int WideEvery = 3;
    private const int LeastAgreeing = 8;
    private const double StrayPixels = 2.5;
    private const double SamePixels = 1.5;

    private readonly CameraSetup _setup;
    private readonly CoverageOptions _options;
    private readonly IReadOnlyList<IReadOnlyList<PixelPoint>> _outlines;
    private readonly IReadOnlyList<PixelRectangle> _masks;
    private readonly CameraView _view;
    private readonly FrameMeasures _measures;
    private Homography _prior = Homography.Identity;
    private int _sinceWide = WideEvery;
    private LightReference? _light;
    private ReferenceVariant? _wanted;

    /// <summary>Prepares a camera for pictures of one size.</summary>
    /// <param name="setup">Camera, reference, stations.</param>
    /// <param name="size">Of the pictures to come, px, even.</param>
    /// <param name="options">Thresholds.</param>
    /// <exception cref="VisionException">The size is out of range.</exception>
    public CameraObserver(CameraSetup setup, PixelSize size, CoverageOptions options)
    {
        Size = size;
        var reference = setup.Reference.Size == size ? setup.Reference : setup.Reference.Resize(size.Width, size.Height);
        var (sx, sy) = ((double)size.Width / setup.Geometry.Size.Width, (double)size.Height / setup.Geometry.Size.Height);
        var (mx, my) = ((double)size.Width / setup.Reference.Width, (double)size.Height / setup.Reference.Height);
        _outlines =
        [
            .. setup
                .Geometry.Stations([])
                .Select(s => (IReadOnlyList<PixelPoint>)[.. s.Worktop.Select(p => new PixelPoint(p.U * sx, p.V * sy))]),
        ];
        _masks =
        [
            .. setup.Masks.Select(m => new PixelRectangle(
                (int)(m.X * mx),
                (int)(m.Y * my),
                (int)Math.Ceiling(m.Width * mx),
                (int)Math.Ceiling(m.Height * my)
            )),
        ];
        _view = new(reference.ToI420(), size.Width, size.Height, _outlines, _masks);
        _measures = new(size.Width, size.Height, _outlines.Count);
        (_setup, _options) = (setup, options);
    }

    /// <summary>Name of the picture that light is compared with, such as <c>18:00–06:30</c>; null for the commissioned one.</summary>
    public string? Reference => _light?.Variant.Name;

    /// <summary>Name of a picture of the hour that was refused since it does not show the commissioned view; null when none was.</summary>
    public string? Refused { get; private set; }

    /// <summary>Size of the pictures that it takes.</summary>
    public PixelSize Size { get; }

    /// <summary>Measures one picture.</summary>
    /// <param name="i420">Planar YUV 4:2:0 of <see cref="Size"/>.</param>
    /// <param name="at">Time of the picture; chooses the reference of the hour.</param>
    /// <exception cref="VisionException">The library failed.</exception>
    public FrameMeasures Observe(ReadOnlySpan<byte> i420, DateTimeOffset at)
    {
        Choose(at);
        var registration = Register(i420);
        _view.Measure(i420, registration.Found ? registration.Homography : Homography.Identity, _measures);
        if (
            registration.Found
            && Stray(registration.Homography, Homography.Identity) > StrayPixels
            && Stray(registration.Homography, _prior) > SamePixels
        )
        {
            // Things that were put elsewhere, and repeated shapes, can agree on a place that the room itself does not.
            var there = Agreeing(_measures);
            _view.Measure(i420, Homography.Identity, _measures);
            registration.Found =
                there.Textured >= 6 && there.Agreeing * 2 >= there.Textured && there.Agreeing >= 1.5 * Agreeing(_measures).Agreeing;
            if (registration.Found)
                _view.Measure(i420, registration.Homography, _measures);
        }

        if (registration.Found)
            _prior = registration.Homography;
        _measures.Registration = registration;
        _light?.Replace(i420, _measures);
        return _measures;
    }

    /// <summary>Measures of a picture only what tells whether it repeats another: a tenth of the cost.</summary>
    /// <param name="i420">As for <see cref="Observe"/>.</param>
    /// <param name="hashes">Filled; as long as that of <see cref="FrameMeasures"/>.</param>
    /// <param name="means">Filled; as long as that of <see cref="FrameMeasures"/>.</param>
    public void Hash(ReadOnlySpan<byte> i420, Span<ushort> hashes, Span<byte> means) => _view.Hash(i420, hashes, means);

    private void Choose(DateTimeOffset at)
    {
        var wanted = _setup.VariantAt(at);
        if (wanted == _wanted)
            return;
        _wanted = wanted;
        _light?.Dispose();
        _light = wanted is null ? null : LightReference.Take(wanted, _view, _outlines, _masks, _options);
        Refused = wanted is not null && _light is null ? wanted.Name : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _light?.Dispose();
        _view.Dispose();
    }

    private Registration Register(ReadOnlySpan<byte> i420)
    {
        var near = _view.Register(i420, _prior, wide: false);
        if (Enough(near))
            return near;
        if (_prior != Homography.Identity)
        {
            var home = _view.Register(i420, Homography.Identity, wide: false);
            if (Enough(home))
                return home;
        }

        near.Found = false;
        if (++_sinceWide < WideEvery)
            return near;
        var wide = _view.Register(i420, Homography.Identity, wide: true);
        if (!Enough(wide))
        {
            _sinceWide = 0;
            return near;
        }

        _sinceWide = WideEvery;
        return wide;
    }

    private static bool Enough(in Registration r) => r.Found && r.Agreeing >= LeastAgreeing && r.Residual < 2.5;

    private double Stray(in Homography a, in Homography b)
    {
        var (u, v) = a.Apply(Size.Width / 2.0, Size.Height / 2.0);
        var (p, q) = b.Apply(Size.Width / 2.0, Size.Height / 2.0);
        return Math.Sqrt(((u - p) * (u - p)) + ((v - q) * (v - q)));
    }

    private static (int Textured, int Agreeing) Agreeing(FrameMeasures measures)
    {
        int textured = 0,
            agreeing = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
        {
            if (b.Edges < 0.01 || b.Valid < 0.7)
                continue;
            textured++;
            if (b.Agreement >= 0.4)
                agreeing++;
        }

        return (textured, agreeing);
    }
}
