using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Footage.Retention;

/// <summary>Retention of one archive: what must be kept, what is held, what may go, and the record of all that went (RET-1 … RET-8). Safe from any thread.</summary>
/// <remarks>Whatever cannot be read or is not known keeps footage. Disposed of with its archive; owns nothing else.</remarks>
public sealed partial class FootageRetention
{
    private readonly ArchiveContext _context;
    private readonly FootageArchive _archive;
    private readonly IRetentionLedger _ledger;
    private readonly RetentionOptions _options;
    private readonly RetentionStore _store;
    private readonly TrustedClock _clock;
    private readonly Destroyer _destroyer;

    /// <summary>Whatever decides or destroys holds it, so that a hold that was placed is in force before anything else goes.</summary>
    private readonly Lock _gate = new();
    private long _headroom = SpaceState.Headroom;
    private (long Version, RetentionPlanner Planner)? _planner;

    private FootageRetention(FootageArchive archive, IRetentionLedger ledger, RetentionOptions options)
    {
        (_context, _archive, _ledger, _options) = (archive.Context, archive, ledger, options);
        _store = new(archive.Context, ledger);
        _clock = new(archive.Context, ledger, options.ClockAllowance);
        _destroyer = new(archive.Context, ledger);
    }

    /// <summary>Reads what lies on the volume, makes it again from the ledger when the index is new, and puts rules in force.</summary>
    /// <param name="archive">Open archive.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="rules">Rules of the site; when they differ from those in force they are entered, and the ones before stay in force for footage that began under them.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="IOException">The volume or the ledger could not be written.</exception>
    public static FootageRetention Open(FootageArchive archive, IRetentionLedger ledger, RetentionRules rules, RetentionOptions options)
    {
        var retention = new FootageRetention(archive, ledger, options);
        foreach (var problem in retention._store.Problems) retention._context.Logger.RetentionUnreadable(problem);
        var now = retention.Now();
        if (retention._store.Facts.Rules is not null) retention._store.Use(rules, Latest(now), "configuration", options.TwoPersons);
        return retention;
    }

    /// <summary>What cannot be read of rules, sessions and holds; empty when all is well. While it is not empty, nothing is destroyed.</summary>
    public IReadOnlyList<string> Problems => _store.Problems;

    /// <summary>Everything that decides about footage but the footage and the time, as it stands now.</summary>
    public RetentionFacts Facts => _store.Facts;

    /// <summary>Takes the time, and says what ages count to. To be called about once a minute: time that nobody takes is measured at the next call, time without a process is a pause.</summary>
    public RetentionNow Now() => _clock.Observe();

    /// <summary>A person vouches for the wall clock as it stands, after a jump that was refused. Entered into the ledger.</summary>
    /// <param name="by">Who; 1 to 100 characters.</param>
    /// <exception cref="ArgumentException"><paramref name="by"/> is no name.</exception>
    public RetentionNow TrustClock(string by)
    {
        HoldRequest.RequireText(by, 100, "by");
        var before = _clock.Observe();
        _ledger.Append("clock-vouched", null, null, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["by"] = by,
            ["trusted"] = before.Trusted is { } trusted ? UtcJsonConverter.ToText(trusted) : "",
            ["wall"] = UtcJsonConverter.ToText(before.Wall),
        });
        _ledger.Commit();
        return _clock.Vouch();
    }

    /// <summary>Enters new and changed sessions. Sessions that are not told of any more stay: only one that is told as cancelled, before its time began, lets its footage be idle.</summary>
    /// <param name="sessions">Sessions, known ones too; at most one of each id.</param>
    /// <param name="by">Who or what, such as <c>schedule import</c>.</param>
    /// <returns>How many were new or changed.</returns>
    /// <exception cref="IOException">They could not be entered, or those on the volume cannot be read.</exception>
    public int RememberSessions(IReadOnlyList<ExamSession> sessions, string by)
    {
        HoldRequest.RequireText(by, 100, "by");
        lock (_gate) return _store.Remember(sessions, Latest(Now()), by, Calendar());
    }

    /// <summary>Newest version of every session that was ever entered.</summary>
    /// <exception cref="RetentionException">They cannot be read.</exception>
    public IReadOnlyList<ExamSession> ListSessions() => _store.NewestSessions;

    /// <summary>Every hold, also lifted ones, in the order in which they were placed.</summary>
    /// <exception cref="RetentionException">They cannot be read.</exception>
    public IReadOnlyList<Hold> ListHolds() => _store.Facts.Holds ?? throw new RetentionException("list the holds", RetentionStore.HoldsPath, "They cannot be read; until they can, nothing is destroyed.");

    /// <summary>Places a hold. When this returns, it is on the disk and in the ledger, and nothing that it covers is destroyed any more.</summary>
    /// <exception cref="ArgumentException">The request breaks a limit; the message says which.</exception>
    /// <exception cref="IOException">It could not be entered, and is not in force.</exception>
    public Hold PlaceHold(HoldRequest request)
    {
        HoldRequest.Require(request);
        lock (_gate) return _store.Place(request, _context.Time.GetUtcNow());
    }

    /// <summary>Lifts a hold.</summary>
    /// <param name="id">Hold.</param>
    /// <param name="by">Who has the right to; 1 to 100 characters.</param>
    /// <param name="reason">Why; 1 to 1,000 characters.</param>
    /// <exception cref="RetentionException">There is no such hold, or it was lifted before.</exception>
    public Hold LiftHold(HoldId id, string by, string reason)
    {
        HoldRequest.RequireText(by, 100, "by");
        HoldRequest.RequireText(reason, HoldRequest.MostReason, "reason");
        lock (_gate) return _store.Lift(id, new(by, _context.Time.GetUtcNow(), reason));
    }

    /// <summary>Decisions about a camera's segments that touch a range, with the reason of each. Changes nothing.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">Exclusive.</param>
    public IReadOnlyList<RetentionDecision> Preview(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to) =>
        [.. Planner().Plan(Now().AgesTo, _archive.FindSegments(room, camera, from, to).Select(CandidateOf))];

    internal static FootageCandidate CandidateOf(StoredSegment s) => new(s.Id, s.Room, s.Camera, s.StartUtc, s.EndUtc, s.SizeBytes, s.Leaf is not null);

    internal RetentionPlanner Planner()
    {
        lock (_gate)
        {
            if (_planner is { } made && made.Version == _store.Version) return made.Planner;
            var version = _store.Version;
            var planner = new RetentionPlanner(_store.Facts);
            _planner = (version, planner);
            return planner;
        }
    }

    /// <summary>The site's calendar under the rules in force; UTC when there are none.</summary>
    internal SiteCalendar Calendar() =>
        new(TimeZoneInfo.FindSystemTimeZoneById(_store.Facts.Rules is [.., var last] ? last.Rules.TimeZone : "UTC"));

    /// <summary>When something takes the place of something: the later of both clocks, since a later end keeps more.</summary>
    private static DateTimeOffset Latest(RetentionNow now) => now.Trusted is { } trusted && trusted > now.Wall ? trusted : now.Wall;
}
