using ExamMonitor.Floor.Lanes;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Problems;

namespace ExamMonitor.Floor.Publishing;

/// <summary>Once a second: rooms, problems, lanes, statuses. What cannot be published does not stop what follows.</summary>
/// <param name="rooms">Rooms.</param>
/// <param name="lanes">Their lanes.</param>
/// <param name="problems">Problems.</param>
/// <param name="sources">What says what is wrong with the agent as a whole.</param>
/// <param name="footage">State of the footage.</param>
/// <param name="identity">Who this is.</param>
/// <param name="options">When a stream is lost.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed partial class StatusPublisher(
    IReadOnlyList<RoomPublisher> rooms,
    LaneStores lanes,
    ProblemService problems,
    IEnumerable<IProblemSource> sources,
    FootageStatusPublisher footage,
    AgentIdentity identity,
    WatchSection options,
    TimeProvider time,
    ILogger<StatusPublisher> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(15);
    private readonly IProblemSource[] _sources = [.. sources];
    private long? _flushedAt;
    private long? _toldAt;
    private int _failed;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do await PublishAsync(stoppingToken).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            lanes.Flush();
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            foreach (var room in rooms)
                await room.LookAsync(identity.Topics, TimeSpan.FromSeconds(options.LostAfterSeconds), now, cancellationToken)
                    .ConfigureAwait(false);
            await problems
                .ObserveAsync(now, _sources.SelectMany(s => s.Observe(now)), k => k.Subject.Room is null, _ => true, cancellationToken)
                .ConfigureAwait(false);
            footage.Publish(now);
            if (_flushedAt is { } at && time.GetElapsedTime(at) < FlushEvery)
                return;
            _flushedAt = time.GetTimestamp();
            lanes.Flush();
        }
        // Supervisor of the publishing: a full disk or a broken index must not end the statuses that still can be sent.
#pragma warning disable CA1031
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Fail(e);
        }
    }

    /// <summary>Once a minute: what lasts for hours must not fill the log.</summary>
    private void Fail(Exception exception)
    {
        _failed++;
        if (_toldAt is { } at && time.GetElapsedTime(at) < TimeSpan.FromMinutes(1))
            return;
        LogFailed(log, exception, _failed);
        (_toldAt, _failed) = (time.GetTimestamp(), 0);
    }

    [LoggerMessage(
        EventId = 210,
        Level = LogLevel.Error,
        Message = "Statuses could not all be told ({Times} times since this was last said); the next try is in a second"
    )]
    private static partial void LogFailed(ILogger log, Exception exception, int times);
}
