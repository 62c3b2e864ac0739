using System.Buffers;
using System.Text;
using ExamMonitor.Broker;
using ExamMonitor.TestKit;
using MQTTnet;
using MQTTnet.Protocol;
using Xunit;

namespace ExamMonitor.Mqtt.Tests.Broker;

public sealed class RetainedStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _log = [];

    private string FilePath => Path.Combine(_folder["store"], "retained.log");

    [Fact]
    public void Store_NotClosed_HasEverythingThatWasSet()
    {
        // Neither flushed nor disposed: what a kill leaves behind.
        var killed = Open();
        for (var n = 0; n < 50; n++)
            Assert.True(killed.TrySet(Message($"t/{n % 10}", $"{n}")));
        Assert.True(killed.TrySet(Message("t/3", string.Empty)));
        using var again = Open();
        Assert.Equal(Enumerable.Range(40, 10).Where(n => n != 43).Select(n => $"t/{n % 10}={n}"), Contents(again));
        Assert.Empty(_log);
        killed.Dispose();
    }

    [Fact]
    public void Store_CutAtEveryByte_KeepsTheWholeRecordsAndSaysNothing()
    {
        using (var store = Open())
        {
            for (var n = 0; n < 3; n++)
                store.TrySet(Message($"t/{n}", "value"));
        }

        var bytes = File.ReadAllBytes(FilePath);
        var record = bytes.Length / 3;
        for (var length = 0; length <= bytes.Length; length++)
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            using var cut = Open();
            Assert.Equal(length / record, cut.Messages.Count);
            Assert.True(cut.TrySet(Message("t/new", "x")));
        }

        Assert.Empty(_log);
    }

    [Fact]
    public void Store_AnyByteFlipped_IsNeverBelieved()
    {
        using (var store = Open())
        {
            for (var n = 0; n < 3; n++)
                store.TrySet(Message($"t/{n}", "value"));
        }

        var bytes = File.ReadAllBytes(FilePath);
        for (var at = 0; at < bytes.Length; at++)
        {
            var flipped = bytes.ToArray();
            flipped[at] ^= 0x10;
            File.WriteAllBytes(FilePath, flipped);
            using var store = Open();
            Assert.All(Contents(store), c => Assert.EndsWith("=value", c, StringComparison.Ordinal));
            Assert.InRange(store.Messages.Count, at * 3 / bytes.Length, 2);
        }
    }

    [Fact]
    public void Store_DamagedInTheMiddle_IsSetAsideWithASentence()
    {
        using (var store = Open())
        {
            for (var n = 0; n < 3; n++)
                store.TrySet(Message($"t/{n}", "value"));
        }

        var bytes = File.ReadAllBytes(FilePath);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(FilePath, bytes);
        using var mended = Open();
        Assert.Equal(["t/0=value"], Contents(mended));
        Assert.Contains("set aside as", Assert.Single(_log), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder["store"], "*.damaged-*"));
    }

    [Fact]
    public void Store_SetOften_FileStaysBounded()
    {
        using var store = Open();
        var value = new string('x', 10_000);
        for (var n = 0; n < 2000; n++)
        {
            store.TrySet(Message("t", value + n));
            if (n % 100 == 0)
                store.Flush();
        }

        store.Flush();
        Assert.InRange(new FileInfo(FilePath).Length, 10_000, 3L * 1024 * 1024);
    }

    public void Dispose() => _folder.Dispose();

    private static MqttApplicationMessage Message(string topic, string payload) =>
        new()
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = true,
            ContentType = "application/json",
        };

    private static IEnumerable<string> Contents(RetainedStore store) =>
        store
            .Messages.OrderBy(m => m.Topic, StringComparer.Ordinal)
            .Select(m => $"{m.Topic}={Encoding.UTF8.GetString(m.Payload.ToArray())}");

    private RetainedStore Open() => RetainedStore.Open(_folder["store"], new(), new(_log.Add, TimeProvider.System), TimeProvider.System);
}
