using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>Counts and lengths beyond which a payload is refused: far above any real site, far below what would hurt a page.</summary>
internal static class PayloadBounds
{
    public const int Rooms = 256;
    public const int StationsPerRoom = 400;
    public const int CamerasPerRoom = 64;
    public const int Corners = 400;
    public const int NameLength = 200;
    public const int TextLength = 1000;
    public const double PlanMetres = 10_000;

    /// <summary>Null when the payload is within the bounds; else what is not.</summary>
    public static string? Check(Payload payload) =>
        payload switch
        {
            AgentManifest p => Manifest(p),
            AgentState p => p.Version.Length > NameLength || p.ApiAddress?.Length > TextLength || p.PublicKey?.Length > 4000
                ? "a text is too long."
                : null,
            RoomStatus p => Room(p),
            StationStatus p => Station(p),
            CameraStatus p => Camera(p),
            FootageStatus p => Footage(p),
            RetentionStatus p => Retention(p),
            AgentRetention p => p.Classes.Count > 64 ? "too many footage classes."
            : p.ArchiveTier?.Kind.Length > NameLength ? "a name is too long."
            : Sentence(p.NothingIsDestroyed) ?? Sentence(p.ArchiveTier?.Failure),
            RoomReadiness p => Readiness(p),
            RoomPlates p => Plates(p),
            ProblemEvent p => Event(p),
            LedgerCheckpoint p => Checkpoint(p),
            _ => null,
        };

    private static string? Manifest(AgentManifest m)
    {
        if (m.Rooms.Count > Rooms)
            return $"{m.Rooms.Count} rooms; at most {Rooms}.";
        if (m.Profiles.Count > 64 || m.Profiles.Any(p => p.Length > NameLength))
            return "too many or too long profile names.";
        if (m.Rooms.Select(r => r.Id).Distinct().Count() != m.Rooms.Count)
            return "a room appears twice.";
        return m.Rooms.Select(Room).FirstOrDefault(why => why is not null);
    }

    private static string? Room(RoomStatus r) =>
        r.SessionNow?.Length > NameLength || r.WorstProblem?.Id.Length > NameLength ? "a name is too long."
        : r.FloorAreaPercent is < 0 or > 100 ? "a percentage is not within 0 and 100."
        : Sentence(r.WorstProblem?.Text);

    private static string? Station(StationStatus s) =>
        s.Cameras.Count > CamerasPerRoom
            ? $"{s.Cameras.Count} cameras; at most {CamerasPerRoom}."
            : Share(s.VisibleShare)
                ?? Claim(s.Covered)
                ?? Claim(s.Lit)
                ?? Claim(s.Recorded)
                ?? s.Cameras.Select(c => Share(c.VisibleShare) ?? (c.Reason?.Length > NameLength ? "a reason is too long." : null))
                    .FirstOrDefault(why => why is not null);

    private static string? Camera(CameraStatus c) =>
        c.Health.Count > 16 ? "more conditions than exist."
        : c.Stream is { } s && (s.Width is < 1 or > 16384 || s.Height is < 1 or > 16384) ? "the picture's size is impossible."
        : Sentence(c.Text);

    private static string? Footage(FootageStatus f) =>
        f.Cameras.Count > CamerasPerRoom
            ? $"{f.Cameras.Count} cameras; at most {CamerasPerRoom}."
            : f.Cameras.Select(c => Share(c.CompletenessToday)).FirstOrDefault(why => why is not null);

    private static string? Readiness(RoomReadiness r) =>
        r.Checks.Count > 64 ? "too many checks."
        : r.Title?.Length > NameLength ? "a title is too long."
        : r
            .Checks.Select(c => c.Id.Length > NameLength ? "a name is too long." : Sentence(c.Text) ?? Sentence(c.Mend))
            .FirstOrDefault(why => why is not null);

    private static string? Plates(RoomPlates p) =>
        p.Stations.Count > StationsPerRoom
            ? "too many stations."
            : p
                .Stations.Select(s =>
                    s.Label.Length > NameLength || s.Reason?.Length > NameLength ? "a name is too long."
                    : s.PicturesSeen < 0 || s.PicturesUsed < 0 ? "a number of pictures is below 0."
                    : Sentence(s.Text)
                )
                .FirstOrDefault(why => why is not null);

    private static string? Retention(RetentionStatus r) => r.Classes.Count > 64 ? "too many footage classes." : null;

    private static string? Event(ProblemEvent e) =>
        e.Id.Length is 0 or > 128 ? "the problem's id is empty or too long."
        : e.Code.Length > NameLength || e.Evidence?.Length > 400 ? "a code or address is too long."
        : Sentence(e.Text);

    private static string? Checkpoint(LedgerCheckpoint c) =>
        c.Size < 0 || c.Root.Length > 100 || c.Note.Length > 4000 ? "the checkpoint is not one." : null;

    private static string? Room(ManifestRoom r)
    {
        if (r.Stations.Count > StationsPerRoom || r.Cameras.Count > CamerasPerRoom || r.Obstacles.Count > Corners)
            return $"room {r.Id} has too many parts.";
        if (
            r.Name.Length > NameLength
            || r.Stations.Any(s => s.Label.Length > NameLength)
            || r.Cameras.Any(c => c.Name.Length > NameLength)
        )
            return $"room {r.Id} has a name that is too long.";
        var polygons = r.Obstacles.Select(o => o.Outline).Concat(r.Cameras.Select(c => c.FloorView)).Append(r.Outline);
        if (polygons.Any(p => p.Count > Corners || p.Any(Far)))
            return $"room {r.Id} has a polygon that is too large.";
        if (r.Stations.Any(s => Far(s.Center) || !(s.Size is { Width: > 0 and < PlanMetres, Depth: > 0 and < PlanMetres })))
            return $"room {r.Id} has a station of impossible size.";
        if (r.Cameras.Any(c => c.Stations.Count > StationsPerRoom || c.Stations.Any(s => s.Outline.Count > Corners || s.Outline.Any(Far))))
            return $"room {r.Id} has a view that is too large.";
        return
            r.Stations.Select(s => s.Id).Distinct().Count() != r.Stations.Count
            || r.Cameras.Select(c => c.Id).Distinct().Count() != r.Cameras.Count
            ? $"room {r.Id} names a station or camera twice."
            : null;
    }

    private static bool Far(PlanPoint p) => Math.Abs(p.X) > PlanMetres || Math.Abs(p.Y) > PlanMetres;

    private static bool Far(PixelPoint p) => Math.Abs(p.U) > 100 || Math.Abs(p.V) > 100;

    private static string? Claim(Claim c) => c.Reason?.Length > NameLength ? "a reason is too long." : Sentence(c.Text);

    private static string? Sentence(LocalText? t) =>
        t is not null && (t.En.Length > TextLength || t.Zh.Length > TextLength) ? "a sentence is too long." : null;

    private static string? Share(double? s) => s is < 0 or > 1 ? "a share is not within 0 and 1." : null;
}
