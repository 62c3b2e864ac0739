using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

// ffmpeg.exe of the tests under Wine: hands its arguments and its standard input to the ffmpeg of the machine, and what that one writes to
// its own standard streams. A frame is a kind (one byte), a length (four, little endian) and bytes; RelayServer of the deployment tests is
// the other end.
var folder = AppContext.BaseDirectory;
var port = int.Parse(File.ReadAllText(Path.Combine(folder, "relay.port")), System.Globalization.CultureInfo.InvariantCulture);
using var client = new TcpClient { NoDelay = true };
await client.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
using var stream = client.GetStream();
var name = Path.GetFileNameWithoutExtension(Environment.ProcessPath!);
await SendAsync(0, Encoding.UTF8.GetBytes(string.Join('\0', [name, .. args]))).ConfigureAwait(false);
var input = Task.Run(CopyInputAsync);
using var output = Console.OpenStandardOutput();
using var errors = Console.OpenStandardError();
var header = new byte[5];
while (true)
{
    await stream.ReadExactlyAsync(header).ConfigureAwait(false);
    var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1))];
    await stream.ReadExactlyAsync(body).ConfigureAwait(false);
    if (header[0] == 3)
    {
        await output.FlushAsync().ConfigureAwait(false);
        Environment.Exit(BinaryPrimitives.ReadInt32LittleEndian(body));
    }

    var to = header[0] == 1 ? output : errors;
    await to.WriteAsync(body).ConfigureAwait(false);
    await to.FlushAsync().ConfigureAwait(false);
}

async Task CopyInputAsync()
{
    using var from = Console.OpenStandardInput();
    var buffer = new byte[65536];
    int read;
    while ((read = await from.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        await SendAsync(1, buffer.AsMemory(0, read)).ConfigureAwait(false);
    await SendAsync(2, default).ConfigureAwait(false);
}

async Task SendAsync(byte kind, ReadOnlyMemory<byte> body)
{
    var frame = new byte[5 + body.Length];
    frame[0] = kind;
    BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), body.Length);
    body.CopyTo(frame.AsMemory(5));
    await stream.WriteAsync(frame).ConfigureAwait(false);
}
