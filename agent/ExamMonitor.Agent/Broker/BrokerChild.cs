using System.Net.Sockets;
using ExamMonitor.Agent.Configuration;
using ExamMonitor.Capture.Children;

namespace ExamMonitor.Agent.Broker;

/// <summary>Runs a Mosquitto as a child for as long as the agent runs, and starts it again when it ends. Recording does not depend on it.</summary>
/// <param name="options">Configuration.</param>
/// <param name="folder">Its files.</param>
/// <param name="access">Where it is to listen.</param>
/// <param name="time">Clock of the waits.</param>
/// <param name="log">Log.</param>
internal sealed partial class BrokerChild(AgentOptions options, BrokerFolder folder, BrokerAccess access, TimeProvider time, ILogger<BrokerChild> log) : BackgroundService
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    /// <summary>Why the child does not run; null while it does.</summary>
    public LocalText? Failure { get; private set; }

    /// <summary>Waits until the child answers, or for ten seconds: what follows copes with a broker that comes later.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        folder.Write(access.Address.Port);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
        var from = time.GetTimestamp();
        while (Failure is null && time.GetElapsedTime(from) < ReadyWithin && !await AnswersAsync(cancellationToken).ConfigureAwait(false))
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                await RunOnceAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (ChildProcessException e)
            {
                Failure = new(e.Message, $"无法启动消息代理：{e.Message}");
                LogCannotStart(log, e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            failures = time.GetElapsedTime(began) > TimeSpan.FromMinutes(1) ? 0 : failures + 1;
            var wait = TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(failures, 10) - 1)));
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!FreePort.IsFree(access.Address.Port))
        {
            throw new ChildProcessException($"Port {access.Address.Port} of 127.0.0.1 is taken by another program. Set broker.port to another one, to 0 for any free one, or use that program as the broker (broker.mode: address).");
        }

        var child = await ChildProcess.StartAsync(new(Program(), ["-c", folder.ConfigurationPath]) { TerminateToStop = true, ErrorLine = line => LogBroker(log, line) }, time, cancellationToken).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            Failure = null;
            LogStarted(log, access.Address.Port, child.Id);
            try
            {
                var code = await child.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
                Failure = new($"The broker ended with code {code}; it is started again.", $"消息代理已退出（代码 {code}），正在重新启动。");
                LogEnded(log, code);
            }
            catch (OperationCanceledException)
            {
                await child.StopAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(access.Address.Host, access.Address.Port, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>What to say when there is no Mosquitto.</summary>
    internal const string NotFound = "mosquitto was not found. Debian, Ubuntu: sudo apt-get install mosquitto. Windows: winget install EclipseFoundation.Mosquitto. Or name it with tools.mosquitto.";

    /// <summary>Path of Mosquitto; null when there is none. Debian puts it into /usr/sbin, which is not on every account's path.</summary>
    internal static string? FindProgram(ToolsSection tools)
    {
        if (tools.Mosquitto is { } configured) return configured;
        var name = OperatingSystem.IsWindows() ? "mosquitto.exe" : "mosquitto";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(OperatingSystem.IsWindows() ? [@"C:\Program Files\mosquitto"] : ["/usr/sbin", "/usr/local/sbin"]);
        return folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
    }

    private string Program() => FindProgram(options.Tools) ?? throw new ChildProcessException(NotFound);

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Broker listens on 127.0.0.1:{Port} (process {Process})")]
    private static partial void LogStarted(ILogger log, int port, int process);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Broker ended with code {Code}; starting it again")]
    private static partial void LogEnded(ILogger log, int code);

    [LoggerMessage(EventId = 102, Level = LogLevel.Error, Message = "Broker cannot be started: {Reason}")]
    private static partial void LogCannotStart(ILogger log, string reason);

    [LoggerMessage(EventId = 103, Level = LogLevel.Information, Message = "Broker: {Line}")]
    private static partial void LogBroker(ILogger log, string line);
}
