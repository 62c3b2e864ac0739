using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Watching;

/// <summary>Kinds of a frame on the pipe.</summary>
internal enum WatchKind : byte
{
    /// <summary>To the child: <see cref="WatchConfiguration"/>, once, first.</summary>
    Configure = 1,

    /// <summary>
    /// To the child: a picture; answered, in order, by none, one or two of <see cref="Verdict"/> and then <see cref="Taken"/>, or by <see
    /// cref="Refusal"/>.
    /// </summary>
    Picture = 2,

    /// <summary>From the child: <see cref="WatchReady"/>.</summary>
    Ready = 16,

    /// <summary>From the child: <see cref="WatchVerdict"/> for a picture, or for the one that was set aside before it.</summary>
    Verdict = 17,

    /// <summary>From the child: <see cref="WatchRefusal"/> for a picture.</summary>
    Refusal = 18,

    /// <summary>From the child: a picture was judged or set aside; no payload.</summary>
    Taken = 19,

    /// <summary>From the child: <see cref="WatchEvidence"/>, before the verdict that turned bad.</summary>
    Evidence = 21,
}

/// <summary>
/// The pipe's format: length of the payload (4 bytes, little endian), kind (1 byte), payload. JSON as contracts write it; a picture is
/// ticks of UTC (8 bytes), width and height (4 each), its kind (1), room and camera (each a length of 1 byte and ASCII), then planar YUV
/// 4:2:0.
/// </summary>
internal static class WatchFrames
{
    public const int HeaderLength = 5;
    public const int MostConfiguration = 16 << 20;
    public const int MostPicture = (1920 * 1080 * 3 / 2) + 256;
    public const int MostAnswer = 4 << 20;

    /// <summary>Largest payload that a kind may have, bytes.</summary>
    public static int Most(WatchKind kind) =>
        kind switch
        {
            WatchKind.Configure => MostConfiguration,
            WatchKind.Picture => MostPicture,
            WatchKind.Ready or WatchKind.Verdict or WatchKind.Refusal or WatchKind.Evidence => MostAnswer,
            WatchKind.Taken => 0,
            _ => throw new WatchProtocolException($"Frames of kind {(byte)kind} do not exist."),
        };

    public static byte[] Json<T>(WatchKind kind, T value)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options);
        if (payload.Length > Most(kind))
            throw new WatchProtocolException($"A {kind} of {payload.Length} bytes is larger than {Most(kind)}.");
        var frame = new byte[HeaderLength + payload.Length];
        WriteHeader(frame, kind, payload.Length);
        payload.CopyTo(frame, HeaderLength);
        return frame;
    }

    public static byte[] Taken()
    {
        var frame = new byte[HeaderLength];
        WriteHeader(frame, WatchKind.Taken, 0);
        return frame;
    }

    public static T Read<T>(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(payload, ContractJson.Options)
                ?? throw new WatchProtocolException($"A {typeof(T).Name} was null.");
        }
        catch (JsonException e)
        {
            throw new WatchProtocolException($"A {typeof(T).Name} could not be read: {e.Message}");
        }
    }

    public static void WriteHeader(Span<byte> to, WatchKind kind, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, length);
        to[4] = (byte)kind;
    }

    public static DateTimeOffset ReadTime(ReadOnlySpan<byte> payload)
    {
        var ticks = payload.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(payload) : -1;
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new(ticks, TimeSpan.Zero)
            : throw new WatchProtocolException("A time is out of range.");
    }

    /// <summary>Writes a picture's header and pixels into a buffer that is made larger where needed; returns the frame's length.</summary>
    public static int WritePicture(
        ref byte[] buffer,
        WatchedName name,
        PixelSize size,
        ReadOnlySpan<byte> i420,
        DateTimeOffset at,
        PictureKind kind
    )
    {
        var payload = 8 + 4 + 4 + 1 + 1 + name.Room.Text.Length + 1 + name.Camera.Text.Length + i420.Length;
        if (buffer.Length < HeaderLength + payload)
            buffer = new byte[HeaderLength + payload];
        var to = buffer.AsSpan();
        WriteHeader(to, WatchKind.Picture, payload);
        BinaryPrimitives.WriteInt64LittleEndian(to[5..], at.UtcTicks);
        BinaryPrimitives.WriteInt32LittleEndian(to[13..], size.Width);
        BinaryPrimitives.WriteInt32LittleEndian(to[17..], size.Height);
        to[21] = (byte)kind;
        var next = WriteText(to, 22, name.Room.Text);
        next = WriteText(to, next, name.Camera.Text);
        i420.CopyTo(to[next..]);
        return HeaderLength + payload;
    }

    public static ReadOnlySpan<byte> ReadPicture(
        ReadOnlySpan<byte> payload,
        out WatchedName name,
        out PixelSize size,
        out DateTimeOffset at,
        out PictureKind kind
    )
    {
        at = ReadTime(payload);
        if (payload.Length < 19)
            throw new WatchProtocolException("A picture is cut short.");
        size = new(BinaryPrimitives.ReadInt32LittleEndian(payload[8..]), BinaryPrimitives.ReadInt32LittleEndian(payload[12..]));
        kind = (PictureKind)payload[16];
        if (kind is not (PictureKind.Key or PictureKind.Between))
            throw new WatchProtocolException("A picture is of no known kind.");
        var room = ReadText(payload, 17, out var next);
        var camera = ReadText(payload, next, out next);
        if (!RoomId.TryParse(room, null, out var roomId) || !CameraId.TryParse(camera, null, out var cameraId))
            throw new WatchProtocolException("A picture names no room and camera.");
        name = new(roomId, cameraId);
        var pixels = payload[next..];
        return size is { Width: >= 2 and <= 1920, Height: >= 2 and <= 1080 } && pixels.Length == size.Width * size.Height * 3 / 2
            ? pixels
            : throw new WatchProtocolException($"A picture of {size.Width} × {size.Height} has {pixels.Length} bytes.");
    }

    private static int WriteText(Span<byte> to, int at, string text)
    {
        to[at] = (byte)text.Length;
        return at + 1 + Encoding.ASCII.GetBytes(text, to[(at + 1)..]);
    }

    private static string ReadText(ReadOnlySpan<byte> from, int at, out int next)
    {
        if (at >= from.Length || at + 1 + from[at] > from.Length)
            throw new WatchProtocolException("A name is cut short.");
        next = at + 1 + from[at];
        return Encoding.ASCII.GetString(from[(at + 1)..next]);
    }
}
