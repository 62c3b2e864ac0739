using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Planning;

/// <summary>
/// How one picture lies over another: the registration that finds a camera that was bumped, asked once. Loads the vision library.
/// </summary>
public static class PictureMatch
{
    /// <summary>Longer side at which pictures are compared, px.</summary>
    private const int Widest = 1280,
        Highest = 720;

    /// <summary>Fewest places that must agree, and their least share of those that were found.</summary>
    private const int LeastAgreeing = 10;
    private const double LeastShare = 0.45;

    /// <summary>Where pixels of one picture lie in the other; null when it does not show the same.</summary>
    /// <param name="from">A picture.</param>
    /// <param name="to">Another, of any size.</param>
    /// <exception cref="VisionException">The library failed.</exception>
    public static PictureHomography? Find(Picture from, Picture to)
    {
        var size = SizeFor(from.Size);
        using var view = new CameraView(from.Resize(size.Width, size.Height).ToI420(), size.Width, size.Height, [], []);
        var found = view.Register(to.Resize(size.Width, size.Height).ToI420(), Homography.Identity, wide: true);
        if (!found.Found || found.Agreeing < LeastAgreeing || found.Agreeing < LeastShare * found.Matched)
            return null;
        var h = found.Homography;
        PictureHomography small = new(h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]);
        PictureHomography shrink = Scale((double)size.Width / from.Width, (double)size.Height / from.Height),
            grow = Scale((double)to.Width / size.Width, (double)to.Height / size.Height);
        return grow.After(small).After(shrink);
    }

    /// <summary>The picture with left and right exchanged.</summary>
    public static Picture Mirrored(Picture picture)
    {
        var mirrored = new Picture(picture.Width, picture.Height);
        for (var v = 0; v < picture.Height; v++)
        {
            for (var u = 0; u < picture.Width; u++)
                picture
                    .Bgr.AsSpan(3 * ((v * picture.Width) + u), 3)
                    .CopyTo(mirrored.Bgr.AsSpan(3 * ((v * picture.Width) + picture.Width - 1 - u), 3));
        }

        return mirrored;
    }

    private static PictureHomography Scale(double x, double y) => new(x, 0, 0, 0, y, 0, 0, 0, 1);

    private static PixelSize SizeFor(PixelSize size)
    {
        var scale = Math.Min(1, Math.Min((double)Widest / size.Width, (double)Highest / size.Height));
        return new(Math.Max(160, (int)(size.Width * scale / 2) * 2), Math.Max(90, (int)(size.Height * scale / 2) * 2));
    }
}
