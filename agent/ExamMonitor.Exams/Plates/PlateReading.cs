using System.Buffers.Binary;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Exams.Plates;

/// <summary>What the reading process says of the pictures of one camera.</summary>
/// <param name="Size">Size of the pictures.</param>
/// <param name="Pictures">Pictures that were looked at.</param>
/// <param name="Seen">Plates, in pixels of that size.</param>
internal sealed record PlateReading(PixelSize Size, int Pictures, IReadOnlyList<PlateSighting> Seen);

/// <summary>
/// The hand-over between the agent and the reading process: pictures go in, each as u32 length (little endian) and the file, until the end;
/// one <see cref="PlateReading"/> as JSON comes out.
/// </summary>
internal static class PlateExchange
{
    /// <summary>Most pictures of one reading.</summary>
    public const int MostPictures = 20;

    private const int LargestPicture = 32 << 20;

    /// <summary>Pictures as they are sent.</summary>
    public static byte[] Format(IReadOnlyList<PlatePicture> pictures)
    {
        var bytes = new byte[pictures.Sum(p => 4 + p.Jpeg.Length)];
        var at = 0;
        foreach (var picture in pictures)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), picture.Jpeg.Length);
            picture.Jpeg.CopyTo(bytes, at + 4);
            at += 4 + picture.Jpeg.Length;
        }

        return bytes;
    }

    /// <summary>
    /// Reads pictures to their end, and the plates in them. Pictures of another size than the first are left out. Loads the vision library.
    /// </summary>
    /// <exception cref="InvalidDataException">The input is not of that form.</exception>
    /// <exception cref="VisionException">A picture cannot be decoded.</exception>
    public static async Task<PlateReading> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        var pictures = (await ReadPicturesAsync(input, cancellationToken).ConfigureAwait(false)).Select(p => Picture.Decode(p)).ToList();
        pictures.RemoveAll(p => p.Size != pictures[0].Size);
        using var finder = new PlateFinder();
        return new(pictures[0].Size, pictures.Count, finder.Find(pictures));
    }

    /// <summary>The files of the pictures, to their end.</summary>
    /// <exception cref="InvalidDataException">The input is not of that form, or holds none.</exception>
    public static async Task<IReadOnlyList<byte[]>> ReadPicturesAsync(Stream input, CancellationToken cancellationToken)
    {
        var files = new List<byte[]>();
        var head = new byte[4];
        while (
            await input.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) is var read and not 0
        )
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (read < 4 || length is < 1 or > LargestPicture || files.Count == MostPictures)
                throw new InvalidDataException("The pictures are not as they should be sent.");
            var file = new byte[length];
            await input.ReadExactlyAsync(file, cancellationToken).ConfigureAwait(false);
            files.Add(file);
        }

        return files.Count > 0 ? files : throw new InvalidDataException("No picture was sent.");
    }
}
