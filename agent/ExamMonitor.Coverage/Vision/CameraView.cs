using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision.Measuring;
using ExamMonitor.Coverage.Vision.Registering;

namespace ExamMonitor.Coverage.Vision;

/// <summary>One camera's reference and stations, and the measures of frames against them.</summary>
/// <remarks>One call at a time. A call allocates nothing of a frame's size.</remarks>
public sealed class CameraView : IDisposable
{
    private const int MostStations = 256;
    private const int MostMasks = 64;

    private readonly ViewReference _reference;
    private readonly ViewMeasurement _measurement;
    private readonly Plane<byte> _luma;
    private readonly NearRegistration _near;
    private readonly WideRegistration _wide;
    private readonly int _stations;
    private readonly int[] _masked;

    /// <summary>Makes a view.</summary>
    /// <param name="reference">The commissioned picture as I420.</param>
    /// <param name="width">px, even, [160, 1920].</param>
    /// <param name="height">px, even, [90, 1080].</param>
    /// <param name="stations">Outlines in the reference's pixels; at most 256.</param>
    /// <param name="masks">Rectangles that never count (x, y, width, height; px): an on-screen clock; at most 64.</param>
    /// <exception cref="VisionException">A size or a number is out of range, or OpenCV cannot be loaded.</exception>
    public CameraView(
        ReadOnlySpan<byte> reference,
        int width,
        int height,
        IReadOnlyList<IReadOnlyList<PixelPoint>> stations,
        IReadOnlyList<PixelRectangle> masks
    )
    {
        const string Operation = "make a view";
        ArgumentOutOfRangeException.ThrowIfNotEqual(reference.Length, Picture.I420Length(width, height), nameof(reference));
        Require(width is >= 160 and <= 1920 && height is >= 90 and <= 1080, "the view's size is out of range");
        Require(width % 2 == 0 && height % 2 == 0, "a 4:2:0 picture needs an even width and height");
        Require(masks.Count <= MostMasks, "too many rectangles");
        Require(stations.Count <= MostStations, "too many stations");
        OpenCv.Require(Operation);
        (Width, Height, _stations) = (width, height, stations.Count);
        try
        {
            _reference = new(reference, width, height, masks);
            _measurement = new(_reference, stations);
            _luma = new(width, height);
            var fit = new MotionFit(width, height);
            _near = new(_reference, fit);
            _wide = new(_reference, fit);
        }
        catch (Exception e) when (OpenCv.IsFailure(e))
        {
            throw OpenCv.Failed(Operation, e);
        }

        _masked = MaskedBlocks(masks);

        static void Require(bool holds, string otherwise)
        {
            if (!holds)
                throw new VisionException(Operation, VisionStatus.BadArgument, otherwise);
        }
    }

    /// <summary>px.</summary>
    public int Width { get; }

    /// <summary>px.</summary>
    public int Height { get; }

    /// <summary>Finds how a frame lies over the reference.</summary>
    /// <param name="i420">The frame, of the view's size.</param>
    /// <param name="prior">Where to look first.</param>
    /// <param name="wide">False looks within 20 px of the prior; true looks everywhere and costs about ten times as much.</param>
    /// <exception cref="VisionException">OpenCV failed.</exception>
    public Registration Register(ReadOnlySpan<byte> i420, in Homography prior, bool wide)
    {
        RequireSize(i420);
        i420[.._luma.Pixels.Length].CopyTo(_luma.Pixels);
        var registration = new Registration { Homography = prior };
        try
        {
            if (!wide)
                registration.Found = _near.Find(_luma, prior, ref registration);
            else if (_wide.Find(_luma, ref registration))
                registration = Refined(registration);
        }
        catch (Exception e) when (OpenCv.IsFailure(e))
        {
            throw OpenCv.Failed("register a frame", e);
        }

        return registration;
    }

    /// <summary>Measures a frame: everything but <see cref="FrameMeasures.Registration"/>.</summary>
    /// <param name="i420">The frame, of the view's size.</param>
    /// <param name="aligned">Homography that brings it onto the reference.</param>
    /// <param name="into">Filled; made for this view's size and number of stations.</param>
    /// <exception cref="VisionException">OpenCV failed.</exception>
    public void Measure(ReadOnlySpan<byte> i420, in Homography aligned, FrameMeasures into)
    {
        RequireSize(i420);
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Stations.Length, _stations, nameof(into));
        try
        {
            _measurement.Measure(i420, aligned, into);
        }
        catch (Exception e) when (OpenCv.IsFailure(e))
        {
            throw OpenCv.Failed("measure a frame", e);
        }

        Mask(into.Hashes, into.Means);
        into.Aligned = aligned;
    }

    /// <summary>Measures of a frame only what tells whether it repeats another.</summary>
    /// <param name="i420">The frame, of the view's size.</param>
    /// <param name="hashes">See <see cref="FrameMeasures.Hashes"/>.</param>
    /// <param name="means">See <see cref="FrameMeasures.Means"/>.</param>
    public void Hash(ReadOnlySpan<byte> i420, Span<ushort> hashes, Span<byte> means)
    {
        RequireSize(i420);
        BlockHashes.Of(i420[..(Width * Height)], Width, Height, hashes, means);
        Mask(hashes, means);
    }

    /// <summary>What is masked neither repeats nor moves: a clock must not wake a frozen picture, nor its label look like one.</summary>
    private void Mask(Span<ushort> hashes, Span<byte> means)
    {
        foreach (var block in _masked)
            (hashes[block], means[block]) = (0, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wide.Dispose();
        _near.Dispose();
        _luma.Dispose();
        _measurement.Dispose();
        _reference.Dispose();
    }

    /// <summary>Features give the place, patches the precision.</summary>
    private Registration Refined(Registration coarse)
    {
        var fine = coarse;
        var refined = _near.Find(_luma, coarse.Homography, ref fine) ? fine : coarse;
        refined.Found = true;
        return refined;
    }

    private void RequireSize(ReadOnlySpan<byte> i420) =>
        ArgumentOutOfRangeException.ThrowIfNotEqual(i420.Length, Picture.I420Length(Width, Height), nameof(i420));

    private int[] MaskedBlocks(IReadOnlyList<PixelRectangle> masks)
    {
        var across = Width / 8;
        return [.. Enumerable.Range(0, across * (Height / 8)).Where(i => masks.Any(m => Touches(m, i % across * 8, i / across * 8)))];
    }

    private static bool Touches(PixelRectangle m, int x, int y) => m.X < x + 8 && m.X + m.Width > x && m.Y < y + 8 && m.Y + m.Height > y;
}

/// <summary>A rectangle of a picture, px.</summary>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public readonly record struct PixelRectangle(int X, int Y, int Width, int Height);
