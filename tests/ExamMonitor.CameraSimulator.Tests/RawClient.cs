using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>An RTSP client of a few lines that shows what is on the wire.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _tcp = new();

    private readonly List<byte> _read = [];

    private int _sequence;

    private string _session = string.Empty;

    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var client = new RawClient();
        await client._tcp.ConnectAsync(address.Host, address.Port);
        return client;
    }

    public async Task SendAsync(byte[] bytes) => await _tcp.GetStream().WriteAsync(bytes);

    public async Task<string> AskAsync(string method, string target, params string[] headers)
    {
        var all = new List<string>(headers) { $"CSeq: {++_sequence}" };
        if (_session.Length > 0)
        {
            all.Add($"Session: {_session}");
        }

        await SendAsync(Encoding.ASCII.GetBytes($"{method} {target} RTSP/1.0\r\n{string.Join("\r\n", all)}\r\n\r\n"));
        var answer = await AnswerAsync();
        var session = answer.Split("\r\n").FirstOrDefault(l => l.StartsWith("Session: ", StringComparison.Ordinal));
        _session = session is null ? _session : session[9..].Split(';')[0];
        return answer;
    }

    /// <summary>The next answer; packets before it are passed over.</summary>
    public async Task<string> AnswerAsync()
    {
        while (true)
        {
            await NeedAsync(1);
            if (_read[0] == '$')
            {
                await PacketAsync();
                continue;
            }

            int end;
            while ((end = Encoding.Latin1.GetString([.. _read]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
            {
                await NeedAsync(_read.Count + 1);
            }

            var head = Encoding.Latin1.GetString([.. _read.Take(end)]);
            var length = head.Split("\r\n")
                .Where(l => l.StartsWith("Content-Length: ", StringComparison.Ordinal))
                .Select(l => int.Parse(l[16..]))
                .FirstOrDefault();
            await NeedAsync(end + 4 + length);
            var body = Encoding.Latin1.GetString([.. _read.Skip(end + 4).Take(length)]);
            _read.RemoveRange(0, end + 4 + length);
            return head + "\r\n\r\n" + body;
        }
    }

    /// <summary>The next interleaved packet.</summary>
    public async Task<(int Channel, byte[] Bytes)> PacketAsync()
    {
        await NeedAsync(4);
        Assert.Equal((byte)'$', _read[0]);
        var length = (_read[2] << 8) | _read[3];
        await NeedAsync(4 + length);
        var packet = (_read[1], _read.Skip(4).Take(length).ToArray());
        _read.RemoveRange(0, 4 + length);
        return packet;
    }

    /// <summary>Sets the first <paramref name="tracks"/> tracks up over TCP and plays.</summary>
    public async Task PlayAsync(Uri address, int tracks = 2)
    {
        for (var i = 0; i < tracks; i++)
        {
            Assert.StartsWith(
                "RTSP/1.0 200",
                await AskAsync("SETUP", $"{address}/trackID={i}", $"Transport: RTP/AVP/TCP;unicast;interleaved={2 * i}-{(2 * i) + 1}"),
                StringComparison.Ordinal
            );
        }

        Assert.StartsWith("RTSP/1.0 200", await AskAsync("PLAY", address.ToString()), StringComparison.Ordinal);
    }

    /// <summary>The first sender report of a channel: its wall clock and RTP time.</summary>
    public async Task<(DateTimeOffset Clock, uint Rtp)> ReportAsync(int channel = 1)
    {
        while (true)
        {
            var (from, bytes) = await PacketAsync();
            if (from == channel && bytes[1] == 200)
            {
                var seconds =
                    BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8))
                    + (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)) / 4294967296.0);
                return (
                    new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds),
                    BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(16))
                );
            }
        }
    }

    /// <summary>Whether the server ends the connection within a time, and how.</summary>
    public async Task<string> EndAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within, TimeProvider.System);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await _tcp.GetStream().ReadAsync(buffer, limit.Token) is var count and > 0)
            {
                _read.AddRange(buffer.AsSpan(0, count));
            }

            return "closed";
        }
        catch (OperationCanceledException)
        {
            return "open";
        }
        catch (IOException)
        {
            return "reset";
        }
    }

    /// <summary>Whether a goodbye is among what was read and not yet taken.</summary>
    public bool SaidBye()
    {
        for (var at = 0; at + 4 <= _read.Count && _read[at] == '$'; at += 4 + ((_read[at + 2] << 8) | _read[at + 3]))
        {
            var packet = _read.Skip(at + 4).Take((_read[at + 2] << 8) | _read[at + 3]).ToArray();
            for (
                var part = 0;
                _read[at + 1] % 2 == 1 && part + 4 <= packet.Length;
                part += 4 * (BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(part + 2)) + 1)
            )
            {
                if (packet[part + 1] == 203)
                {
                    return true;
                }
            }
        }

        return false;
    }

    public void Dispose() => _tcp.Dispose();

    private async Task NeedAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        var buffer = new byte[64 * 1024];
        while (_read.Count < count)
        {
            var got = await _tcp.GetStream().ReadAsync(buffer, limit.Token);
            Assert.True(got > 0, "the server closed the connection");
            _read.AddRange(buffer.AsSpan(0, got));
        }
    }
}
