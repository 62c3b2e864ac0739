using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Floor.Rules;
using ExamMonitor.Floor.Views;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Problems;

namespace ExamMonitor.Floor.Publishing;

/// <summary>Where a room's state goes.</summary>
/// <param name="States">Newest states.</param>
/// <param name="Lanes">Lanes.</param>
/// <param name="Problems">Problems.</param>
/// <param name="Publisher">Statuses.</param>
internal sealed record RoomOutlets(RoomStateStore States, LaneStores Lanes, ProblemService Problems, Publisher Publisher);

/// <summary>Follows one room: view, problems, lanes, statuses. One call at a time.</summary>
/// <param name="room">Room.</param>
/// <param name="facts">What is known of cameras.</param>
/// <param name="exams">What the schedule says.</param>
/// <param name="checks">Checks that are made now and then.</param>
/// <param name="outlets">Where it goes.</param>
internal sealed class RoomPublisher(RoomRuntime room, CameraFactsReader facts, IExamOutlook exams, IReadOnlyList<IRoomCheck> checks, RoomOutlets outlets)
{
    private readonly StatusThrottle _throttle = new();
    private readonly FloorView _floor = new(room.Setup.Geometry);
    private readonly HashSet<string> _codes = checks.SelectMany(c => c.Codes).ToHashSet(StringComparer.Ordinal);
    private RoomView? _view;

    /// <summary>Raised when <see cref="Shown"/> has changed.</summary>
    public event Action? ShownChanged;

    /// <summary>Room.</summary>
    public RoomId Id => room.Id;

    /// <summary>
    /// What every camera of the map shows now, for the manifest: after a bump, stations at their new places. Thread-safe.
    /// </summary>
    public IReadOnlyList<ManifestCamera> Shown => _floor.Views;

    /// <summary>Looks at everything and publishes what is new.</summary>
    /// <param name="topics">Topics of the site.</param>
    /// <param name="lostAfter">Longest pause of a stream that is no loss.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Stops the wait for the outbox.</param>
    public async Task LookAsync(Topics topics, TimeSpan lostAfter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var view = (_view ?? RoomView.Begin(room.Setup.Map, now) with { SoundRequired = room.Setup.SoundRequired })
            .Next([.. room.Cameras.Select(c => facts.Read(Id, c, now))], now, lostAfter);
        _view = view;
        await ObserveAsync(view, now, cancellationToken).ConfigureAwait(false);
        outlets.Lanes.Find(Id)?.Advance(now, view.Stations);
        var shown = Shown;
        var floor = _floor.Percent(view);
        outlets.States.Put(new(view, floor, _floor.Geometry));
        if (!ReferenceEquals(shown, Shown)) ShownChanged?.Invoke();
        foreach (var status in StatusComposer.Of(topics, view, floor, outlets.Problems.OpenOf(Id), exams.Of(Id, now), now))
        {
            if (_throttle.Take(status, now)) outlets.Publisher.SetState(status.Topic, status.Payload);
        }
    }

    /// <summary>While the cameras rest, nothing that pictures lack is a problem, and none can be seen to end.</summary>
    private async Task ObserveAsync(RoomView view, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rests = room.IsOff;
        var wrong = (rests ? [] : ProblemRules.Of(view, exams.Of(Id, now).SessionNow is not null)).Concat(checks.SelectMany(c => c.Observe(Id, now)));
        await outlets.Problems.ObserveAsync(
            now, wrong, k => k.Subject.Room == Id, k => _codes.Contains(k.Code) || (!rests && ProblemRules.CanTell(view, k)), cancellationToken).ConfigureAwait(false);
    }
}
