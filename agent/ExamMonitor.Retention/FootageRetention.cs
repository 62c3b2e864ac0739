using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Volumes;

namespace ExamMonitor.Retention;

/// <summary>
/// Retention of one archive: what must be kept, what is held, what may go, and the record of all that went (RET-1 … RET-8). Safe from any
/// thread.
/// </summary>
/// <remarks>Whatever cannot be read or is not known keeps footage. Disposed of with its archive; owns nothing else.</remarks>
public sealed partial class FootageRetention
{
    private readonly ArchiveContext _context;
    private readonly FootageArchive _archive;
    private readonly IRetentionLedger _ledger;
    private readonly RetentionOptions _options;
    private readonly RetentionStore _store;
    private readonly ClockJournal _clockJournal;
    private readonly KnownFiles _files;
    private readonly FileListSeal _seal;
    private readonly LocalText? _older;
    private readonly TrustedClock _clock;
    private readonly ClockVouches _vouches = new();
    private readonly Lock _vouching = new();
    private readonly Destroyer _destroyer;

    /// <summary>Whatever decides or destroys holds it, so that a hold that was placed is in force before anything else goes.</summary>
    private readonly Lock _gate = new();
    private readonly long _headroom;
    private (long Version, RetentionPlanner Planner)? _planner;
    private RetentionRules? _rulesToEnter;

    private FootageRetention(FootageArchive archive, IRetentionLedger ledger, RetentionOptions options)
    {
        (_context, _archive, _ledger, _options) = (archive.Context, archive, ledger, options);
        _headroom = SpaceState.HeadroomOf(_context.Volume.TotalBytes());
        (_files, _seal) = (new(archive.Context, ledger), new(archive.Context, ledger));
        _older = VolumeAge.FaultOf(archive.Context, ledger);
        _store = new(archive.Context, ledger);
        _clockJournal = new(archive.Context, ledger, options);
        _files.Foreign = () => [.. _store.Journal.Foreign, .. _clockJournal.Foreign];
        _clock = new(archive.Context, ledger, _clockJournal, options.ClockAllowance);
        archive.Context.ClockNeeded += () => _clock.Observe();
        _destroyer = new(archive.Context, ledger);
    }

    /// <summary>Reads what lies on the volume, makes it again from the ledger when the index is new, and puts rules in force.</summary>
    /// <param name="archive">Open archive.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="rules">Rules of the site; when they differ from those in force they are entered, and the ones before stay in force for
    /// footage that began under them.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="IOException">The volume or the ledger could not be written.</exception>
    public static FootageRetention Open(FootageArchive archive, IRetentionLedger ledger, RetentionRules rules, RetentionOptions options)
    {
        var retention = new FootageRetention(archive, ledger, options);
        retention.LookAtFiles();
        foreach (var problem in retention.Problems)
            retention._context.Logger.RetentionUnreadable(problem);
        var now = retention.Now();
        if (retention._store.Facts.Rules is null)
            return retention;
        try
        {
            retention._store.Use(rules, retention.Latest(now), "configuration", options.TwoPersons);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            // Recording and live pictures need no rules; nothing is destroyed before these are in force.
            retention._context.Logger.RulesWait(e);
            retention._rulesToEnter = rules;
        }

        return retention;
    }

    /// <summary>
    /// What cannot be read of rules, sessions and holds; empty when all is well. While it is not empty, nothing is destroyed.
    /// </summary>
    public IReadOnlyList<string> Problems => [.. _store.Problems, .. _clockJournal.Problems];

    /// <summary>
    /// Files of the volume that are gone or not what was written, as the last look found them. While there are any, nothing is destroyed.
    /// </summary>
    public IReadOnlyList<FileFault> FileFaults => _files.Faults;

    /// <summary>Why this volume is an older copy of the one that the index knows; null when it is not. Then nothing is destroyed.</summary>
    public LocalText? OlderCopy => _older;

    /// <summary>Looks at the files beside the footage; to be called about once a minute.</summary>
    public IReadOnlyList<FileFault> LookAtFiles()
    {
        if (_older is null)
        {
            VolumeAge.Note(_context, _ledger);
            _seal.Advance();
        }

        return _files.Look(thorough: false);
    }

