using System.Collections.Concurrent;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Exams.Schedule.Reading;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Publishing;
using ExamMonitor.Floor.Views;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Problems;

namespace ExamMonitor.Exams.Plates;

/// <summary>
/// Checks the number plates of rooms, keeps and publishes what was found (COV-8). Thread-safe; one check of a room at a time.
/// </summary>
internal sealed partial class PlateService : IHostedService, IRoomCheck, IDisposable
{
    private readonly RoomRegistry _rooms;
    private readonly RoomStateStore _states;
    private readonly Publisher _publisher;
    private readonly PlatesSection _options;
    private readonly TimeZoneInfo _zone;
    private readonly Topics _topics;
    private readonly PlateStore _store;
    private readonly PlateRound _round;
    private readonly TimeProvider _time;
    private readonly ILogger<PlateService> _log;
    private readonly ConcurrentDictionary<RoomId, PlateRecord> _newest = new();
    private readonly Dictionary<RoomId, (DateTimeOffset Began, Task Work)> _running = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Takes over what earlier runs found.</summary>
    public PlateService(
        RoomRegistry rooms,
        RoomStateStore states,
        Publisher publisher,
        PlatesSection options,
        TimeZoneInfo zone,
        AgentIdentity identity,
        PlateStore store,
        PlateRound round,
        TimeProvider time,
        ILogger<PlateService> log
    )
    {
        (_rooms, _states, _publisher, _options, _zone, _topics) = (rooms, states, publisher, options, zone, identity.Topics);
        (_store, _round, _time, _log) = (store, round, time, log);
        foreach (var room in rooms.Rooms.Select(r => r.Id))
        {
            if (Load(room) is not { } record)
                continue;
            _newest[room] = record;
            publisher.SetState(_topics.RoomPlates(room), record.Result);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Codes { get; } = [PlateProblem.Code];

    /// <summary>Newest result of a room; null before the first check.</summary>
    public RoomPlates? Newest(RoomId room) => _newest.GetValueOrDefault(room)?.Result;

    /// <summary>Wrong plates that nobody has seen put right.</summary>
    public IEnumerable<Observation> Observe(RoomId room, DateTimeOffset now) =>
        PlateProblem.Of(room, _newest.GetValueOrDefault(room)?.Standing ?? []);

    /// <summary>What readiness asks of them; null where no plates are set up.</summary>
    public PlateReadiness? Readiness(RoomId room) =>
        _newest.GetValueOrDefault(room) is { AreSetUp: true } known
            ? new(known.Result.Ts, known.Result.Stations, [.. known.Standing.Select(w => w.Station)])
            : null;

    /// <summary>Begins a check, or joins the one that runs.</summary>
    /// <param name="room">Room of this agent.</param>
    /// <returns>When it began, UTC, and its end.</returns>
    public (DateTimeOffset Began, Task Work) Begin(RoomRuntime room)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(room.Id, out var running) && !running.Work.IsCompleted)
                return running;
            return _running[room.Id] = (_time.GetUtcNow(), Task.Run(() => CheckAsync(room, _stop.Token)));
        }
    }

    /// <summary>Checks every room whose daily check is due, one after the other.</summary>
    public async Task CheckDueAsync(CancellationToken cancellationToken)
    {
        foreach (var room in _rooms.Rooms)
        {
            var now = _time.GetUtcNow();
            if (_options.Daily && PlateDue.IsDue(now, TodayAt(now), Newest(room.Id)?.Ts, SawAnything(room.Id)))
                await Begin(room).Work.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether cameras that rest between sessions must be awake for a check.</summary>
    public bool MustLook(RoomId room, DateTimeOffset now) =>
        _options.Daily && PlateDue.MustLook(now, TodayAt(now), Newest(room)?.Ts, SawAnything(room));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Gives up what runs.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] work;
        lock (_gate)
            work = [.. _running.Values.Select(r => r.Work)];
        await Task.WhenAll(work).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private bool SawAnything(RoomId room) => Newest(room)?.Stations.Any(s => s.Verdict != PlateVerdict.NotMeasured) == true;

    private DateTimeOffset TodayAt(DateTimeOffset now)
    {
        var today = SiteTime.DateOf(now, _zone);
        var time = SiteTime.ParseTime(_options.At)!.Value;
        return SiteTime.At(today, time, _zone, out _) ?? SiteTime.At(today, time.AddHours(1), _zone, out _) ?? now;
    }

    private PlateRecord? Load(RoomId room)
    {
        try
        {
            return _store.Newest(room);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(_log, e, room);
            return null;
        }
    }

    private PlateBackground Known(RoomId room)
    {
        var state = _states.Newest(room);
        return new(state?.Geometry ?? _rooms.Find(room)!.Setup.Geometry, state?.View);
    }

    private async Task CheckAsync(RoomRuntime room, CancellationToken cancellationToken)
    {
        try
        {
            var stations = await _round.LookAsync(room.Setup, () => Known(room.Id), _options, cancellationToken).ConfigureAwait(false);
            var result = new RoomPlates(RoomPlates.SchemaName, _time.GetUtcNow(), 0, room.Id, stations);
            var before = _newest.GetValueOrDefault(room.Id);
            var record = new PlateRecord(result, PlateProblem.Standing(before?.Standing ?? [], result))
            {
                WereSetUp = before?.AreSetUp == true,
            };
            _newest[room.Id] = record;
            _publisher.SetState(_topics.RoomPlates(room.Id), result);
            var (seen, wrong) = (
                stations.Count(s => s.Verdict == PlateVerdict.Seen),
                stations.Count(s => s.Verdict == PlateVerdict.WrongPlate)
            );
            LogChecked(_log, room.Id, seen, stations.Count, wrong);
            _store.Add(record);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops; the next one makes up for the check.
        }
#pragma warning disable CA1031 // Supervisor of the check: whatever it fails with, the job tries again and recording is not touched.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(_log, e, room.Id);
        }
    }

    [LoggerMessage(
        EventId = 720,
        Level = LogLevel.Information,
        Message = "Plates of {Room}: {Seen} of {Stations} read at their stations, {Wrong} wrong"
    )]
    private static partial void LogChecked(ILogger log, RoomId room, int seen, int stations, int wrong);

    [LoggerMessage(
        EventId = 721,
        Level = LogLevel.Warning,
        Message = "The plates of {Room} could not be checked, or the result not be kept"
    )]
    private static partial void LogFailed(ILogger log, Exception exception, RoomId room);
}
