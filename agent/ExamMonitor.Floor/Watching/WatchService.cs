using ExamMonitor.Capture;
using ExamMonitor.Capture.Children;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Watching;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Evidence;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Floor.Watching;

/// <summary>
/// Runs the measuring process for as long as the agent runs: killed, crashed or hung, it is started again in about a second. Recording does
/// not depend on it.
/// </summary>
/// <remarks>The hand-over of pictures keeps the newest one of each camera; what is not sent in time, or comes while there is no process, is
/// dropped and counted.</remarks>
internal sealed partial class WatchService : BackgroundService, IPictureSink
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private const int FailuresThatAreAProblem = 3;

    /// <summary>Two pictures of 640 × 360: what may be on its way.</summary>
    private const int PicturePipeBytes = 1 << 20;

    private readonly WatchSection _options;
    private readonly string _timeZone;
    private readonly Lock _gate = new();
    private WatchConfiguration _configuration;
    private readonly VerdictListener _listener;
    private readonly TimeProvider _time;
    private readonly ILogger<WatchService> _log;
#pragma warning disable CA2213 // Disposed by RunOnceAsync, which owns it.
    private volatile WatchLink? _link;
#pragma warning restore CA2213
    private volatile string? _lastLine;
    private int _failures;
    private long _restarts;
    private long _dropped;

    /// <summary>Makes the service; nothing runs yet.</summary>
    /// <param name="rooms">What is watched.</param>
    /// <param name="options">Configuration of the measurement.</param>
    /// <param name="verdicts">Where verdicts go.</param>
    /// <param name="cache">Where pictures of problems go.</param>
    /// <param name="timeZone">IANA name of the site's zone.</param>
    /// <param name="time">Clock of the waits.</param>
    /// <param name="log">Log.</param>
    public WatchService(
        IReadOnlyList<RoomSetup> rooms,
        WatchSection options,
        VerdictStore verdicts,
        EvidenceCache cache,
        string timeZone,
        TimeProvider time,
        ILogger<WatchService> log
    )
    {
        (_time, _log, _options, _timeZone) = (time, log, options, timeZone);
        _listener = new(rooms, verdicts, cache, time, log);
        _configuration = Of(rooms);
    }

    /// <summary>
    /// Other rooms, maps or pictures are watched from now on; the process goes on, and cameras whose part did not change with it.
    /// </summary>
    public void Replace(IReadOnlyList<RoomSetup> rooms)
    {
        lock (_gate)
        {
            _listener.Replace(rooms);
            _configuration = Of(rooms);
            _link?.Configure(_configuration);
        }
    }

    /// <summary>Why nothing is measured; null while it works, or failed only for a moment.</summary>
    public LocalText? Failure { get; private set; }

    /// <summary>Times that the process was started again.</summary>
    public long Restarts => Interlocked.Read(ref _restarts);

    /// <summary>Pictures that were measured.</summary>
    public long Measured => _listener.Measured;

    /// <summary>Pictures that nobody measured.</summary>
    public long Dropped => Interlocked.Read(ref _dropped) + (_link?.Dropped ?? 0);

    /// <inheritdoc/>
    public void Offer(RoomId room, CameraId camera, AnalysisPicture picture)
    {
        using (picture)
        {
            if (_link is not { } link)
                Interlocked.Increment(ref _dropped);
            else if (_listener.Wants(new(room, camera)))
                link.Offer(
                    new(room, camera),
                    new(picture.Width, picture.Height),
                    picture.Bytes.Span,
                    picture.ArrivedAtUtc,
                    picture.IsKeyFrame ? PictureKind.Key : PictureKind.Between
                );
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Failed(await RunOnceAsync(stoppingToken).ConfigureAwait(false));
            }
            catch (ChildProcessException e)
            {
                Failed(e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            Interlocked.Increment(ref _restarts);
            var wait = TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, FirstWait.Ticks << Math.Min(_failures - 1, 10)));
            await Task.Delay(wait, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Failed(string reason)
    {
        _failures++;
        LogEnded(_log, reason, _failures);
        if (_failures >= FailuresThatAreAProblem)
            Failure = new(
                $"Measuring does not work: {reason} Recording goes on; nothing is said about stations until it is mended.",
                $"画面测量无法运行：{reason} 录像继续进行，但暂时无法判断工位状态。"
            );
    }

    /// <summary>One life of the process.</summary>
    /// <returns>Why it ended.</returns>
    private async Task<string> RunOnceAsync(CancellationToken cancellationToken)
    {
        var start = new ChildProcessStart(OwnProgram.Path, ["watch"])
        {
            Environment = OwnProgram.Environment,
            LowPriority = true,
            InputPipeBytes = PicturePipeBytes,
            ErrorLine = ErrorLine,
        };
        var child = await ChildProcess.StartAsync(start, _time, cancellationToken).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            LogStarted(_log, child.Id);
            using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var answers = _listener.Begin();
            using var link = Connect(child);
            Task[] work =
            [
                link.RunAsync(life.Token),
                new AnswerGuard(() => _listener.WaitingSince, new ProcessorWait(child.Id).Next, _time).RunAsync(
                    () => NoteAnswers(answers),
                    life.Token
                ),
            ];
            var first = await Task.WhenAny(work).ConfigureAwait(false);
            _link = null;
            await life.CancelAsync().ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
                await child.StopAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
            else
                child.Kill();
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Add(ref _dropped, link.Dropped);
            cancellationToken.ThrowIfCancellationRequested();
            await child.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return $"{first.Exception?.InnerException?.Message} {_lastLine}".Trim();
        }
    }

    /// <summary>A change of rooms comes either before the process is told what to watch, or to it.</summary>
    private WatchLink Connect(ChildProcess child)
    {
        lock (_gate)
            return _link = new WatchLink(child.Input, child.Output, _configuration, _listener);
    }

    private WatchConfiguration Of(IReadOnlyList<RoomSetup> rooms) =>
        new(
            [
                .. rooms.Select(r => new WatchedRoom(
                    r.Map,
                    r.Cameras.Where(c => r.ReferencePath(c) is not null).ToDictionary(c => c.Id, c => r.ReferencePath(c)!),
                    Path.GetDirectoryName(Path.GetFullPath(r.MapPath))
                )),
            ],
            _options.FindReplays ? new() : new CoverageOptions { ReplayHistory = 0 },
            _timeZone
        );

    private void NoteAnswers(long before)
    {
        if (_listener.Answers > before)
            (_failures, Failure) = (0, null);
    }

    private void ErrorLine(string line)
    {
        _lastLine = line;
        LogLine(_log, line);
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Information, Message = "Measuring process {Process} has started")]
    private static partial void LogStarted(ILogger log, int process);

    [LoggerMessage(
        EventId = 401,
        Level = LogLevel.Warning,
        Message = "Measuring process ended and is started again: {Reason} (failures in a row: {Failures})"
    )]
    private static partial void LogEnded(ILogger log, string reason, int failures);

    [LoggerMessage(EventId = 402, Level = LogLevel.Information, Message = "Measuring: {Line}")]
    private static partial void LogLine(ILogger log, string line);
}
