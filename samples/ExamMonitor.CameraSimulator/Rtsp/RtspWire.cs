using System.Globalization;
using System.Net.Sockets;

namespace ExamMonitor.CameraSimulator.Rtsp;

/// <summary>What came in on a connection.</summary>
internal enum Incoming
{
    /// <summary>A whole request.</summary>
    Request,

    /// <summary>A request that breaks the grammar or a limit; nothing after it can be trusted.</summary>
    Broken,

    /// <summary>An interleaved packet, which was read and let go.</summary>
    Packet,

    /// <summary>The client closed the connection.</summary>
    End,
}

/// <summary>Reads requests and interleaved packets from a socket, within fixed bounds. For one reader.</summary>
internal sealed class RtspWire(Socket socket)
{
    /// <summary>Longest request line and headers.</summary>
    public const int MaxHeadBytes = 16 * 1024;

    /// <summary>Longest body, which is read and let go.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[MaxHeadBytes + MaxBodyBytes];

    private int _start;

    private int _end;

    /// <summary>Whether part of a message has come and the rest has not.</summary>
    public bool IsMidMessage => _end > _start;

    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task<(Incoming Kind, RtspRequest? Request)> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (TryTake(out var kind, out var request))
            {
                return (kind, request);
            }

            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            var count = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancel).ConfigureAwait(false);
            if (count == 0)
            {
                return (Incoming.End, null);
            }

            _end += count;
        }
    }

    private bool TryTake(out Incoming kind, out RtspRequest? request)
    {
        (kind, request) = (Incoming.Packet, null);
        var data = _buffer.AsSpan(_start, _end - _start);
        while (data.Length > 0 && data[0] is (byte)'\r' or (byte)'\n')
        {
            _start++;
            data = data[1..];
        }

        if (data.Length == 0)
        {
            return false;
        }

        if (data[0] == (byte)'$')
        {
            var length = data.Length >= 4 ? 4 + ((data[2] << 8) | data[3]) : int.MaxValue;
            _start += data.Length >= length ? length : 0;
            return data.Length >= length;
        }

        var headEnd = data.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            kind = Incoming.Broken;
            return data.Length > MaxHeadBytes;
        }

        request = headEnd <= MaxHeadBytes ? RtspRequest.Parse(data[..headEnd]) : null;
        var body = BodyBytes(request);
        if (request is null || body is null)
        {
            (kind, request) = (Incoming.Broken, null);
            return true;
        }

        if (data.Length < headEnd + 4 + body)
        {
            return false;
        }

        _start += headEnd + 4 + body.Value;
        kind = Incoming.Request;
        return true;
    }

    private static int? BodyBytes(RtspRequest? request)
    {
        if (request?["Content-Length"] is not { } text)
        {
            return 0;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes <= MaxBodyBytes ? bytes : null;
    }
}
