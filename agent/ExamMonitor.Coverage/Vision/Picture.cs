using ExamMonitor.Contracts.Maps;

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

    internal int Stride => Width * 3;

    /// <summary>Decodes a PNG or JPEG picture; its orientation tag is ignored.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <exception cref="VisionException">Another kind of file, damaged, or more than <see cref="MaxPixels"/>.</exception>
    public static unsafe Picture Decode(ReadOnlySpan<byte> bytes)
    {
        nint handle = 0;
        try
        {
            fixed (byte* p = bytes) VisionLibrary.Check(VisionLibrary.em_picture_decode(p, bytes.Length, out handle), "decode a picture");
            VisionLibrary.Check(VisionLibrary.em_picture_size(handle, out var width, out var height), "read a picture's size");
            var picture = new Picture(width, height);
            fixed (byte* p = picture.Bgr) VisionLibrary.Check(VisionLibrary.em_picture_copy_bgr(handle, p, picture.Stride), "copy a picture");
            return picture;
        }
        finally
        {
            VisionLibrary.em_picture_free(handle);
        }
    }

    /// <summary>Makes a picture of planar YUV 4:2:0 (BT.601, limited range).</summary>
    /// <param name="i420">Y plane, then U, then V; see <see cref="I420Length"/>.</param>
    /// <param name="width">px, even.</param>
    /// <param name="height">px, even.</param>
    public static unsafe Picture FromI420(ReadOnlySpan<byte> i420, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(i420.Length, I420Length(width, height), nameof(i420));
        var picture = new Picture(width, height);
        fixed (byte* from = i420, to = picture.Bgr)
            VisionLibrary.Check(VisionLibrary.em_i420_to_bgr(from, width, height, to, picture.Stride), "convert a picture");
        return picture;
    }

    /// <summary>Length of a 4:2:0 picture, bytes.</summary>
    /// <param name="width">px, even.</param>
    /// <param name="height">px, even.</param>
    public static int I420Length(int width, int height) => checked(width * height * 3 / 2);

    /// <summary>Planar YUV 4:2:0 (BT.601, limited range); width and height must be even.</summary>
    public unsafe byte[] ToI420()
    {
        var i420 = new byte[I420Length(Width, Height)];
        fixed (byte* from = Bgr, to = i420) VisionLibrary.Check(VisionLibrary.em_bgr_to_i420(from, Width, Height, Stride, to), "convert a picture");
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
    public unsafe Picture Resize(int width, int height)
    {
        var to = new Picture(width, height);
        fixed (byte* p = Bgr, q = to.Bgr)
            VisionLibrary.Check(VisionLibrary.em_resize(p, Width, Height, Stride, 3, q, width, height, to.Stride), "resize a picture");
        return to;
    }

    /// <summary>Lossless.</summary>
    public byte[] EncodePng() => Encode(kind: 0, quality: 100);

    /// <summary>JPEG.</summary>
    /// <param name="quality">[1, 100].</param>
    public byte[] EncodeJpeg(int quality = 90) => Encode(kind: 1, quality);

    private unsafe byte[] Encode(int kind, int quality)
    {
        var buffer = new byte[Bgr.Length + 65536];
        fixed (byte* from = Bgr, to = buffer)
        {
            VisionLibrary.Check(VisionLibrary.em_encode(from, Width, Height, Stride, 3, kind, quality, to, buffer.Length, out var written), "encode a picture");
            return buffer.AsSpan(0, (int)written).ToArray();
        }
    }
}
