using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>How bad it stands with a room now; the order is the order of an overview, worst first.</summary>
public enum RoomRank
{
    /// <summary>A proof is lost: an open critical problem, or a station that fails.</summary>
    Critical,

    /// <summary>Nothing is known of the room.</summary>
    Silent,

    /// <summary>A camera or something else fails while every station still holds.</summary>
    Warning,

    /// <summary>Something is not measured.</summary>
    Unknown,

    /// <summary>Everything holds.</summary>
    Fine,
}

/// <summary>What a room's one line says: the worst thing now first, what concerns later apart. Pure.</summary>
/// <param name="Rank">How bad it stands.</param>
/// <param name="Text">The worst thing now; null when the rank says it all.</param>
/// <param name="Since">Since when, UTC; null when not known.</param>
/// <param name="More">Further things that are wrong now.</param>
/// <param name="Later">What concerns the next session only; null for nothing.</param>
public sealed record RoomNow(RoomRank Rank, LocalText? Text, DateTimeOffset? Since, int More, LocalText? Later)
{
    /// <summary>Code of the problem that speaks of a session that has not begun.</summary>
    public const string NotReady = "room-not-ready";

    /// <summary>Reads a room and its open problems.</summary>
    /// <param name="room">Room.</param>
    /// <param name="problems">Its open problems, in any order.</param>
    public static RoomNow Of(RoomReading room, IReadOnlyCollection<ProblemEvent> problems)
    {
        var later = problems.FirstOrDefault(p => p.Code == NotReady)?.Text;
        if (room.Silence != Silence.None)
            return new(RoomRank.Silent, null, room.SilentSince, 0, later);
        var now = problems.Where(p => p.Code != NotReady).OrderByDescending(p => p.Severity).ThenBy(p => p.Since).ToList();
        var told = now.Select(p => p.Subject.Camera).ToHashSet();
        var faults = now.Select(p => (p.Severity, p.Text, Since: (DateTimeOffset?)p.Since))
            .Concat(
                room.Cameras.Where(c => c.Overall == Mark.No && !told.Contains(c.Place.Id))
                    .Select(OfCamera)
                    .Where(f => f.Text is not null)
                    .Select(f => (Severity: Severity.Warning, Text: f.Text!, f.Since))
            )
            .ToList();
        var failing = room.Stations.Where(s => s.Overall == Mark.No).ToList();
        if (failing.Count > 0 && !now.Exists(p => p.Severity == Severity.Critical))
            faults.Insert(0, OfStation(failing[0]));
        var rank =
            faults.Exists(f => f.Severity == Severity.Critical) ? RoomRank.Critical
            : faults.Exists(f => f.Severity == Severity.Warning) || room.Overall == Mark.No ? RoomRank.Warning
            : room.Overall == Mark.Yes ? RoomRank.Fine
            : RoomRank.Unknown;
        return faults is [var worst, ..] ? new(rank, worst.Text, worst.Since, faults.Count - 1, later) : new(rank, null, null, 0, later);
    }

    private static (LocalText? Text, DateTimeOffset? Since) OfCamera(CameraReading camera) =>
        camera.Words is { Text: { } text } words
            ? (new($"{camera.Place.Name}: {text.En}", $"{camera.Place.Name}：{text.Zh}"), words.Since)
            : (new($"{camera.Place.Name} needs attention.", $"{camera.Place.Name}需要处理。"), camera.Words?.Since);

    private static (Severity Severity, LocalText Text, DateTimeOffset? Since) OfStation(StationReading station)
    {
        var claim = station.Claims.First(c => c.Mark == Mark.No);
        return (
            Severity.Critical,
            claim.Why ?? new($"Station {station.Place.Label} is not proved.", $"{station.Place.Label} 号工位未得到证明。"),
            claim.Since
        );
    }
}
