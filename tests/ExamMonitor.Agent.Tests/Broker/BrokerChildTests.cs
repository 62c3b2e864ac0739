using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Messaging;
using ExamMonitor.Mqtt;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Agent.Tests.Broker;

/// <summary>The agent's own broker as a real child process.</summary>
public sealed class BrokerChildTests : IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private readonly SiteId _site = SiteId.Parse("site", null);
    private BrokerFolder _folder = null!;
    private BrokerAccess _access = null!;
    private BrokerChild _child = null!;

    private string Topic => $"{Topics.Root}/{_site}/rooms/R7/status";

    public async ValueTask InitializeAsync()
    {
        _folder = new(_temp["broker"], _site);
        _access = new(
            new("127.0.0.1", Loopback.FreePort(), Tls: false),
            new(BrokerFolder.AgentUser, _folder.AgentPassword),
            new(BrokerFolder.ReaderUser, _folder.ReaderPassword),
            null
        );
        _child = new(new(), _folder, _access, _temp["."], TimeProvider.System, NullLogger<BrokerChild>.Instance);
        await _child.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(AnswersAsync, TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await _child.StopAsync(CancellationToken.None);
        _child.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task Child_StoppedBySignal_IsReplacedWithinHalfAMinute()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Stops a process with SIGSTOP.");
        var before = _child.ProcessId;
        var from = Stopwatch.StartNew();
        await SignalAsync("STOP");
        await Eventually.TrueAsync(
            async () => _child.ProcessId is { } now && now != before && await AnswersAsync(),
            TimeSpan.FromSeconds(60)
        );
        TestContext.Current.SendDiagnosticMessage("replaced after {0:0.0} s", from.Elapsed.TotalSeconds);
        Assert.InRange(from.Elapsed.TotalSeconds, 0, 30);
        await Eventually.TrueAsync(() => _child.Failure is null);
    }

    [Fact]
    public async Task Child_KilledRightAfterTheAnswer_KeepsTheRetainedMessage()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Kills a process with a signal.");
        await using (var writer = await ConnectAsync(_access.Agent!, "agent-a1"))
        {
            Assert.Equal(
                PublishOutcome.Acknowledged,
                await writer.PublishAsync(new(Topic, Encoding.UTF8.GetBytes("{\"n\":1}"), Retain: true))
            );
            await SignalAsync("KILL");
        }

        await Eventually.TrueAsync(AnswersAsync, TimeSpan.FromSeconds(60));
        var heard = new ConcurrentQueue<MqttMessage>();
        await using var reader = await ConnectAsync(_access.Reader!, "wall");
        reader.Subscribe($"{Topics.Root}/{_site}/#", heard.Enqueue);
        await Eventually.TrueAsync(() => !heard.IsEmpty);
        Assert.Equal("{\"n\":1}", Encoding.UTF8.GetString(Assert.Single(heard).Payload.Span));
    }

    [Fact]
    public async Task Child_CommandLineAndFiles_HoldNoSecretForOthers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        var shown =
            await File.ReadAllTextAsync($"/proc/{_child.ProcessId}/cmdline", TestContext.Current.CancellationToken)
            + await File.ReadAllTextAsync($"/proc/{_child.ProcessId}/environ", TestContext.Current.CancellationToken);
        foreach (var secret in new[] { _folder.AgentPassword, _folder.ReaderPassword, _folder.HealthPassword })
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
        Assert.Contains("broker", shown, StringComparison.Ordinal);
        foreach (var file in new[] { "agent-password", "dashboard-password" })
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_temp["broker"], file)));
        }
    }

    [Fact]
    public async Task Child_Stopped_LeavesNoProcess()
    {
        var process = _child.ProcessId!.Value;
        await _child.StopAsync(TestContext.Current.CancellationToken);
        Assert.Throws<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(process));
    }

    private async Task<bool> AnswersAsync() =>
        await BrokerProbe.AskAsync(Options(_access.Reader!, "probe"), TimeProvider.System, TestContext.Current.CancellationToken) is null;

    private async Task<MqttConnection> ConnectAsync(BrokerUser user, string id)
    {
        var connection = new MqttConnection(Options(user, id), TimeProvider.System);
        connection.Start();
        await Eventually.TrueAsync(() => connection.State.Connected);
        return connection;
    }

    private MqttOptions Options(BrokerUser user, string id) =>
        new()
        {
            Host = _access.Address.Host,
            Port = _access.Address.Port,
            ClientId = id,
            User = user.User,
            Password = user.Password,
            ConnectTimeout = TimeSpan.FromSeconds(2),
        };

    private async Task SignalAsync(string signal)
    {
        using var kill = System.Diagnostics.Process.Start(
            "kill",
            ["-" + signal, _child.ProcessId!.Value.ToString(CultureInfo.InvariantCulture)]
        );
        await kill.WaitForExitAsync();
    }
}
