using ExamMonitor.Contracts;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage;

/// <summary>What is needed to watch one camera.</summary>
/// <param name="Geometry">Where the stations lie.</param>
/// <param name="Reference">The commissioned picture, of any size.</param>
/// <param name="Masks">Rectangles of the reference that never count, its pixels: an on-screen clock; empty for none.</param>
public sealed record CameraSetup(ICameraGeometry Geometry, Picture Reference, IReadOnlyList<PixelRectangle> Masks)
{
    /// <summary>Pictures of the same view in the light of parts of the day; empty for none.</summary>
    public IReadOnlyList<ReferenceVariant> Variants { get; init; } = [];

    /// <summary>Zone of the site's hours; null when the pictures' time is no wall time, as with files: then no variant is used.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>The variant of an hour; null for the commissioned picture.</summary>
    public ReferenceVariant? VariantAt(DateTimeOffset at)
    {
        if (Zone is null || Variants.Count == 0)
            return null;
        var hour = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
        return Variants.FirstOrDefault(v => v.Part.Holds(hour));
    }

    /// <summary>The camera.</summary>
    public CameraId Camera => Geometry.Camera;
}
