using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Agent.Rooms;
using ExamMonitor.Capture.Children;

namespace ExamMonitor.Agent.Watching;

/// <summary>Runs the measuring process for as long as the agent runs: killed, crashed or hung, it is started again in about a second. Recording does not depend on it.</summary>
/// <param name="rooms">What is watched.</param>
/// <param name="pictures">Pictures to measure.</param>
/// <param name="verdicts">Where verdicts go.</param>
/// <param name="time">Clock of the waits.</param>
/// <param name="log">Log.</param>
internal sealed partial class WatchService(IReadOnlyList<RoomSetup> rooms, WatchChannel pictures, VerdictBoard verdicts, TimeProvider time, ILogger<WatchService> log) : BackgroundService
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(12);
    private const int FailuresThatAreAProblem = 3;

    private readonly WatchCamera[] _cameras =
    [
        .. from room in rooms
           from camera in room.Cameras
           let reference = room.ReferencePath(camera)
           where reference is not null && File.Exists(reference)
           select new WatchCamera(room.Id, camera.Id, Path.GetFullPath(room.MapPath), reference),
    ];

    private int _failures;
    private long _restarts;
    private string? _lastLine;

    /// <summary>Why nothing is measured; null while it works, or failed only for a moment.</summary>
    public LocalText? Failure { get; private set; }

    /// <summary>Times that the process was started again.</summary>
    public long Restarts => Interlocked.Read(ref _restarts);

    /// <summary>Process id of the measuring process; null while there is none.</summary>
    public int? ProcessId { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var end = await RunOnceAsync(stoppingToken).ConfigureAwait(false);
                Failed(end);
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
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Failed(string reason)
    {
        _failures++;
        LogEnded(log, reason, _failures);
        if (_failures >= FailuresThatAreAProblem)
            Failure = new($"Measuring does not work: {reason} Recording goes on; nothing is said about stations until it is mended.", $"画面测量无法运行：{reason} 录像继续进行，但暂时无法判断工位状态。");
    }

    /// <summary>One life of the process.</summary>
    /// <returns>Why it ended.</returns>
    private async Task<string> RunOnceAsync(CancellationToken cancellationToken)
    {
        var start = new ChildProcessStart(OwnProgram.Path, ["watch"]) { Environment = OwnProgram.Environment, LowPriority = true, ErrorLine = ErrorLine };
        var child = await ChildProcess.StartAsync(start, time, cancellationToken).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            ProcessId = child.Id;
            LogStarted(log, child.Id, _cameras.Length);
            using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var unanswered = new Unanswered();
            Task[] work = [SendAsync(child, unanswered, life.Token), ReceiveAsync(child, unanswered, life.Token), GuardAsync(unanswered, life.Token)];
            var first = await Task.WhenAny(work).ConfigureAwait(false);
            await life.CancelAsync().ConfigureAwait(false);
            ProcessId = null;
            if (cancellationToken.IsCancellationRequested) await child.StopAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
            else child.Kill();
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            var code = await child.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            var why = first.Exception?.InnerException is TimeoutException or JsonException or InvalidDataException ? first.Exception.InnerException.Message : $"it ended with code {code}.";
            return $"{char.ToUpperInvariant(why[0])}{why[1..]} {_lastLine}".TrimEnd();
        }
    }

    private async Task SendAsync(ChildProcess child, Unanswered unanswered, CancellationToken cancellationToken)
    {
        await WatchProtocol.WriteSetupAsync(child.Input, _cameras, cancellationToken).ConfigureAwait(false);
        var place = _cameras.Index().ToDictionary(c => (c.Item.Room, c.Item.Camera), c => c.Index);
        while (true)
        {
            var waiting = await pictures.TakeAsync(cancellationToken).ConfigureAwait(false);
            using var picture = waiting.Picture;
            if (!place.TryGetValue((waiting.Room, waiting.Camera), out var camera)) continue;
            unanswered.Sent(time.GetTimestamp());
            await WatchProtocol.WritePictureAsync(child.Input, camera, new(picture.Width, picture.Height), picture.ArrivedAtUtc, picture.Bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(ChildProcess child, Unanswered unanswered, CancellationToken cancellationToken)
    {
        var first = new DateTimeOffset?[_cameras.Length];
        var reader = PipeReader.Create(child.Output, new(leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var answer = WatchProtocol.ReadAnswer(buffer.Slice(0, end));
                if (answer.Camera < 0 || answer.Camera >= _cameras.Length) throw new InvalidDataException("It spoke of a camera that it was not given.");
                var camera = _cameras[answer.Camera];
                first[answer.Camera] ??= answer.Verdict.At;
                var settled = answer.Verdict.At - first[answer.Camera] >= SettledAfter;
                verdicts.Put(camera.Room, camera.Camera, VerdictReading.Of(answer.Verdict, rooms.First(r => r.Id == camera.Room).Geometry.CameraOf(camera.Camera).Camera, settled));
                unanswered.Answered();
                (_failures, Failure) = (0, null);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > WatchProtocol.MaxAnswerBytes) throw new InvalidDataException("It wrote a line longer than any verdict.");
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return;
        }
    }

    /// <summary>A process that hangs is worse than one that crashed: nobody would start it again.</summary>
    private async Task GuardAsync(Unanswered unanswered, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken).ConfigureAwait(false);
            if (unanswered.Since is { } since && time.GetElapsedTime(since) > AnswerWithin) throw new TimeoutException($"it did not answer for {AnswerWithin.TotalSeconds:0} s.");
        }
    }

    private void ErrorLine(string line)
    {
        _lastLine = line;
        LogLine(log, line);
    }

    /// <summary>Since when the oldest picture has waited for its answer.</summary>
    private sealed class Unanswered
    {
        private readonly Lock _gate = new();
        private long? _since;

        public long? Since
        {
            get
            {
                lock (_gate) return _since;
            }
        }

        public void Sent(long now)
        {
            lock (_gate) _since ??= now;
        }

        public void Answered()
        {
            lock (_gate) _since = null;
        }
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Information, Message = "Measuring process {Process} watches {Cameras} cameras")]
    private static partial void LogStarted(ILogger log, int process, int cameras);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "Measuring process ended and is started again: {Reason} (failures in a row: {Failures})")]
    private static partial void LogEnded(ILogger log, string reason, int failures);

    [LoggerMessage(EventId = 402, Level = LogLevel.Information, Message = "Measuring: {Line}")]
    private static partial void LogLine(ILogger log, string line);
}
