using ExamMonitor.Contracts.Maps;
using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision;

/// <summary>A colour picture: 8-bit BGR, 3 bytes a pixel, rows without padding, top row first.</summary>
/// <remarks>Not thread-safe while it is drawn upon.</remarks>
public sealed class Picture
{
    /// <summary>Largest picture that is decoded, pixels.</summary>
    public const int MaxPixels = 40_000_000;

    /// <summary>A black picture.</summary>
    /// <param name="width">px, ≥ 1.</param>
    /// <param name="height">px, ≥ 1; at most <see cref="MaxPixels"/> in all.</param>
    public Picture(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, MaxPixels, nameof(width));
        (Width, Height) = (width, height);
        Bgr = new byte[width * height * 3];
    }

    /// <summary>px.</summary>
    public int Width { get; }

    /// <summary>px.</summary>
    public int Height { get; }

    /// <summary>Size, px.</summary>
    public PixelSize Size => new(Width, Height);

    /// <summary>The pixels: blue, green, red; <c>Width * Height * 3</c> bytes.</summary>
    public byte[] Bgr { get; }

    /// <summary>Decodes a PNG or JPEG picture; its orientation tag is ignored.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <exception cref="VisionException">Another kind of file, damaged, or more than <see cref="MaxPixels"/>.</exception>
    public static Picture Decode(ReadOnlySpan<byte> bytes)
    {
        const string Operation = "decode a picture";
        PictureHeader.RequireDecodable(bytes);
        OpenCv.Require(Operation);
        try
        {
            using var decoded = Cv2.ImDecode(bytes, ImreadModes.Color | ImreadModes.IgnoreOrientation);
            if (decoded.Empty())
                throw new VisionException(Operation, VisionStatus.BadPicture, "the picture is damaged");
            var picture = new Picture(decoded.Width, decoded.Height);
            using var pixels = picture.Pixels();
            decoded.CopyTo(pixels);
            return picture;
        }
        catch (Exception e) when (OpenCv.IsFailure(e))
        {
            throw new VisionException(Operation, VisionStatus.BadPicture, e.Message);
        }
    }

    /// <summary>Makes a picture of planar YUV 4:2:0 (BT.601, limited range).</summary>
    /// <param name="i420">Y plane, then U, then V; see <see cref="I420Length"/>.</param>
    /// <param name="width">px, even.</param>
    /// <param name="height">px, even.</param>
    public static Picture FromI420(ReadOnlySpan<byte> i420, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(i420.Length, I420Length(width, height), nameof(i420));
        RequireEven(width, height);
        var picture = new Picture(width, height);
        OpenCv.Do(
            "convert a picture",
            i420.ToArray(),
            (Picture: picture, Height: height * 3 / 2),
            static (bytes, to) =>
            {
                using var yuv = Mat.FromPixelData(to.Height, to.Picture.Width, MatType.CV_8UC1, bytes);
                using var bgr = to.Picture.Pixels();
                Cv2.CvtColor(yuv, bgr, ColorConversionCodes.YUV2BGR_I420);
            }
        );
        return picture;
    }

    /// <summary>Length of a 4:2:0 picture, bytes.</summary>
    /// <param name="width">px, even.</param>
    /// <param name="height">px, even.</param>
    public static int I420Length(int width, int height) => checked(width * height * 3 / 2);

    /// <summary>Planar YUV 4:2:0 (BT.601, limited range); width and height must be even.</summary>
    public byte[] ToI420()
    {
        RequireEven(Width, Height);
        var i420 = new byte[I420Length(Width, Height)];
        OpenCv.Do(
            "convert a picture",
            this,
            i420,
            static (picture, bytes) =>
            {
                using var bgr = picture.Pixels();
                using var yuv = Mat.FromPixelData(picture.Height * 3 / 2, picture.Width, MatType.CV_8UC1, bytes);
                Cv2.CvtColor(bgr, yuv, ColorConversionCodes.BGR2YUV_I420);
            }
        );
        return i420;
    }

    /// <summary>The luma plane as a grey picture, <c>Width * Height</c> bytes, limited range.</summary>
    public byte[] ToGrey()
    {
        var grey = new byte[Width * Height];
        for (int i = 0, p = 0; i < grey.Length; i++, p += 3)
            grey[i] = (byte)((((25 * Bgr[p]) + (129 * Bgr[p + 1]) + (66 * Bgr[p + 2]) + 128) >> 8) + 16);
        return grey;
    }

    /// <summary>Shrinks by area averaging, enlarges by linear interpolation.</summary>
    /// <param name="width">px, ≥ 1.</param>
    /// <param name="height">px, ≥ 1.</param>
    public Picture Resize(int width, int height)
    {
        var resized = new Picture(width, height);
        OpenCv.Do(
            "resize a picture",
            this,
            resized,
            static (picture, to) =>
            {
                using var from = picture.Pixels();
                using var into = to.Pixels();
                var shrinks = to.Width < picture.Width || to.Height < picture.Height;
                Cv2.Resize(from, into, into.Size(), 0, 0, shrinks ? InterpolationFlags.Area : InterpolationFlags.Linear);
            }
        );
        return resized;
    }

    /// <summary>Lossless.</summary>
    public byte[] EncodePng() => Encode(".png");

    /// <summary>JPEG.</summary>
    /// <param name="quality">[1, 100].</param>
    public byte[] EncodeJpeg(int quality = 90)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        return Encode(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, quality));
    }

    /// <summary>The pixels as OpenCV sees them: the same memory, pinned until it is disposed.</summary>
    internal Mat Pixels() => Mat.FromPixelData(Height, Width, MatType.CV_8UC3, Bgr);

    private byte[] Encode(string kind, params ImageEncodingParam[] options)
    {
        byte[] encoded = [];
        OpenCv.Do(
            "encode a picture",
            this,
            (Kind: kind, Options: options),
            (picture, how) =>
            {
                using var pixels = picture.Pixels();
                Cv2.ImEncode(how.Kind, pixels, out encoded, how.Options);
            }
        );
        return encoded;
    }

    private static void RequireEven(int width, int height)
    {
        if (width % 2 != 0 || height % 2 != 0)
            throw new VisionException("convert a picture", VisionStatus.BadArgument, "a 4:2:0 picture needs an even width and height");
    }
}