    /// <summary>Lists a file that somebody else keeps on the volume as it lies there: from now on it must be there.</summary>
    /// <param name="path">Relative to the volume.</param>
    /// <param name="chained">Whether it is a file of chained lines that grows.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void NoteFile(string path, bool chained)
    {
        if (chained)
            _files.NoteLines(path);
        else
            _files.Note(path);
    }

    /// <summary>
    /// Says that a file that somebody else reads has lines of which the ledger has no entry: a fault as long as it has them.
    /// </summary>
    /// <param name="path">Relative to the volume.</param>
    public void NoteForeignLines(string path)
    {
        _files.NoteForeign(path);
        LookAtFiles();
    }

    /// <summary>Writes files that are gone or other again from the ledger; the agent opens anew afterwards.</summary>
    /// <param name="by">Who; 1 to 100 characters.</param>
    /// <param name="reason">Why; 1 to 1,000 characters.</param>
    /// <param name="acceptLost">Whether files of which the ledger holds only the hash are given up.</param>
    /// <param name="schedule">Writes the exam schedule again; null leaves it.</param>
    public FileRestoreReport RestoreFiles(string by, string reason, bool acceptLost, Action? schedule)
    {
        HoldPlacement.RequireText(by, 100, "by");
        HoldPlacement.RequireText(reason, HoldPlacement.MostReason, "reason");
        if (_older is { } older)
            throw new RetentionException("restore files", _context.Volume.Root, older.En);
        lock (_gate)
            return new FileRestore(_context, _ledger, _files).Run(by, reason, acceptLost, schedule);
    }

    /// <summary>Everything that decides about footage but the footage and the time, as it stands now.</summary>
    public RetentionFacts Facts => _store.Facts;

    /// <summary>
    /// Takes the time, and says what ages count to. To be called about once a minute: time that nobody takes is measured at the next call,
    /// time without a process is a pause.
    /// </summary>
    public RetentionNow Now() => _clock.Observe() is var now && _clockJournal.History is null ? now with { AgesTo = null } : now;

