using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests.Broker;

/// <summary>mosquitto_pub and mosquitto_sub, which know nothing of us, at the agent's own broker.</summary>
public sealed class StrangerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("5", "0")]
    [InlineData("5", "1")]
    [InlineData("5", "2")]
    [InlineData("311", "0")]
    [InlineData("311", "1")]
    [InlineData("311", "2")]
    public async Task Stranger_RetainedAndLive_GetsBothAtItsQuality(string version, string quality)
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        await PublishAsync(broker, "-V", version, "-q", quality, "-r", "-t", OwnBroker.Root + "/kept", "-m", "old");
        await using var listener = Listen(broker, "-V", version, "-q", quality, "-t", OwnBroker.Root + "/#");
        await Eventually.TrueAsync(() => listener.Lines.Contains($"1 {OwnBroker.Root}/kept old"));
        await PublishAsync(broker, "-V", version, "-q", quality, "-t", OwnBroker.Root + "/live", "-m", "new");
        await Eventually.TrueAsync(() => listener.Lines.Contains($"0 {OwnBroker.Root}/live new"));
        await PublishAsync(broker, "-V", version, "-q", quality, "-r", "-n", "-t", OwnBroker.Root + "/kept");
        await using var later = Listen(broker, "-V", version, "-t", OwnBroker.Root + "/#");
        await PublishAsync(broker, "-V", version, "-q", quality, "-r", "-t", OwnBroker.Root + "/last", "-m", "x");
        await Eventually.TrueAsync(() => later.Lines.Any(l => l.Contains("/last", StringComparison.Ordinal)));
        Assert.DoesNotContain(later.Lines, l => l.Contains("/kept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stranger_KilledWithAWill_WillIsPublishedAndKept()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        await using var listener = Listen(broker, "-V", "5", "-q", "1", "-t", OwnBroker.Root + "/#");
        var mortal = Start(
            broker,
            OwnBroker.Writer,
            "mosquitto_pub",
            "-l",
            "-i",
            "agent-mortal",
            "-V",
            "5",
            "-q",
            "1",
            "-t",
            OwnBroker.Root + "/alive",
            "--will-topic",
            OwnBroker.Root + "/agents/m/state",
            "--will-payload",
            "offline",
            "--will-qos",
            "1",
            "--will-retain"
        );
        await Eventually.TrueAsync(async () =>
        {
            await mortal.StandardInput.WriteLineAsync("x");
            await mortal.StandardInput.FlushAsync();
            return listener.Lines.Any(l => l.Contains("/alive", StringComparison.Ordinal));
        });
        mortal.Kill();
        await Eventually.TrueAsync(() => listener.Lines.Contains($"0 {OwnBroker.Root}/agents/m/state offline"));
        await using var later = Listen(broker, "-V", "5", "-t", OwnBroker.Root + "/#");
        await Eventually.TrueAsync(() => later.Lines.Contains($"1 {OwnBroker.Root}/agents/m/state offline"));
        mortal.Dispose();
    }

    [Fact]
    public async Task Stranger_ChineseTopicAndPayload_ArriveUnchanged()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        await using var listener = Listen(broker, "-V", "5", "-q", "1", "-t", OwnBroker.Root + "/考场/+/状态");
        await Eventually.TrueAsync(async () =>
        {
            await PublishAsync(broker, "-V", "5", "-q", "1", "-t", OwnBroker.Root + "/考场/七号/状态", "-m", "工位被遮挡");
            return listener.Lines.Contains($"0 {OwnBroker.Root}/考场/七号/状态 工位被遮挡");
        });
    }

    [Fact]
    public async Task Stranger_WrongPassword_IsToldSo()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        using var refused = Start(
            broker,
            OwnBroker.Writer,
            "mosquitto_pub",
            "-V",
            "5",
            "-i",
            "agent-p",
            "-t",
            OwnBroker.Root + "/t",
            "-m",
            "x",
            "-P",
            "wrong"
        );
        await refused.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, refused.ExitCode);
    }

    [Fact]
    public async Task Stranger_ThatKeepsItsSession_GetsWhatItMissed()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        string[] session = ["-V", "5", "-i", "kept", "-c", "-x", "3600", "-q", "1", "-t", OwnBroker.Root + "/events"];
        await using (var first = Listen(broker, session))
        {
            await Eventually.TrueAsync(async () =>
            {
                await PublishAsync(broker, "-V", "5", "-q", "1", "-t", OwnBroker.Root + "/events", "-m", "seen");
                return !first.Lines.IsEmpty;
            });
        }

        for (var n = 0; n < 5; n++)
            await PublishAsync(
                broker,
                "-V",
                "5",
                "-q",
                "1",
                "-t",
                OwnBroker.Root + "/events",
                "-m",
                "missed" + n.ToString(CultureInfo.InvariantCulture)
            );
        await using var second = Listen(broker, session);
        await Eventually.TrueAsync(() => second.Lines.Count(l => l.Contains("missed", StringComparison.Ordinal)) == 5);
        Assert.Equal(
            Enumerable.Range(0, 5).Select(n => $"0 {OwnBroker.Root}/events missed{n}"),
            second.Lines.Where(l => l.Contains("missed", StringComparison.Ordinal))
        );
    }

    public void Dispose() => _folder.Dispose();

    private static async Task PublishAsync(OwnBroker broker, params string[] arguments)
    {
        using var process = Start(broker, OwnBroker.Writer, "mosquitto_pub", ["-i", "agent-pub", .. arguments]);
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }

    private static Listener Listen(OwnBroker broker, params string[] arguments) =>
        new(Start(broker, OwnBroker.Reader, "mosquitto_sub", ["-F", "%r %t %p", .. arguments]));

    private static Process Start(OwnBroker broker, string user, string program, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(
                program,
                [
                    "-h",
                    "127.0.0.1",
                    "-p",
                    broker.Port.ToString(CultureInfo.InvariantCulture),
                    "-u",
                    user,
                    "-P",
                    OwnBroker.Password,
                    .. arguments,
                ]
            )
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    private sealed class Listener : IAsyncDisposable
    {
        private readonly Process _process;

        public Listener(Process process)
        {
            _process = process;
            process.OutputDataReceived += (_, line) =>
            {
                if (line.Data is { } text)
                    Lines.Enqueue(text);
            };
            process.BeginOutputReadLine();
        }

        public ConcurrentQueue<string> Lines { get; } = new();

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }
}
