using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Retention;

namespace ExamMonitor.Preservation.Retention;

/// <summary>Holds in the shapes of the API. Thread-safe.</summary>
/// <param name="retention">Retention.</param>
/// <param name="calendar">Days of the site.</param>
internal sealed class HoldService(FootageRetention retention, SiteCalendar calendar)
{
    /// <summary>Every hold, newest first.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public IReadOnlyList<FootageHold> Holds(DateTimeOffset now) => [.. retention.ListHolds().Reverse().Select(h => Told(h, now))];

    /// <summary>Places a hold.</summary>
    /// <exception cref="ArgumentException">The request breaks a limit.</exception>
    /// <exception cref="IOException">It could not be entered, and is not in force.</exception>
    public FootageHold Place(HoldRequest request, ActingPerson person, DateTimeOffset now)
    {
        var s = request.Scope;
        if (s is { Room: null, Camera: null, From: null, To: null, Session: null, Batch: null })
            throw new ArgumentException("Say what to keep: a room, camera, time, session or batch.", nameof(request));
        if (s is { Camera: not null, Room: null })
            throw new ArgumentException("A camera is named with its room.", nameof(request));
        var until = request.Until is { } last ? calendar.LawfulFrom(last) : (DateTimeOffset?)null;
        return Told(
            retention.PlaceHold(new([new(s.Room, s.Camera, s.Batch, s.Session, s.From, s.To)], person.Reason!, person.Name, until)),
            now
        );
    }

    /// <summary>Lifts a hold.</summary>
    /// <exception cref="RetentionException">There is no such hold, or it was lifted before.</exception>
    public FootageHold Lift(HoldId hold, ActingPerson person, DateTimeOffset now) =>
        Told(retention.LiftHold(hold, person.Name, person.Reason!), now);

    private FootageHold Told(Hold hold, DateTimeOffset now)
    {
        var scope = hold.Scopes[0];
        return new(
            hold.Id.Text,
            new(scope.Room, scope.Camera, scope.From, scope.To, scope.Session, scope.Batch),
            hold.Until is { } until ? calendar.DayOf(until.AddTicks(-1)) : null,
            hold.Reason,
            hold.Owner,
            hold.PlacedAt,
            hold.Lifted?.By,
            hold.Lifted?.At,
            hold.Lifted?.Reason,
            hold.StandsAt(now)
        );
    }
}
