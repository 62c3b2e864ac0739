using System.Text;
using ExamMonitor.Capture.Children;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Mqtt;

namespace ExamMonitor.Messaging;

/// <summary>
/// Runs the broker as a child for as long as the agent runs: ended or hung, it is started again. Recording does not depend on it.
/// </summary>
/// <param name="options">Configuration.</param>
/// <param name="folder">Its users and its folder.</param>
/// <param name="access">Where it is to listen.</param>
/// <param name="configurationFolder">Folder that the configuration's paths begin at.</param>
/// <param name="time">Clock of the waits.</param>
/// <param name="log">Log.</param>
internal sealed partial class BrokerChild(
    BrokerSection options,
    BrokerFolder folder,
    BrokerAccess access,
    string configurationFolder,
    TimeProvider time,
    ILogger<BrokerChild> log
) : BackgroundService
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    /// <summary>
    /// 4 s after an answer the next question; two in a row that are not answered within 7 s each: a broker that hangs is killed after 18 s
    /// at the latest.
    /// </summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(7);
    private const int MostUnanswered = 2;

    private volatile string? _lastLine;
    private volatile bool _answers;
    private int _neverAnswered;

    /// <summary>Why the child does not run; null while it does.</summary>
    public LocalText? Failure { get; private set; }

    /// <summary>Process of the child; null while there is none.</summary>
    public int? ProcessId { get; private set; }

    /// <summary>Waits until the child answers, or for ten seconds: what follows copes with a broker that comes later.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
        var from = time.GetTimestamp();
        while (Failure is null && !_answers && time.GetElapsedTime(from) < ReadyWithin)
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
            throw new ChildProcessException(
                $"Port {access.Address.Port} of 127.0.0.1 is taken by another program. Set broker.port to another one, to 0 for any free one, or use that program as the broker (broker.mode: address)."
            );
        }

        _lastLine = null;
        var start = new ChildProcessStart(OwnProgram.Path, ["broker"]) { Environment = OwnProgram.Environment, ErrorLine = ErrorLine };
        var child = await ChildProcess.StartAsync(start, time, cancellationToken).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            ProcessId = child.Id;
            await TellAsync(child, cancellationToken).ConfigureAwait(false);
            using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var ended = child.WaitForExitAsync(life.Token);
            var watched = WatchAsync(child.Id, life.Token);
            var first = await Task.WhenAny(ended, watched).ConfigureAwait(false);
            await life.CancelAsync().ConfigureAwait(false);
            ProcessId = null;
            if (cancellationToken.IsCancellationRequested)
                await child.StopAsync().ConfigureAwait(false);
            else if (first == watched)
                child.Kill();
            await Task.WhenAll(ended, watched).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (first == ended)
                Ended(await ended.ConfigureAwait(false));
        }
    }

    /// <summary>
    /// The settings hold hashes of passwords: they go over standard input, which stays open for as long as the child is to live.
    /// </summary>
    private async Task TellAsync(ChildProcess child, CancellationToken cancellationToken)
    {
        try
        {
            var settings = folder.Settings(access.Address.Port, options, configurationFolder).Format() + "\n";
            await child.Input.WriteAsync(Encoding.UTF8.GetBytes(settings), cancellationToken).ConfigureAwait(false);
            await child.Input.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It ended before it read; its exit code tells more than a broken pipe.
        }
    }

    private void Ended(int code)
    {
        Failure = new(
            $"The broker ended with code {code}; it is started again. {_lastLine}".TrimEnd(),
            $"消息代理已退出（代码 {code}），正在重新启动。{_lastLine}"
        );
        LogEnded(log, code, _lastLine);
    }

    /// <summary>Ends when the child hangs. A process that hangs is worse than one that crashed: nobody would start it again.</summary>
    private async Task WatchAsync(int process, CancellationToken cancellationToken)
    {
        var ask = new MqttOptions
        {
            Host = access.Address.Host,
            Port = access.Address.Port,
            ClientId = $"health-{process}",
            User = BrokerFolder.HealthUser,
            Password = folder.HealthPassword,
            ConnectTimeout = AnswerWithin,
        };
        var unanswered = 0;
        for (var began = time.GetTimestamp(); ; )
        {
            var failure = await BrokerProbe.AskAsync(ask, time, cancellationToken).ConfigureAwait(false);
            if (failure is null)
                Answered(process);
            else if (_answers && ++unanswered >= MostUnanswered)
                break;
            else if (!_answers && time.GetElapsedTime(began) > StartsWithin(_neverAnswered))
                break;
            if (failure is null)
                unanswered = 0;
            var pause = failure is null ? AskEvery : TimeSpan.FromMilliseconds(100);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }

        if (!_answers)
            _neverAnswered++;
        _answers = false;
        Failure = new(
            "The broker does not answer although it runs; it was killed and is started again.",
            "消息代理仍在运行但没有应答，已强制结束并重新启动。"
        );
        LogHangs(log, process);
    }

    private void Answered(int process)
    {
        if (!_answers)
            LogStarted(log, access.Address.Port, process);
        (_answers, _neverAnswered, Failure) = (true, 0, null);
    }

    /// <summary>
    /// A machine on which a start takes longer than that must not be kept from it: each child that never answered gets the next more time.
    /// </summary>
    /// <param name="neverAnswered">Children in a row that were ended before they ever answered.</param>
    internal static TimeSpan StartsWithin(int neverAnswered) => AnswerWithin * MostUnanswered * Math.Min(1 + neverAnswered, 6);

    private void ErrorLine(string line)
    {
        _lastLine = line;
        LogBroker(log, line);
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Broker listens on 127.0.0.1:{Port} (process {Process})")]
    private static partial void LogStarted(ILogger log, int port, int process);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Broker ended with code {Code}; starting it again. {Line}")]
    private static partial void LogEnded(ILogger log, int code, string? line);

    [LoggerMessage(EventId = 102, Level = LogLevel.Error, Message = "Broker cannot be started: {Reason}")]
    private static partial void LogCannotStart(ILogger log, string reason);

    [LoggerMessage(EventId = 103, Level = LogLevel.Information, Message = "Broker: {Line}")]
    private static partial void LogBroker(ILogger log, string line);

    [LoggerMessage(
        EventId = 104,
        Level = LogLevel.Warning,
        Message = "Broker (process {Process}) runs and does not answer; it is killed and started again"
    )]
    private static partial void LogHangs(ILogger log, int process);
}
