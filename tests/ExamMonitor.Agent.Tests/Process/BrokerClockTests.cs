using System.Diagnostics;
using System.Text;
using ExamMonitor.Broker;
using ExamMonitor.Hosting;
using ExamMonitor.Mqtt;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>The broker as a process of its own whose wall clock is set: whoever is connected stays so, and gets every event once.</summary>
public sealed class BrokerClockTests : IAsyncLifetime
{
    private const string Topic = "exam-monitor/v1/test/events";

    private static readonly TimeSpan Years = TimeSpan.FromDays(1826);

    private readonly TempFolder _folder = new();
    private readonly int _port = Loopback.FreePort();
    private PreloadedFaults _faults = null!;
    private System.Diagnostics.Process _broker = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Faults are loaded before the C library, which Linux can do.");
        _faults = await PreloadedFaults.MakeAsync(_folder["faults"]);
        var start = new ProcessStartInfo(OwnProgram.Path, ["broker"]) { UseShellExecute = false, RedirectStandardInput = true };
        _faults.ApplyTo(start, _folder["volume"]);
        _broker = System.Diagnostics.Process.Start(start)!;
        var hash = PasswordHash.Of("word");
        var settings = new BrokerSettings(
            _folder["retained"],
            [new("127.0.0.1", _port)],
            [new("agent", hash, [], ["exam-monitor/#"]), new("wall", hash, ["exam-monitor/#"], [])]
        );
        await _broker.StandardInput.WriteLineAsync(settings.Format());
        await _broker.StandardInput.FlushAsync();
    }

    /// <summary>A client that says nothing for some seconds is the usual case; its last word was by the old clock.</summary>
    [Fact]
    public async Task WallClock_SetBackAndForwardByYears_KeepsEverybodyConnected()
    {
        await using var writer = await ConnectAsync("agent", keep: null);
        await using var reader = await ConnectAsync("wall", keep: null);
        var (losses, received) = (0, 0);
        reader.StateChanged += s => Interlocked.Add(ref losses, s.Connected ? 0 : 1);
        writer.StateChanged += s => Interlocked.Add(ref losses, s.Connected ? 0 : 1);
        reader.Subscribe(Topic, _ => Interlocked.Increment(ref received));
        foreach (var (by, expected) in new[] { (-Years, 1), (TimeSpan.Zero, 2), (Years, 3), (TimeSpan.Zero, 4) })
        {
            _faults.SetClockAhead(by);
            // What goes by the wall clock looks at it twice a second.
            await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System);
            Assert.Equal(PublishOutcome.Acknowledged, await writer.PublishAsync(new(Topic, Encoding.UTF8.GetBytes("{}"), Retain: false)));
            await Eventually.TrueAsync(() => Volatile.Read(ref received) >= expected);
        }

        Assert.Equal((0, 4), (losses, received));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1826)]
    public async Task WallClock_SetForwardByYears_EndsNoKeptSession(int days)
    {
        await using var writer = await ConnectAsync("agent", keep: null);
        var away = await ConnectAsync("wall", TimeSpan.FromHours(1));
        // The subscription stands once something comes by it.
        var received = 0;
        away.Subscribe(Topic, _ => Interlocked.Increment(ref received));
        await Eventually.TrueAsync(async () => await SendAsync(writer) && Volatile.Read(ref received) > 0);
        await away.DisposeAsync();
        _faults.SetClockAhead(TimeSpan.FromDays(days));
        // The broker looks for sessions that have expired every five seconds.
        await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System);
        received = 0;
        await Eventually.TrueAsync(() => SendAsync(writer));
        await using var again = new MqttConnection(Options("wall", TimeSpan.FromHours(1)), TimeProvider.System);
        again.Subscribe(Topic, _ => Interlocked.Increment(ref received));
        again.Start();
        await Eventually.TrueAsync(() => Volatile.Read(ref received) > 0);
    }

    public async ValueTask DisposeAsync()
    {
        _broker.StandardInput.Close();
        await _broker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        _broker.Dispose();
        _folder.Dispose();
    }

    private static async Task<bool> SendAsync(MqttConnection writer) =>
        await writer.PublishAsync(new(Topic, Encoding.UTF8.GetBytes("{}"), Retain: false)) == PublishOutcome.Acknowledged;

    private async Task<MqttConnection> ConnectAsync(string user, TimeSpan? keep)
    {
        var connection = new MqttConnection(Options(user, keep), TimeProvider.System);
        connection.Start();
        await Eventually.TrueAsync(() => connection.State.Connected);
        return connection;
    }

    private MqttOptions Options(string user, TimeSpan? keep) =>
        new()
        {
            Host = "127.0.0.1",
            Port = _port,
            ClientId = user + "-1",
            User = user,
            Password = "word",
            ReconnectMin = TimeSpan.FromMilliseconds(100),
            KeepSession = keep,
        };
}
