using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.State;

namespace ExamMonitor.Dashboard.Components;

/// <summary>Where a problem can be looked at.</summary>
/// <param name="Key">Resource key of the link's words.</param>
/// <param name="Address">Address at the dashboard.</param>
/// <param name="Policy">Policy that an account must meet to be shown it; null for every account.</param>
public sealed record ProblemLink(string Key, string Address, string? Policy = null);

/// <summary>The way from a problem to what it speaks of: the moment it began, the camera now, the page of its kind. Pure.</summary>
public static class ProblemLinks
{
    /// <summary>Seconds shown before the onset: a person sees how it came about.</summary>
    public const int SecondsBefore = 10;

    private const string CameraMoved = "camera-moved";

    private static readonly (string Prefix, string Key, string Address, string? Policy)[] Pages =
    [
        .. Of(
            "OpenLedgers",
            "/ledger",
            null,
            "ledger",
            "witness",
            "anchor",
            "evidence",
            "scrub",
            "day-line",
            "index-row",
            "footage-entered",
            "volume-older",
            "volume-files"
        ),
        .. Of("OpenReadiness", "/readiness", null, "room-not-ready", "plate"),
        .. Of("OpenSessions", "/sessions", null, "schedule"),
        .. Of(
            "OpenRetention",
            "/retention",
            Policy.Recordings,
            "space",
            "free-space",
            "retention",
            "duty",
            "tier",
            "approval",
            "clock-jump",
            "clock-behind"
        ),
    ];

    /// <summary>Links of a problem, the most telling first; at least one.</summary>
    /// <param name="site">Site.</param>
    /// <param name="code">Kind.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="since">Onset, UTC.</param>
    /// <param name="room">Its room as it stands; null when it is not known.</param>
    public static IReadOnlyList<ProblemLink> Of(SiteId site, string code, ProblemSubject subject, DateTimeOffset since, RoomReading? room)
    {
        var kind = Pages.FirstOrDefault(p => code.StartsWith(p.Prefix, StringComparison.Ordinal));
        if (kind is { Key: "OpenReadiness", Address: var readiness } && subject.Room is { } asked)
            return [new(kind.Key, $"{readiness}#{site}-{asked}")];
        // Whom that page is not shown still gets a way that leads somewhere.
        if (kind.Key is not null)
            return kind.Policy is null
                ? [new(kind.Key, kind.Address)]
                : [new(kind.Key, kind.Address, kind.Policy), new("OpenAbout", "/about")];
        if (subject.Room is not { } id)
            return [new("OpenAbout", "/about")];
        if ((subject.Camera ?? CameraOf(subject.Station, room)) is not { } camera)
            return [new("OpenRoom", $"/rooms/{site}/{id}")];
        var at = UtcJsonConverter.ToText(since.AddSeconds(-SecondsBefore));
        var page = $"/cameras/{site}/{id}/{camera}";
        var links = new List<ProblemLink>
        {
            new("OpenMoment", $"{page}?at={Uri.EscapeDataString(at)}", Policy.Recordings),
            new("OpenCamera", page),
        };
        // What has moved is calibrated again with the points that were marked.
        if (code == CameraMoved && room is not null)
            links.Insert(0, new("Recalibrate", $"/set-up/{site}/{room.Agent}/{id}#calibrate/{camera},moved", Policy.SetUp));
        return links;
    }

    private static IEnumerable<(string Prefix, string Key, string Address, string? Policy)> Of(
        string key,
        string address,
        string? policy,
        params string[] prefixes
    ) => prefixes.Select(p => (p, key, address, policy));

    // The camera that saw the station best; else the one that should, by the map.
    private static CameraId? CameraOf(StationId? station, RoomReading? room)
    {
        if (station is null || room is null)
            return null;
        var best = room.Stations.FirstOrDefault(s => s.Place.Id == station)?.Words?.BestCamera;
        return best
            ?? room.Place.Cameras.Where(c => c.Stations.Any(s => s.Station == station))
                .OrderByDescending(c => c.Stations.First(s => s.Station == station).PxPerMetre)
                .Select(c => (CameraId?)c.Id)
                .FirstOrDefault();
    }
}
