using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Judging;

/// <summary>One camera from picture to verdict: the path that live watching and audit share.</summary>
/// <remarks>One call at a time. A change of the pictures' size starts anew: another size is another stream.</remarks>
/// <param name="setup">Camera, reference, stations.</param>
/// <param name="options">Thresholds.</param>
public sealed class WatchedCamera(CameraSetup setup, CoverageOptions options) : IDisposable
{
    private CameraObserver? _observer;
    private CameraJudge? _judge;

    /// <summary>The camera.</summary>
    public CameraId Camera => setup.Camera;

    /// <summary>Judges a picture.</summary>
    /// <param name="i420">Planar YUV 4:2:0.</param>
    /// <param name="size">Its size, px, even, at least 160 × 90, at most 1920 × 1080.</param>
    /// <param name="at">Media time or arrival.</param>
    /// <exception cref="Vision.VisionException">The size is out of range, or the library failed.</exception>
    public CameraVerdict Judge(ReadOnlySpan<byte> i420, PixelSize size, DateTimeOffset at)
    {
        if (_observer?.Size != size)
        {
            _observer?.Dispose();
            _observer = new(setup, size);
            _judge = new(setup.Geometry, size, options);
        }

        return _judge!.Judge(_observer.Observe(i420), at);
    }

    /// <summary>Judges the passing of time without a picture; null while the last one is recent.</summary>
    /// <param name="at">Now, on the pictures' time scale.</param>
    public CameraVerdict? Tick(DateTimeOffset at)
    {
        // Before the first picture the size is unknown and does not matter.
        _judge ??= new(setup.Geometry, new(640, 360), options);
        return _judge.Tick(at);
    }

    /// <inheritdoc/>
    public void Dispose() => _observer?.Dispose();
}
