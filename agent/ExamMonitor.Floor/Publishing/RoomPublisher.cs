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
internal sealed class RoomPublisher(
    RoomRuntime room,
    CameraFactsReader facts,
    IExamOutlook exams,
    IReadOnlyList<IRoomCheck> checks,
    RoomOutlets outlets
) : IDisposable
{
    private readonly StatusThrottle _throttle = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private volatile RoomRuntime _room = room;
    private volatile FloorView _floor = new(room.Setup.Geometry);
    private readonly HashSet<string> _codes = checks.SelectMany(c => c.Codes).ToHashSet(StringComparer.Ordinal);
    private RoomRuntime _viewed = room;
    private RoomView? _view;
    private Topics? _site;
    private bool _retired;

    /// <summary>Raised when <see cref="Shown"/> has changed.</summary>
    public event Action? ShownChanged;

    /// <summary>Room.</summary>
    public RoomId Id { get; } = room.Id;

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
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_retired)
                await LookAsync(_room, topics, lostAfter, now, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// The room is another from now on: its map, or how its cameras are reached. What is known of cameras that stay holds on.
    /// </summary>
    public void Follow(RoomRuntime changed) => _room = changed;

    /// <summary>The room is gone: its problems end, and nothing retained speaks of it any more.</summary>
    public async Task RetireAsync(DateTimeOffset now)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            _retired = true;
            await outlets
                .Problems.ObserveAsync(now, [], k => k.Subject.Room == Id, _ => true, CancellationToken.None)
                .ConfigureAwait(false);
            if (_site is { } site)
                _topics.UnionWith([site.FootageStatus(Id), site.RoomReadiness(Id), site.RoomPlates(Id)]);
            foreach (var topic in _topics)
                outlets.Publisher.ClearState(topic);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task LookAsync(
        RoomRuntime current,
        Topics topics,
        TimeSpan lostAfter,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        _site = topics;
        if (!ReferenceEquals(current, _viewed))
            Begin(current, now);
        var view = (_view ?? RoomView.Begin(current.Setup.Map, now) with { SoundRequired = current.Setup.SoundRequired }).Next(
            [.. current.Cameras.Select(c => facts.Read(Id, c, now))],
            now,
            lostAfter
        );
        _view = view;
        await ObserveAsync(current, view, now, cancellationToken).ConfigureAwait(false);
        outlets.Lanes.Find(Id)?.Advance(now, view.Stations);
        var shown = Shown;
        var floor = _floor.Percent(view);
        outlets.States.Put(new(view, floor, _floor.Geometry));
        if (!ReferenceEquals(shown, Shown))
            ShownChanged?.Invoke();
        Publish([.. StatusComposer.Of(topics, view, floor, outlets.Problems.OpenOf(Id), exams.Of(Id, now), now)], now);
    }

    /// <summary>What a camera said of stations holds for the map that it was said under; how the camera itself is goes on.</summary>
    private void Begin(RoomRuntime current, DateTimeOffset now)
    {
        _viewed = current;
        _floor = new(current.Setup.Geometry);
        if (_view is not { } last)
            return;
        var stay = current.Cameras.Select(c => c.Setup.Id).ToHashSet();
        _view = RoomView.Begin(current.Setup.Map, now) with
        {
            SoundRequired = current.Setup.SoundRequired,
            Cameras = last.Cameras.RemoveRange(last.Cameras.Keys.Where(k => !stay.Contains(k))),
        };
    }

    private void Publish(IReadOnlyList<Status> statuses, DateTimeOffset now)
    {
        foreach (var status in statuses)
        {
            if (_throttle.Take(status, now))
                outlets.Publisher.SetState(status.Topic, status.Payload);
        }

        // A station or camera that is gone leaves nothing behind.
        var told = statuses.Select(s => s.Topic).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _topics.Where(t => !told.Contains(t)))
            outlets.Publisher.ClearState(gone);
        _topics.Clear();
        _topics.UnionWith(told);
    }

    /// <summary>While the cameras rest, nothing that pictures lack is a problem, and none can be seen to end.</summary>
    private async Task ObserveAsync(RoomRuntime current, RoomView view, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rests = current.IsOff;
        var wrong = (rests ? [] : ProblemRules.Of(view, exams.Of(Id, now).SessionNow is not null)).Concat(
            checks.SelectMany(c => c.Observe(Id, now))
        );
        await outlets
            .Problems.ObserveAsync(
                now,
                wrong,
                k => k.Subject.Room == Id,
                k => _codes.Contains(k.Code) || (!rests && ProblemRules.CanTell(view, k)),
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
