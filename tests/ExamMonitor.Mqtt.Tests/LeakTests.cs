using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests;

/// <summary>Measures the whole process, so that no other test may run beside it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class LeakTests
{
    [Fact]
    public async Task Connection_MadeAndClosedOften_LeavesNoDescriptorAndNoMemoryBehind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Counts descriptors in /proc.");
        await using var broker = await MosquittoBroker.StartAsync();
        await CycleAsync(broker, 20);
        var (descriptors, bytes) = Measure();
        await CycleAsync(broker, 150);
        var after = Measure();
        TestContext.Current.SendDiagnosticMessage(
            "descriptors {0} to {1}, bytes {2} to {3}",
            descriptors,
            after.Descriptors,
            bytes,
            after.Bytes
        );
        Assert.InRange(after.Descriptors, 0, descriptors + 10);
        // One message or one will of each connection, kept, would be 7 to 15 MB.
        Assert.InRange(after.Bytes - bytes, long.MinValue, 4L * 1024 * 1024);
    }

    private static async Task CycleAsync(MosquittoBroker broker, int times)
    {
        for (var n = 0; n < times; n++)
        {
            await using var connection = new MqttConnection(
                Client.Options(broker.Port, "cycle"),
                TimeProvider.System,
                () => Client.Message("will", new string('"', 50_000))
            );
            connection.Subscribe("echo", _ => { });
            connection.Start();
            await Client.ConnectedAsync(connection);
            await connection.PublishAsync(Client.Message("echo", new string('x', 100_000)));
        }
    }

    // The client is managed code: what it leaks is still referenced. How much memory the runtime gave back to the system says nothing about
    // that.
    private static (int Descriptors, long Bytes) Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (Directory.GetFiles("/proc/self/fd").Length, GC.GetTotalMemory(forceFullCollection: true));
    }
}
