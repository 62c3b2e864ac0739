using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>A station's box in a plane of luma, shrunk to the patch by which rest and movement are told.</summary>
internal sealed class StationPatch : IDisposable
{
    private readonly Mat _part;
    private readonly InputArray _input;
    private readonly Plane<byte> _patch = new(FrameMeasures.PatchX, FrameMeasures.PatchY);

    /// <summary>Looks at a part of a plane.</summary>
    public StationPatch(Plane<byte> luma, in PixelRectangle box)
    {
        _part = luma.Mat[new Rect(box.X, box.Y, box.Width, box.Height)];
        _input = InputArray.Create(_part);
    }

    /// <summary>Shrinks what the plane shows now.</summary>
    public void Shrink(Span<byte> into)
    {
        Cv2.Resize(_input, _patch.Mat, new(_patch.Width, _patch.Height), 0, 0, InterpolationFlags.Area);
        _patch.Pixels.CopyTo(into);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _part.Dispose();
        _patch.Dispose();
    }
}