    /// <summary>
    /// A person vouches for the wall clock as it stands, after a jump that was refused. Entered into the ledger. A clock that is ahead of
    /// trusted time by more than a day ends windows: it counts when a second person vouches for it within an hour, and it was not set
    /// meanwhile.
    /// </summary>
    /// <param name="by">Who; 1 to 100 characters. Upper and lower case count as the same.</param>
    /// <exception cref="ArgumentException"><paramref name="by"/> is no name.</exception>
    public RetentionNow TrustClock(string by)
    {
        by = by.Trim();
        HoldPlacement.RequireText(by, 100, "by");
        lock (_vouching)
        {
            var before = _clock.Observe();
            var needsTwo = before.Trusted is { } at && before.Wall - at > ClockVouches.OnePerson;
            var first = needsTwo ? _vouches.Take(by, before.Wall, _context.Time) : null;
            var counts = !needsTwo || first is not null;
            var facts = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["by"] = first is null ? by : $"{first} and {by}",
                ["trusted"] = before.Trusted is { } trusted ? UtcJsonConverter.ToText(trusted) : "",
                ["wall"] = UtcJsonConverter.ToText(before.Wall),
            };
            _ledger.Append(counts ? "clock-vouched" : "clock-vouch-begun", null, null, facts);
            _ledger.Commit();
            return counts ? _clock.Vouch() : before with { WaitsForSecondPerson = true };
        }
    }

    /// <summary>
    /// Whether footage is dated by a clock that was behind the newest head when this process began, and nobody has said since that it is
    /// right.
    /// </summary>
    public bool IsDatingInDoubt => _clockJournal.History is { IsBehind: true };

    /// <summary>
    /// Enters new and changed sessions. Sessions that are not told of any more stay: only one that is told as cancelled, before its time
    /// began, lets its footage be idle.
    /// </summary>
    /// <param name="sessions">Sessions, known ones too; at most one of each id.</param>
    /// <param name="by">Who or what, such as <c>schedule import</c>.</param>
    /// <returns>How many were new or changed.</returns>
    /// <exception cref="IOException">They could not be entered, or those on the volume cannot be read.</exception>
    public int RememberSessions(IReadOnlyList<ExamSession> sessions, string by)
    {
        HoldPlacement.RequireText(by, 100, "by");
        lock (_gate)
            return _store.Remember(sessions, Latest(Now()), by, Calendar());
    }

    /// <summary>Newest version of every session that was ever entered.</summary>
    /// <exception cref="RetentionException">They cannot be read.</exception>
    public IReadOnlyList<ExamSession> ListSessions() => _store.NewestSessions;

    /// <summary>Every hold, also lifted ones, in the order in which they were placed.</summary>
    /// <exception cref="RetentionException">They cannot be read.</exception>
    public IReadOnlyList<Hold> ListHolds() =>
        _store.Facts.Holds
        ?? throw new RetentionException(
            "list the holds",
            RetentionFiles.Holds,
            "They cannot be read; until they can, nothing is destroyed."
        );

    /// <summary>
    /// Places a hold. When this returns, it is on the disk and in the ledger, and nothing that it covers is destroyed any more.
    /// </summary>
    /// <exception cref="ArgumentException">The request breaks a limit; the message says which.</exception>
    /// <exception cref="IOException">It could not be entered, and is not in force.</exception>
    public Hold PlaceHold(HoldPlacement request)
    {
        HoldPlacement.Require(request);
        lock (_gate)
            return _store.Place(request, _context.Time.GetUtcNow());
    }

    /// <summary>Lifts a hold.</summary>
    /// <param name="id">Hold.</param>
    /// <param name="by">Who has the right to; 1 to 100 characters.</param>
    /// <param name="reason">Why; 1 to 1,000 characters.</param>
    /// <exception cref="RetentionException">There is no such hold, or it was lifted before.</exception>
    public Hold LiftHold(HoldId id, string by, string reason)
    {
        HoldPlacement.RequireText(by, 100, "by");
        HoldPlacement.RequireText(reason, HoldPlacement.MostReason, "reason");
        lock (_gate)
            return _store.Lift(id, new(by, _context.Time.GetUtcNow(), reason));
    }

    /// <summary>Decisions about a camera's segments that touch a range, with the reason of each. Changes nothing.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">Exclusive.</param>
    public IReadOnlyList<RetentionDecision> Preview(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to) =>
        [.. Planner().Plan(Now().AgesTo, Dated(_archive.FindSegments(room, camera, from, to).Select(CandidateOf)))];

    internal static FootageCandidate CandidateOf(StoredSegment s) =>
        new(s.Id, s.Room, s.Camera, s.StartUtc, s.EndUtc, s.SizeBytes, s.Leaf is not null) { Leaf = s.Leaf };

    /// <summary>Segments with the times at which they can have been made, by what is known of the clock now.</summary>
    private IEnumerable<FootageCandidate> Dated(IEnumerable<FootageCandidate> footage)
    {
        var (history, now) = (_clockJournal.History ?? ClockHistory.None, Now());
        DateTimeOffset? believed = now.IsBelieved ? now.Wall : null;
        return footage.Select(c => history.Of(c.Leaf, c.Start, c.End, believed) is { } made ? c with { Made = made } : c);
    }

    internal RetentionPlanner Planner()
    {
        lock (_gate)
        {
            if (_planner is { } made && made.Version == _store.Version)
                return made.Planner;
            var version = _store.Version;
            var planner = new RetentionPlanner(_store.Facts);
            _planner = (version, planner);
            return planner;
        }
    }

    /// <summary>The site's calendar under the rules in force; UTC when there are none.</summary>
    internal SiteCalendar Calendar() => new(SiteZone.Of(_store.Facts.Rules is [.., var last] ? last.Rules.TimeZone : "UTC"));

    /// <summary>
    /// When something takes the place of something: the latest of wall clock, trusted time and newest signed head, since a later end keeps
    /// more.
    /// </summary>
    private DateTimeOffset Latest(RetentionNow now) =>
        new[] { now.Wall, now.Trusted ?? now.Wall, _ledger.NewestCheckpoint ?? now.Wall }.Max();
}
