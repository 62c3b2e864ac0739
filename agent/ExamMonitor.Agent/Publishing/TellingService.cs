using ExamMonitor.Agent.Configuration;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Agent.Publishing;

/// <summary>Once a second: rooms, problems, lanes, statuses. Every ten seconds: footage. What cannot be told does not stop what follows.</summary>
internal sealed partial class TellingService(
    Hosting.AgentRuntime runtime, AgentIdentity identity, AgentOptions options, TimeProvider time, ILogger<TellingService> log) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly StatusBeat _beat = new();
    private readonly SiteCalendar _calendar = new(TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));
    private long _ticks;
    private long? _toldAt;
    private int _failed;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            do await TickOnceAsync(stoppingToken).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            foreach (var room in runtime.Tellers) room.Lanes.Flush();
        }
    }

    private async Task TickOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            foreach (var room in runtime.Tellers) await room.TickAsync(identity.Topics, TimeSpan.FromSeconds(options.Watch.LostAfterSeconds), now, cancellationToken).ConfigureAwait(false);
            await runtime.Desk.ObserveAsync(now, runtime.AgentWide(now), k => k.Subject.Room is null, _ => true, cancellationToken).ConfigureAwait(false);
            if (_ticks % 2 == 0) TellFootage(now);
            if (_ticks++ % 15 == 0)
            {
                foreach (var room in runtime.Tellers) room.Lanes.Flush();
            }
        }
#pragma warning disable CA1031 // Supervisor of the telling: a full disk or a broken index must not end the statuses that still can be told.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _failed++;
            // Once a minute: what lasts for hours must not fill the log.
            if (_toldAt is not { } at || time.GetElapsedTime(at) >= TimeSpan.FromMinutes(1))
            {
                LogTickFailed(log, e, _failed);
                (_toldAt, _failed) = (time.GetTimestamp(), 0);
            }
        }
#pragma warning restore CA1031
    }

    private void TellFootage(DateTimeOffset now)
    {
        // Some zones put their clocks forward at midnight: such a day begins at one o'clock.
        var midnight = _calendar.StartOf(_calendar.DayOf(now));
        foreach (var room in runtime.Rooms)
        {
            CameraFootage[] cameras = [.. room.Cameras.Select(c => runtime.Archive.GetFacts(room.Id, c.Setup.Id, midnight))];
            var key = string.Join('|', cameras.Select(c => FormattableString.Invariant($"{c.Camera}{c.Recording}{c.Cause}{c.GapsToday}{c.LastSegmentAt}")));
            var status = new Status(identity.Topics.FootageStatus(room.Id), new FootageStatus(FootageStatus.SchemaName, now, 0, room.Id, cameras), key);
            if (_beat.Take(status, now)) runtime.Publisher.SetState(status.Topic, status.Payload);
        }
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Error, Message = "Statuses could not all be told ({Times} times since this was last said); the next try is in a second")]
    private static partial void LogTickFailed(ILogger log, Exception exception, int times);
}
