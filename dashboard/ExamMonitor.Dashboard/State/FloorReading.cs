using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>What a page may say of a claim. The default is unknown, so that nothing forgotten looks proved.</summary>
public enum Mark
{
    /// <summary>Not measured, or not lately.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    Yes,

    /// <summary>It does not.</summary>
    No,
}

/// <summary>Why the dashboard itself cannot know.</summary>
public enum Silence
{
    /// <summary>It can.</summary>
    None,

    /// <summary>No connection to the broker.</summary>
    BrokerGone,

    /// <summary>The agent said goodbye or its last will spoke for it.</summary>
    AgentOffline,

    /// <summary>Nothing newer than <see cref="Heartbeat.BelievedFor"/>.</summary>
    NothingHeard,

    /// <summary>Not a word yet.</summary>
    NeverHeard,
}

/// <summary>One claim as a page may show it.</summary>
/// <param name="Mark">Yes and no only while measured and fresh.</param>
/// <param name="Since">When it last changed, or since when it is not known; UTC; null when nobody said.</param>
/// <param name="Why">Agent's own sentence; null when yes or when <paramref name="Silence"/> says it.</param>
/// <param name="Silence">The dashboard's own reason for not knowing.</param>
public sealed record ClaimReading(Mark Mark, DateTimeOffset? Since, LocalText? Why, Silence Silence);

/// <summary>A station as a page may show it.</summary>
/// <param name="Place">From the manifest.</param>
/// <param name="Covered">In view of a healthy camera.</param>
/// <param name="Lit">Lit well enough to record.</param>
/// <param name="Recorded">Footage of it is being committed.</param>
/// <param name="Words">Last status, believed or not; null before the first.</param>
public sealed record StationReading(MapStation Place, ClaimReading Covered, ClaimReading Lit, ClaimReading Recorded, StationStatus? Words)
{
    /// <summary>The three, in the order in which they are shown.</summary>
    public IEnumerable<ClaimReading> Claims => [Covered, Lit, Recorded];

    /// <summary>No as soon as one claim fails, yes only when all three hold.</summary>
    public Mark Overall =>
        Covered.Mark == Mark.No || Lit.Mark == Mark.No || Recorded.Mark == Mark.No ? Mark.No
        : Covered.Mark == Mark.Yes && Lit.Mark == Mark.Yes && Recorded.Mark == Mark.Yes ? Mark.Yes
        : Mark.Unknown;
}

/// <summary>A camera as a page may show it.</summary>
/// <param name="Place">From the manifest.</param>
/// <param name="Healthy">Yes when its only condition is ok.</param>
/// <param name="Recording">Whether fragments are being written.</param>
/// <param name="Silence">The dashboard's own reason for not knowing.</param>
/// <param name="Words">Last status, believed or not; null before the first.</param>
/// <param name="Footage">Last footage facts, believed or not; null before the first.</param>
public sealed record CameraReading(
    ManifestCamera Place,
    Mark Healthy,
    Mark Recording,
    Silence Silence,
    CameraStatus? Words,
    CameraFootage? Footage
)
{
    /// <summary>No when it is not healthy or not recording, yes when it is known to be both.</summary>
    public Mark Overall =>
        Healthy == Mark.No || Recording == Mark.No ? Mark.No
        : Healthy == Mark.Yes && Recording == Mark.Yes ? Mark.Yes
        : Mark.Unknown;
}

/// <summary>A room as a page may show it.</summary>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent that watches the room.</param>
/// <param name="Place">From the manifest.</param>
/// <param name="Silence">Why nothing is known of the whole room; none when something is.</param>
/// <param name="SilentSince">UTC; null when never heard.</param>
/// <param name="Words">Last status of the room; null unless it may be believed.</param>
/// <param name="Stations">In the order of the manifest.</param>
/// <param name="Cameras">In the order of the manifest.</param>
/// <param name="Zone">Site time zone.</param>
public sealed record RoomReading(
    SiteId Site,
    AgentId Agent,
    ManifestRoom Place,
    Silence Silence,
    DateTimeOffset? SilentSince,
    RoomStatus? Words,
    IReadOnlyList<StationReading> Stations,
    IReadOnlyList<CameraReading> Cameras,
    TimeZoneInfo Zone
)
{
    /// <summary>Whether it is ready for its next session; null when the agent has never said.</summary>
    public ReadinessReading? Readiness { get; init; }

    /// <summary>Whether its number plates are at their stations; null when they were never checked.</summary>
    public PlatesReading? Plates { get; init; }

    /// <summary>What its one line says.</summary>
    public RoomNow Now { get; init; } = new(RoomRank.Unknown, null, null, 0, null);

    /// <summary>Stations of which all three claims hold.</summary>
    public int Proved { get; } = Stations.Count(s => s.Overall == Mark.Yes);

    /// <summary>No when a station or camera fails, yes only when everything is known and holds.</summary>
    public Mark Overall { get; } = Judge(Silence, [.. Stations.Select(s => s.Overall), .. Cameras.Select(c => c.Overall)]);

    private static Mark Judge(Silence silence, List<Mark> marks) =>
        marks.Contains(Mark.No) ? Mark.No
        : marks.Count > 0 && marks.TrueForAll(m => m == Mark.Yes) && silence == Silence.None ? Mark.Yes
        : Mark.Unknown;

    /// <summary>Stations of which a claim holds.</summary>
    public int Count(Func<StationReading, ClaimReading> claim, Mark mark) => Stations.Count(s => claim(s).Mark == mark);
}

/// <summary>An open problem as a page may show it.</summary>
/// <param name="Site">Site.</param>
/// <param name="Problem">Its last event.</param>
/// <param name="Room">Null for a problem of the agent as a whole.</param>
/// <param name="Current">Whether its agent can be heard; else it is only the last known.</param>
public sealed record ProblemReading(SiteId Site, ProblemEvent Problem, RoomReading? Room, bool Current);

/// <summary>A site as a page may show it.</summary>
/// <param name="Id">Site.</param>
/// <param name="Zone">Time zone in which people of the site read times.</param>
/// <param name="Rooms">Rooms of every agent.</param>
/// <param name="Problems">Open problems, worst first.</param>
public sealed record SiteReading(SiteId Id, TimeZoneInfo Zone, IReadOnlyList<RoomReading> Rooms, IReadOnlyList<ProblemReading> Problems);

/// <summary>Everything that pages may claim at one moment.</summary>
/// <param name="At">That moment, UTC.</param>
/// <param name="Sites">By id.</param>
/// <param name="NextLapseAt">When the first of the believed words turns unknown if nothing newer arrives; null when none is
/// believed.</param>
public sealed record FloorReading(DateTimeOffset At, IReadOnlyList<SiteReading> Sites, DateTimeOffset? NextLapseAt)
{
    /// <summary>Nothing is known.</summary>
    public static FloorReading Empty { get; } = new(DateTimeOffset.MinValue, [], null);

    /// <summary>Rooms of every site.</summary>
    public IEnumerable<RoomReading> Rooms => Sites.SelectMany(s => s.Rooms);

    /// <summary>A room by its ids; null when there is none.</summary>
    public RoomReading? Room(string? site, string? room) => Rooms.FirstOrDefault(r => r.Site.Text == site && r.Place.Id.Text == room);
}
