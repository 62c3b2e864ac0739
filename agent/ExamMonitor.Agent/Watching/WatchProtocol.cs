using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Agent.Watching;

/// <summary>A camera that the measuring process is to judge.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="MapPath">Station map of the room, absolute.</param>
/// <param name="ReferencePath">Commissioned picture, absolute.</param>
internal sealed record WatchCamera(RoomId Room, CameraId Camera, string MapPath, string ReferencePath);

/// <summary>What the measuring process answers to a picture.</summary>
/// <param name="Camera">Place of the camera in the setup, from 0.</param>
/// <param name="Verdict">Verdict.</param>
internal sealed record WatchAnswer(int Camera, CameraVerdict Verdict);

/// <summary>Between the agent and its measuring process. To the child, over its standard input: a setup, then pictures. Back, over its standard output: one JSON line per picture.</summary>
/// <remarks>
/// Setup: 4 bytes length, then JSON (a list of <see cref="WatchCamera"/>). Picture: 4 bytes each of camera, width, height; 8 bytes of UTC ticks; then width × height × 3/2 bytes
/// of I420. All numbers little-endian. Both ends are of one build, so there is no version.
/// </remarks>
internal static class WatchProtocol
{
    /// <summary>Longest answer line, bytes.</summary>
    public const int MaxAnswerBytes = 1 << 20;
    private const int MaxSetupBytes = 4 << 20;
    private const int HeaderBytes = 20;
    private const int MaxSide = 1920;

    /// <summary>Writes the setup.</summary>
    public static async Task WriteSetupAsync(Stream to, IReadOnlyList<WatchCamera> cameras, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(cameras, ContractJson.Options);
        var frame = new byte[4 + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, json.Length);
        json.CopyTo(frame, 4);
        await to.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        await to.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the setup.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static async Task<IReadOnlyList<WatchCamera>> ReadSetupAsync(Stream from, CancellationToken cancellationToken)
    {
        var length = new byte[4];
        await from.ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false);
        var size = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (size is < 2 or > MaxSetupBytes) throw new InvalidDataException($"A setup of {size} bytes. The watch command is started by the agent, not by hand.");
        var json = new byte[size];
        await from.ReadExactlyAsync(json, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<IReadOnlyList<WatchCamera>>(json, ContractJson.Options) ?? [];
    }

    /// <summary>Writes a picture.</summary>
    public static async Task WritePictureAsync(Stream to, int camera, PixelSize size, DateTimeOffset at, ReadOnlyMemory<byte> i420, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, camera);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), size.Width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), size.Height);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(12), at.UtcTicks);
        await to.WriteAsync(header, cancellationToken).ConfigureAwait(false);
        await to.WriteAsync(i420, cancellationToken).ConfigureAwait(false);
        await to.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a picture into a rented buffer that the caller gives back; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The header is impossible.</exception>
    public static async Task<(int Camera, PixelSize Size, DateTimeOffset At, byte[] Rented)?> ReadPictureAsync(Stream from, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        if (await from.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < HeaderBytes) return null;
        var size = new PixelSize(BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4)), BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8)));
        if (size.Width is < 2 or > MaxSide || size.Height is < 2 or > MaxSide || (size.Width | size.Height) % 2 != 0) throw new InvalidDataException($"A picture of {size.Width}×{size.Height}.");
        var at = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(12)), TimeSpan.Zero);
        var rented = ArrayPool<byte>.Shared.Rent(SizeOf(size));
        try
        {
            await from.ReadExactlyAsync(rented.AsMemory(0, SizeOf(size)), cancellationToken).ConfigureAwait(false);
            return (BinaryPrimitives.ReadInt32LittleEndian(header), size, at, rented);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }
    }

    /// <summary>Bytes of an I420 picture.</summary>
    public static int SizeOf(PixelSize size) => size.Width * size.Height * 3 / 2;

    /// <summary>Writes an answer, one line.</summary>
    public static async Task WriteAnswerAsync(Stream to, WatchAnswer answer, CancellationToken cancellationToken)
    {
        await to.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, ContractJson.Options), cancellationToken).ConfigureAwait(false);
        await to.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await to.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static WatchAnswer ReadAnswer(ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        return JsonSerializer.Deserialize<WatchAnswer>(ref reader, ContractJson.Options) ?? throw new JsonException("null is no verdict.");
    }
}
