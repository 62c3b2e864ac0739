using System.Net.Sockets;
using System.Text;
using Xunit;

namespace ExamMonitor.Mqtt.Tests.Broker;

/// <summary>Writes MQTT by hand: what no client library would send.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };

    public static async Task<RawClient> OpenAsync(int port)
    {
        var client = new RawClient();
        await client._tcp.ConnectAsync("127.0.0.1", port);
        return client;
    }

    public static async Task<RawClient> LoginAsync(int port, string user, string id, params byte[] properties)
    {
        var client = await OpenAsync(port);
        await client.SendAsync(Connect(user, id, OwnBroker.Password, properties));
        Assert.Equal(0x20, (await client.ReadPacketAsync()).Type);
        return client;
    }

    public static byte[] Connect(string user, string id, string password, byte[]? properties = null) =>
        Packet(
            0x10,
            [
                .. Text("MQTT"),
                5,
                0b1100_0010,
                0,
                60,
                (byte)(properties?.Length ?? 0),
                .. properties ?? [],
                .. Text(id),
                .. Text(user),
                .. Text(password),
            ]
        );

    /// <summary>A log-in with a last will, and its keep-alive in seconds.</summary>
    public static byte[] ConnectWithWill(string user, string id, ushort keepAlive, string topic) =>
        Packet(
            0x10,
            [
                .. Text("MQTT"),
                5,
                0b1100_0110,
                .. Short(keepAlive),
                0,
                .. Text(id),
                0,
                .. Text(topic),
                .. Text("gone"),
                .. Text(user),
                .. Text(OwnBroker.Password),
            ]
        );

    /// <summary>A log-in that goes on with its session, and has it kept (MQTT 5, 3.1.2.11.2).</summary>
    public static byte[] ConnectKeeping(string user, string id, byte seconds) =>
        Packet(
            0x10,
            [.. Text("MQTT"), 5, 0b1100_0000, 0, 0, 5, 0x11, 0, 0, 0, seconds, .. Text(id), .. Text(user), .. Text(OwnBroker.Password)]
        );

    public static byte[] Publish(string topic, byte[] payload, int qos, ushort id, bool retain = false, byte[]? properties = null) =>
        Packet(
            (byte)(0x30 | (qos << 1) | (retain ? 1 : 0)),
            [.. Text(topic), .. qos > 0 ? Short(id) : [], (byte)(properties?.Length ?? 0), .. properties ?? [], .. payload]
        );

    public static byte[] Subscribe(string filter, int qos, ushort id) => Packet(0x82, [.. Short(id), 0, .. Text(filter), (byte)qos]);

    public static byte[] Packet(byte type, byte[] body)
    {
        var length = new List<byte>();
        var rest = body.Length;
        do
        {
            length.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            rest >>= 7;
        } while (rest > 0);
        return [type, .. length, .. body];
    }

    public async Task SendAsync(byte[] bytes) => await _tcp.GetStream().WriteAsync(bytes);

    /// <summary>The next packet; type 0 when the broker closed the connection.</summary>
    public async Task<(int Type, byte[] Body)> ReadPacketAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        var one = new byte[1];
        try
        {
            var stream = _tcp.GetStream();
            if (await stream.ReadAsync(one, limit.Token) == 0)
                return (0, []);
            var type = one[0];
            var (length, shift) = (0, 0);
            do
            {
                await stream.ReadExactlyAsync(one, limit.Token);
                length |= (one[0] & 0x7F) << shift;
                shift += 7;
            } while ((one[0] & 0x80) != 0);
            var body = new byte[length];
            await stream.ReadExactlyAsync(body, limit.Token);
            return (type & 0xF0, body);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return (0, []);
        }
    }

    /// <summary>Whether the broker closes the connection; reads over what comes before.</summary>
    public async Task<bool> IsClosedAsync()
    {
        while (true)
        {
            if ((await ReadPacketAsync()).Type == 0)
                return true;
        }
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Client?.Close(0);
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Short((ushort)bytes.Length), .. bytes];
    }

    private static byte[] Short(ushort number) => [(byte)(number >> 8), (byte)number];
}
