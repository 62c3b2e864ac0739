using System.Buffers.Binary;

namespace ExamMonitor.Coverage.Vision;

/// <summary>Size of a PNG or JPEG picture, read from its header: nothing is decoded of another kind of file or of a picture that is too
/// large.</summary>
internal static class PictureHeader
{
    private const int MostSide = 32_768;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Throws unless the bytes begin like a picture that may be decoded.</summary>
    /// <exception cref="VisionException">Another kind of file, or more than <see cref="Picture.MaxPixels"/>.</exception>
    public static void RequireDecodable(ReadOnlySpan<byte> bytes)
    {
        if ((PngSize(bytes) ?? JpegSize(bytes)) is not var (width, height))
            throw new VisionException("decode a picture", VisionStatus.BadPicture, "neither a PNG nor a JPEG picture");
        if (width is < 1 or > MostSide || height is < 1 or > MostSide || width * height > Picture.MaxPixels)
            throw new VisionException("decode a picture", VisionStatus.BadPicture, "the picture's size is out of range");
    }

    private static (long Width, long Height)? PngSize(ReadOnlySpan<byte> b) =>
        b.Length < 33 || !b.StartsWith(PngSignature) || !b[12..].StartsWith("IHDR"u8)
            ? null
            : (BinaryPrimitives.ReadUInt32BigEndian(b[16..]), BinaryPrimitives.ReadUInt32BigEndian(b[20..]));

    /// <summary>Walks the markers up to the frame header: SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, B.2.2).</summary>
    private static (long Width, long Height)? JpegSize(ReadOnlySpan<byte> b)
    {
        if (b.Length < 4 || b[0] != 0xff || b[1] != 0xd8)
            return null;
        for (var at = 2L; at + 9 < b.Length; )
        {
            var marker = b[(int)at..];
            if (marker[0] != 0xff)
                return null;
            if (marker[1] == 0xff)
            {
                at++;
                continue;
            }

            if (marker[1] is >= 0xc0 and <= 0xcf and not 0xc4 and not 0xc8 and not 0xcc)
                return (BinaryPrimitives.ReadUInt16BigEndian(marker[7..]), BinaryPrimitives.ReadUInt16BigEndian(marker[5..]));
            var length = BinaryPrimitives.ReadUInt16BigEndian(marker[2..]);
            if (length < 2)
                return null;
            at += 2 + length;
        }

        return null;
    }
}
