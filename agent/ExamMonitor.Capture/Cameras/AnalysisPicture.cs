using System.Buffers;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>
/// A small picture, planar YUV 4:2:0 (I420): Y of width × height, then U and V of half the sides, no padding. The buffer is pooled: dispose
/// once, then no more reads.
/// </summary>
public sealed class AnalysisPicture : IDisposable
{
    private byte[]? _buffer;

    private AnalysisPicture(byte[] buffer, int width, int height, Pts90k pts, DateTimeOffset arrivedAtUtc)
    {
        _buffer = buffer;
        (Width, Height, Pts, ArrivedAtUtc) = (width, height, pts, arrivedAtUtc);
    }

    /// <summary>Width, px, even.</summary>
    public int Width { get; }

    /// <summary>Height, px, even.</summary>
    public int Height { get; }

    /// <summary>Media time: of the run for a camera, of the file for a file.</summary>
    public Pts90k Pts { get; }

    /// <summary>When it arrived, UTC; for a file, media time since <see cref="DateTimeOffset.UnixEpoch"/>.</summary>
    public DateTimeOffset ArrivedAtUtc { get; private set; }

    /// <summary>Whether the coder made it anew, without the pictures before it. Between key frames skipped blocks repeat to the bit,
    /// whether the camera lives or not.</summary>
    public bool IsKeyFrame { get; private set; } = true;

    /// <summary>Bytes of a picture.</summary>
    public static int SizeOf(int width, int height) => checked(width * height * 3 / 2);

    /// <summary>All three planes.</summary>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public ReadOnlyMemory<byte> Bytes => Buffer.AsMemory(0, SizeOf(Width, Height));

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(AnalysisPicture));

    /// <summary>Makes a picture by copying.</summary>
    /// <exception cref="ArgumentException">The bytes do not fit the size.</exception>
    public static AnalysisPicture Copy(ReadOnlySpan<byte> bytes, int width, int height, Pts90k pts, DateTimeOffset arrivedAtUtc)
    {
        if (bytes.Length != SizeOf(width, height))
            throw new ArgumentException($"{width}×{height} needs {SizeOf(width, height)} bytes, not {bytes.Length}.", nameof(bytes));
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        return new(buffer, width, height, pts, arrivedAtUtc);
    }

    /// <summary>Takes over a buffer rented from the shared pool.</summary>
    internal static AnalysisPicture Own(byte[] rented, PictureSize size, Pts90k pts, DateTimeOffset arrivedAtUtc) =>
        new(rented, size.Width, size.Height, pts, arrivedAtUtc);

    /// <summary>Sets the arrival, before anybody else has the picture.</summary>
    internal AnalysisPicture At(DateTimeOffset arrivedAtUtc)
    {
        ArrivedAtUtc = arrivedAtUtc;
        return this;
    }

    /// <summary>Marks it as one between key frames, before anybody else has it.</summary>
    internal AnalysisPicture BetweenKeyFrames()
    {
        IsKeyFrame = false;
        return this;
    }

    /// <summary>Gives the buffer back. Thread-safe; a second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
