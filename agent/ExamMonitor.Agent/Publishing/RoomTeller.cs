using ExamMonitor.Agent.Lanes;
using ExamMonitor.Agent.Problems;
using ExamMonitor.Agent.Rooms;
using ExamMonitor.Agent.Sound;
using ExamMonitor.Agent.Watching;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt.Publishing;

namespace ExamMonitor.Agent.Publishing;

/// <summary>Follows one room: view, problems, lanes, statuses. One call at a time.</summary>
/// <param name="room">Room.</param>
/// <param name="verdicts">Verdicts.</param>
/// <param name="sounds">Sound.</param>
/// <param name="lanes">Lanes of the room.</param>
/// <param name="desk">Problems.</param>
/// <param name="publisher">Where statuses go.</param>
internal sealed class RoomTeller(RoomRuntime room, VerdictBoard verdicts, SoundBoard sounds, LaneStore lanes, ProblemDesk desk, Publisher publisher)
{
    private readonly StatusBeat _beat = new();
    private RoomView? _view;
    private readonly FloorView _floor = new(room.Setup.Geometry);

    /// <summary>Room.</summary>
    public RoomId Id => room.Id;

    /// <summary>Lanes of the room.</summary>
    public LaneStore Lanes => lanes;

    /// <summary>What every camera of the map shows now, for the manifest: after a bump, stations at their new places. Thread-safe.</summary>
    public IReadOnlyList<ManifestCamera> Shown => _floor.Views;

    /// <summary>Called when <see cref="Shown"/> has changed.</summary>
    public Action ShownChanged { get; set; } = static () => { };

    /// <summary>What the cameras see as they hang now: after a bump, stations and floor at their new places.</summary>
    public Coverage.Geometry.RoomGeometry Geometry => _floor.Geometry;

    /// <summary>The newest view; null before the first tick.</summary>
    public RoomView? View => _view;

    /// <summary>Share of the floor in view, percent; null while unknown.</summary>
    public double? Floor { get; private set; }

    /// <summary>What the schedule says of the room.</summary>
    public Func<DateTimeOffset, RoomOutlook> Outlook { get; set; } = static _ => RoomOutlook.None;

    /// <summary>What checks that are made now and then found wrong, and what nobody has found right since.</summary>
    public Func<IEnumerable<Observation>> Standing { get; set; } = static () => [];

    /// <summary>Looks at everything and tells what is new.</summary>
    /// <param name="topics">Topics of the site.</param>
    /// <param name="lostAfter">Longest pause of a stream that is no loss.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Stops the wait for the outbox.</param>
    public async Task TickAsync(Topics topics, TimeSpan lostAfter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var view = (_view ?? RoomView.Begin(room.Setup.Map, now) with { SoundRequired = room.Setup.SoundRequired }).Next([.. room.Cameras.Select(c => c.Facts(Id, verdicts, sounds, now))], now, lostAfter);
        _view = view;
        var outlook = Outlook(now);
        IEnumerable<Observation> wrong = outlook.IsOff ? [] : ProblemRules.Of(view, outlook.SessionNow is not null);
        if (outlook.NotReady is { } notReady) wrong = wrong.Append(notReady);
        wrong = wrong.Concat(Standing());
        await desk.ObserveAsync(
            now, wrong, k => k.Subject.Room == Id, k => k.Code is Readiness.ReadinessProblem.Code or Plates.PlateProblem.Code || (!outlook.IsOff && ProblemRules.CanTell(view, k)), cancellationToken).ConfigureAwait(false);
        lanes.Advance(now, view.Stations);
        var shown = Shown;
        Floor = _floor.Percent(view);
        if (!ReferenceEquals(shown, Shown)) ShownChanged();
        foreach (var status in StatusComposer.Of(topics, view, Floor, desk.OpenOf(Id), outlook, now))
        {
            if (_beat.Take(status, now)) publisher.SetState(status.Topic, status.Payload);
        }
    }
}
