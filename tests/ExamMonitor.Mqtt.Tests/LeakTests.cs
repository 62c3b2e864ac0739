using System.Diagnostics;
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
        TestContext.Current.SendDiagnosticMessage("descriptors {0} to {1}, native bytes {2} to {3}", descriptors, after.Descriptors, bytes, after.Bytes);
        Assert.InRange(after.Descriptors, 0, descriptors + 10);
        Assert.InRange(after.Bytes - bytes, long.MinValue, 24L * 1024 * 1024);
    }

    private static async Task CycleAsync(MosquittoBroker broker, int times)
    {
        for (var n = 0; n < times; n++)
        {
            await using var connection = new MqttConnection(Client.Options(broker.Port, "cycle"), TimeProvider.System, () => Client.Message("will", new string('"', 50_000)));
            connection.Subscribe("echo", _ => { });
            connection.Start();
            await Client.ConnectedAsync(connection);
            await connection.PublishAsync(Client.Message("echo", new string('x', 100_000)));
        }
    }

    private static (int Descriptors, long Bytes) Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        return (Directory.GetFiles("/proc/self/fd").Length, self.WorkingSet64 - GC.GetTotalMemory(forceFullCollection: true));
    }
}
