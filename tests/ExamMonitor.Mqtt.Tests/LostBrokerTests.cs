using System.Diagnostics;
using System.Globalization;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests;

/// <summary>Ways to lose a broker in which nothing says so: whoever waits for an error waits for a minute.</summary>
public sealed class LostBrokerTests
{
    /// <summary>
    /// What a connection may take to notice; the problem of the agent comes at most 20 s after the broker was last heard.
    /// </summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(16);

    [Fact]
    public async Task Connection_BrokerStoppedWhileMessagesGoOut_IsLostWithinSeconds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Stops a process with SIGSTOP.");
        await using var broker = await MosquittoBroker.StartAsync();
        await using var connection = Client.Of(broker, "agent");
        await Client.ConnectedAsync(connection);
        await SignalAsync(broker, "STOP");
        try
        {
            var from = Stopwatch.StartNew();
            while (connection.State.Connected && from.Elapsed < Noticed)
            {
                _ = connection.PublishAsync(Client.Message("t", "{}"));
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
            }

            Assert.False(connection.State.Connected, $"Still called connected {from.Elapsed.TotalSeconds:0} s after the broker stopped.");
            Assert.NotNull(connection.State.Reason);
        }
        finally
        {
            await SignalAsync(broker, "CONT");
        }

        await Client.ConnectedAsync(connection);
    }

    [Fact]
    public async Task Connection_LineThatSwallowsEverything_IsLostWithinSeconds()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var line = new TcpRelay(broker.Port);
        await using var connection = new MqttConnection(Client.Options(line.Port, "agent"), TimeProvider.System);
        connection.Start();
        await Client.ConnectedAsync(connection);
        line.Swallow = true;
        var from = Stopwatch.StartNew();
        while (connection.State.Connected && from.Elapsed < Noticed)
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(connection.State.Connected, $"Still called connected {from.Elapsed.TotalSeconds:0} s after the line died.");
        line.Swallow = false;
        await Client.ConnectedAsync(connection);
    }

    [Fact]
    public async Task Connection_TwoWithOneIdAtABrokerThatSaysNothing_IsTold()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var first = new MqttConnection(Options(broker.Port), TimeProvider.System);
        await using var second = new MqttConnection(Options(broker.Port), TimeProvider.System);
        first.Start();
        await Client.ConnectedAsync(first);
        second.Start();
        var now = TimeProvider.System.GetUtcNow();
        await Eventually.TrueAsync(
            () => first.State.Evictions.IsProblem(now) || second.State.Evictions.IsProblem(now),
            TimeSpan.FromSeconds(40)
        );
    }

    private static MqttOptions Options(int port) =>
        new()
        {
            Host = "127.0.0.1",
            Port = port,
            ClientId = "agent-a1",
            User = MosquittoBroker.User,
            Password = MosquittoBroker.Password,
        };

    private static async Task SignalAsync(MosquittoBroker broker, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, broker.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
