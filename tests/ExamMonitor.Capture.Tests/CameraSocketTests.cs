using System.Net;
using System.Net.Sockets;
using ExamMonitor.Capture.Rtsp;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>What a camera sends is read by the clock: all that came between two ticks at once.</summary>
public sealed class CameraSocketTests : IDisposable
{
    private readonly TcpListener _camera = new(IPAddress.Loopback, 0);

    public CameraSocketTests() => _camera.Start();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _camera.Dispose();

    [Fact]
    public async Task Pieces_ThatComeBetweenTwoTicks_AreReadTogetherAtTheSecond()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        await using var socket = await ConnectAsync(TimeProvider.System);
        using var sender = await _camera.AcceptSocketAsync(Stop);
        sender.NoDelay = true;
        socket.Tick = new(time);
        var reading = socket.ReadAsync(new byte[64], Stop).AsTask();
        await Eventually.TrueAsync(() => time.ArmedTimers == 1);
        for (var i = 0; i < 5; i++)
            await sender.SendAsync(new byte[] { (byte)i });
        await Eventually.TrueAsync(() => socket.Available == 5);
        Assert.False(reading.IsCompleted);
        time.Advance(MediaTick.Every);
        Assert.Equal(5, await reading);
    }

    [Fact]
    public async Task EndOfTheConnection_IsReadAsNothing_AndABrokenOneIsAnError()
    {
        await using var socket = await ConnectAsync(TimeProvider.System);
        using (var sender = await _camera.AcceptSocketAsync(Stop))
            sender.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await socket.ReadAsync(new byte[8], Stop));
        await using var broken = await ConnectAsync(TimeProvider.System);
        using (var sender = await _camera.AcceptSocketAsync(Stop))
            sender.LingerState = new(true, 0);
        await Assert.ThrowsAsync<IOException>(async () => Assert.NotEqual(8, await broken.ReadAsync(new byte[8], Stop)));
    }

    [Fact]
    public async Task Write_ThatTheOtherSideDoesNotTake_WaitsUntilItDoes()
    {
        await using var socket = await ConnectAsync(TimeProvider.System);
        using var receiver = await _camera.AcceptSocketAsync(Stop);
        var sent = new byte[32 << 20];
        Random.Shared.NextBytes(sent);
        var writing = socket.WriteAsync(sent, Stop).AsTask();
        var (got, taken) = (new byte[sent.Length], 0);
        Assert.False(writing.IsCompleted);
        while (taken < got.Length)
            taken += await receiver.ReceiveAsync(got.AsMemory(taken), Stop);
        await writing;
        Assert.True(sent.AsSpan().SequenceEqual(got));
    }

    [Fact]
    public async Task Connect_ToAPortThatNobodyListensAt_IsRefused()
    {
        var port = Loopback.FreePort();
        var refused = await Assert.ThrowsAsync<SocketException>(() =>
            CameraSocket.ConnectAsync("127.0.0.1", port, TimeProvider.System, Stop)
        );
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Connect_ToAHostThatDoesNotAnswer_EndsWhenItIsGivenUp()
    {
        // Linux lets questions go unanswered that come to a full queue of connections.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems refuse what comes to a full queue.");
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        var taken = new List<CameraSocket>();
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                while (taken.Count < 10)
                {
                    limit.CancelAfter(TimeSpan.FromMilliseconds(500));
                    taken.Add(await CameraSocket.ConnectAsync("127.0.0.1", port, TimeProvider.System, limit.Token));
                }
            });
        }
        finally
        {
            taken.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task Tick_WakesAllThatWait_AndStopsWhenNobodyDoes()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var tick = new MediaTick(time);
        var (one, two) = (tick.NextAsync(), tick.NextAsync());
        time.Advance(MediaTick.Every / 2);
        Assert.False(one.IsCompleted || two.IsCompleted);
        time.Advance(MediaTick.Every / 2);
        await Task.WhenAll(one, two);
        Assert.Equal(0, time.ArmedTimers);
        var again = tick.NextAsync();
        time.Advance(MediaTick.Every);
        await again;
    }

    private Task<CameraSocket> ConnectAsync(TimeProvider time) =>
        CameraSocket.ConnectAsync("localhost", ((IPEndPoint)_camera.LocalEndpoint).Port, time, Stop);
}
