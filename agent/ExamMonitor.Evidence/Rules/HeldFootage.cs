using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Rules;

/// <summary>Holds, made ready to be asked about segments. Immutable.</summary>
internal sealed class HeldFootage
{
    private readonly List<Area> _areas = [];

    public HeldFootage(IReadOnlyList<Hold> holds, IReadOnlyList<SessionVersion> sessions, IReadOnlyList<RulesVersion> rules)
    {
        var (before, after) = (rules.Max(r => r.Rules.MarginBefore), rules.Max(r => r.Rules.MarginAfter));
        foreach (var hold in holds.Where(h => h.Lifted is null))
        {
            foreach (var scope in hold.Scopes)
                AddAreas(hold, scope, sessions, before, after);
        }
    }

    private HeldFootage() { }

    public static HeldFootage None { get; } = new();

    /// <summary>Times that the holds touch, UTC ms, each end exclusive.</summary>
    public IEnumerable<(long FromMs, long ToMs)> Ranges => _areas.Select(a => (a.FromMs, a.ToMs));

    /// <summary>The hold that touches a segment and stands longest; null when none does.</summary>
    public Hold? Find(RoomId room, CameraId camera, long fromMs, long toMs, DateTimeOffset now)
    {
        Hold? best = null;
        foreach (var area in _areas)
        {
            if (area.FromMs >= toMs || area.ToMs <= fromMs || (area.Room is { } r && r != room) || (area.Camera is { } c && c != camera))
                continue;
            if (!area.Hold.StandsAt(now) || (best is not null && (best.Until is null || area.Hold.Until <= best.Until)))
                continue;
            best = area.Hold;
        }

        return best;
    }

    /// <summary>Every hold that stands and touches a range.</summary>
    public IEnumerable<HoldId> All(RoomId room, CameraId camera, long fromMs, long toMs, DateTimeOffset now) =>
        _areas
            .Where(a =>
                a.FromMs < toMs
                && a.ToMs > fromMs
                && (a.Room is null || a.Room == room)
                && (a.Camera is null || a.Camera == camera)
                && a.Hold.StandsAt(now)
            )
            .Select(a => a.Hold.Id)
            .Distinct();

    /// <summary>
    /// A batch or session stands for the time of every version that it ever had, also called-off ones: a dispute may be about just that.
    /// </summary>
    private void AddAreas(Hold hold, FootageScope scope, IReadOnlyList<SessionVersion> sessions, TimeSpan before, TimeSpan after)
    {
        var (fromMs, toMs) = (
            scope.From is { } from ? UnixMs.Of(from) : long.MinValue,
            scope.To is { } to ? UnixMs.Ceiling(to) : long.MaxValue
        );
        if (scope.Batch is null && scope.Session is null)
        {
            _areas.Add(new(hold, scope.Room, scope.Camera, fromMs, toMs));
            return;
        }

        foreach (var session in sessions.Select(s => s.Session))
        {
            if (
                (scope.Batch is { } batch && session.Batch != batch)
                || (scope.Session is { } id && session.Id != id)
                || (scope.Room is { } room && session.Room != room)
            )
                continue;
            _areas.Add(
                new(
                    hold,
                    session.Room,
                    scope.Camera,
                    Math.Max(fromMs, UnixMs.Of(session.Start - before)),
                    Math.Min(toMs, UnixMs.Ceiling(session.End + after))
                )
            );
        }
    }

    private sealed record Area(Hold Hold, RoomId? Room, CameraId? Camera, long FromMs, long ToMs);
}
