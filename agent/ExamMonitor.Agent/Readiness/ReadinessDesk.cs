using System.Collections.Concurrent;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Agent.Rooms;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Agent.Readiness;

/// <summary>Asks rooms whether they are ready, keeps and publishes the newest answers. Thread-safe.</summary>
/// <param name="runtime">Parts.</param>
/// <param name="limits">What is asked for.</param>
internal sealed class ReadinessDesk(AgentRuntime runtime, ReadinessLimits limits)
{
    private readonly ConcurrentDictionary<RoomId, RoomReadiness> _newest = new();

    /// <summary>Whether a time server keeps the clock; null where it cannot be asked.</summary>
    public Func<bool?> ClockIsSynchronized { get; init; } = ClockSync.IsSynchronized;

    /// <summary>Room on the volume.</summary>
    public required Func<SpaceReadiness> Space { get; init; }

    /// <summary>What is wrong with the clock beside what it says itself; null when nothing is.</summary>
    public Func<LocalText?> ClockFault { get; init; } = static () => null;

    /// <summary>The last whole pass over the archive.</summary>
    public Func<ScrubReadiness> Scrub { get; init; } = static () => new(null, 0);

    /// <summary>Topics of the site.</summary>
    public required Topics Topics { get; init; }

    /// <summary>Newest answer of a room; null before the first.</summary>
    public RoomReadiness? Newest(RoomId room) => _newest.GetValueOrDefault(room);

    /// <summary>Newest answer for a session; null when it was not asked yet.</summary>
    public RoomReadiness? For(ExamSession? session) => session is not null && Newest(session.Room) is { } newest && newest.Session == session.Id && newest.SessionStart == session.Start ? newest : null;

    /// <summary>Checks a room now, and publishes the answer.</summary>
    /// <param name="room">Room of this agent.</param>
    /// <param name="session">Session that is asked about; null for the room itself.</param>
    /// <param name="now">UTC.</param>
    public RoomReadiness Check(RoomId room, ExamSession? session, DateTimeOffset now)
    {
        var answer = ReadinessRules.Judge(Facts(runtime.Find(room)!, session, now), limits, now);
        _newest[room] = answer;
        runtime.Publisher.SetState(Topics.RoomReadiness(room), answer);
        return answer;
    }

    /// <summary>Checks every room for which a check is due.</summary>
    public void CheckDue(DateTimeOffset now)
    {
        var calendar = runtime.Sessions.Calendar;
        foreach (var room in runtime.Rooms)
        {
            var next = calendar.Next(room.Id, now);
            var last = For(next);
            if (ReadinessDue.IsDue(now, next?.Start, last?.Ts, last?.Ready == true)) Check(room.Id, next, now);
        }
    }

    /// <summary>Whether cameras that rest between sessions must be awake: a session with its margins, or a check before one.</summary>
    public bool MustLook(RoomId room, DateTimeOffset now)
    {
        var calendar = runtime.Sessions.Calendar;
        if (calendar.IsRequired(room, now)) return true;
        var next = calendar.Next(room, now);
        var last = For(next);
        return ReadinessDue.MustLook(now, next?.Start, last?.Ts, last?.Ready == true);
    }

    private ReadinessFacts Facts(RoomRuntime room, ExamSession? session, DateTimeOffset now)
    {
        var teller = runtime.Tellers.First(t => t.Id == room.Id);
        var view = teller.View;
        var cameras = room.Cameras.Select(c =>
        {
            var facts = view?.Facts.FirstOrDefault(f => f.Camera == c.Setup.Id);
            var health = view?.Cameras.GetValueOrDefault(c.Setup.Id)?.Health ?? [];
            return new CameraReadiness(c.Setup.Name, facts?.Recording.IsRecording == true, health, facts?.Sound.State ?? AudioState.Unknown, facts?.Stream.ClockOffsetMs, facts?.Stream.BitRateKbps * 1000 / 8 * 3600);
        });
        return new(
            room.Id, session, [.. cameras], [.. view?.Stations.Zip(room.Setup.Map.Stations).Select(s => new StationReadiness(s.Second.Label, s.First.Covered.Value, s.First.Lit.Value)) ?? []],
            teller.Floor, new(ClockIsSynchronized(), ClockRule.FindFault(now, null) ?? ClockFault()), Space(),
            runtime.Calibrations.Of(room.Setup), Scrub(), !runtime.Ledger.Findings.Any(f => f.HurtsProof))
        {
            Plates = runtime.Plates.Readiness(room.Id),
        };
    }
}
