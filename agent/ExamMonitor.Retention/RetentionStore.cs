using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention;

/// <summary>
/// Rules, sessions and holds as they lie on the volume, and in memory. Nothing is ever taken out of them. Safe from any thread.
/// </summary>
/// <remarks>
/// Order that matters: ledger entry with the whole line → line, flushed → the index's note of how many lines there are. So the ledger alone
/// can make every file
/// again, and a file that was cut or taken away is noticed; while it is missing, nothing is destroyed.
/// </remarks>
internal sealed class RetentionStore
{
    private readonly Lock _gate = new();
    private readonly ArchiveContext _context;
    private readonly LineJournal _journal;
    private List<RulesVersion>? _rules;
    private bool _twoPersons;
    private Dictionary<ExamSessionId, List<SessionVersion>>? _sessions;
    private List<Hold>? _holds;

    public RetentionStore(ArchiveContext context, IRetentionLedger ledger)
    {
        (_context, _journal) = (context, new(context, ledger));
        _journal.Open();
        Load();
    }

    /// <summary>Changes with everything that is told to this store.</summary>
    public long Version { get; private set; }

    public RetentionFacts Facts
    {
        get
        {
            lock (_gate)
            {
                return new()
                {
                    Rules = _rules is null ? null : [.. _rules],
                    Sessions = _sessions is null ? null : [.. _sessions.Values.SelectMany(v => v)],
                    Holds = _holds is null ? null : [.. _holds],
                };
            }
        }
    }

    /// <summary>Files with chained lines.</summary>
    public LineJournal Journal => _journal;

    /// <summary>Sentences about what could not be read; empty when all is well.</summary>
    public IReadOnlyList<string> Problems => _journal.Problems;

    public IReadOnlyList<ExamSession> NewestSessions
    {
        get
        {
            lock (_gate)
                return [.. Sessions().Values.Select(v => v[^1].Session)];
        }
    }

    /// <summary>Puts rules in force, unless they are. The ones before stay in force for footage that began under them.</summary>
    public bool Use(RetentionRules rules, DateTimeOffset at, string by, bool twoPersons = false)
    {
        lock (_gate)
        {
            var known = _rules ?? throw Unreadable("put rules in force", RetentionFiles.Rules);
            var current = known.LastOrDefault()?.Rules;
            if (
                current is not null
                && _twoPersons == twoPersons
                && ChainedFile.Format(current, "").AsSpan().SequenceEqual(ChainedFile.Format(rules, ""))
            )
                return false;
            _journal.Append("retention-rules", null, RetentionFiles.Rules, [new RulesLine(at, by, rules) { TwoPersons = twoPersons }]);
            _twoPersons = twoPersons;
            if (known.Count > 0)
                known[^1] = known[^1] with { ReplacedAt = at };
            known.Add(new(rules, null));
            Changed(null);
            return true;
        }
    }

    /// <summary>
    /// Enters new and changed sessions; what is known already is passed over, and a session that is no longer told of stays.
    /// </summary>
    public int Remember(IReadOnlyList<ExamSession> sessions, DateTimeOffset at, string by, SiteCalendar calendar)
    {
        lock (_gate)
        {
            var known = Sessions();
            var changed = sessions
                .Select(Whole)
                .DistinctBy(s => s.Id)
                .Where(s => !known.TryGetValue(s.Id, out var versions) || versions[^1].Session != s)
                .ToList();
            foreach (var folder in changed.GroupBy(s => SessionsPath(s, calendar), StringComparer.Ordinal))
            {
                foreach (var some in folder.Chunk(100))
                {
                    _journal.Append(
                        "session",
                        null,
                        folder.Key,
                        [.. some.Select(s => new SessionLine(at, by, known.TryGetValue(s.Id, out var v) ? v.Count + 1 : 1, s))]
                    );
                    // A new session only keeps more, and is found when its day is looked at. A version that another takes the place of may
                    // have kept footage.
                    var replaced = some.Where(s => known.ContainsKey(s.Id)).Select(s => TimeOf(known[s.Id][^1].Session)).ToList();
                    foreach (var session in some)
                        Add(known, at, session);
                    Changed(replaced);
                }
            }

            return changed.Count;
        }
    }

    public Hold Place(HoldPlacement request, DateTimeOffset at)
    {
        lock (_gate)
        {
            var holds = Holds();
            var id = HoldId.Of(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"H{holds.Count + 1}"));
            var hold = new Hold(id, [.. request.Scopes], request.Reason, request.Owner, at, request.Until, null);
            _journal.Append("hold-placed", null, RetentionFiles.Holds, [new HoldLine(hold, null, null)]);
            holds.Add(hold);
            // A hold only keeps more, and is found when its day is looked at.
            Changed([]);
            return hold;
        }
    }

    public Hold Lift(HoldId id, HoldLifted lifted)
    {
        lock (_gate)
        {
            var holds = Holds();
            var at = holds.FindIndex(h => h.Id == id);
            if (at < 0)
                throw new RetentionException("lift a hold", id.Text, "There is no such hold.");
            if (holds[at].Lifted is not null)
                throw new RetentionException("lift a hold", id.Text, "It was lifted before.");
            _journal.Append("hold-lifted", null, RetentionFiles.Holds, [new HoldLine(null, id, lifted)]);
            var stood = holds[at];
            holds[at] = stood with { Lifted = lifted };
            Changed(
                _sessions is null || _rules is not { Count: > 0 }
                    ? null
                    : new HeldFootage([stood], [.. _sessions.Values.SelectMany(v => v)], _rules).Ranges
            );
            return holds[at];
        }
    }

    private void Load()
    {
        var rules = _journal.Read<RulesLine>(RetentionFiles.Rules);
        _twoPersons = rules is [.., { TwoPersons: true }];
        _rules = rules is null
            ? null
            : [.. rules.Select((r, i) => new RulesVersion(r.Rules, i + 1 < rules.Count ? rules[i + 1].At : null))];
        if (_rules?.Exists(r => !SiteZone.TryOf(r.Rules.TimeZone, out _)) == true)
        {
            _journal.Note(RetentionFiles.Rules, "It names a time zone that this system does not know.");
            _rules = null;
        }

        _holds = LoadHolds();
        _sessions = LoadSessions();
    }

    private List<Hold>? LoadHolds()
    {
        if (_journal.Read<HoldLine>(RetentionFiles.Holds) is not { } lines)
            return null;
        var holds = new List<Hold>();
        foreach (var line in lines)
        {
            if (line.Placed is { } hold)
                holds.Add(hold);
            else if (line is { Hold: { } id, Lifted: { } lifted } && holds.FindIndex(h => h.Id == id) is var at and >= 0)
                holds[at] = holds[at] with { Lifted = lifted };
            else
            {
                _journal.Note(RetentionFiles.Holds, "A line neither places a hold nor lifts one.");
                return null;
            }
        }

        return holds;
    }

    private Dictionary<ExamSessionId, List<SessionVersion>>? LoadSessions()
    {
        var lines = new List<SessionLine>();
        foreach (var path in _journal.Paths(FileListSeal.IsSessions))
        {
            if (_journal.Read<SessionLine>(path) is not { } some)
                return null;
            lines.AddRange(some);
        }

        var sessions = new Dictionary<ExamSessionId, List<SessionVersion>>();
        foreach (var line in lines.OrderBy(l => l.Version))
            Add(sessions, line.At, line.Session);
        return sessions;
    }

    private static void Add(Dictionary<ExamSessionId, List<SessionVersion>> sessions, DateTimeOffset at, ExamSession session)
    {
        if (!sessions.TryGetValue(session.Id, out var versions))
            sessions[session.Id] = versions = [];
        if (versions.Count > 0)
            versions[^1] = versions[^1] with { ReplacedAt = at };
        versions.Add(new(session, null));
    }

    private Dictionary<ExamSessionId, List<SessionVersion>> Sessions() => _sessions ?? throw Unreadable("use the sessions", "batches");

    private List<Hold> Holds() => _holds ?? throw Unreadable("use the holds", RetentionFiles.Holds);

    /// <summary>As it comes back from its line: whole milliseconds, so that a known session is known again.</summary>
    private static ExamSession Whole(ExamSession session) =>
        session with
        {
            Start = UnixMs.ToUtc(UnixMs.Of(session.Start)),
            End = UnixMs.ToUtc(UnixMs.Ceiling(session.End)),
        };

    internal static string SessionsPath(ExamSession session, SiteCalendar calendar) => $"{BatchFolder(session, calendar)}/sessions.jsonl";

    /// <summary>「按年度、按批次」: by year and batch (RET-2).</summary>
    internal static string BatchFolder(ExamSession session, SiteCalendar calendar) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"batches/{calendar.BatchDayOf(session.End).Year:D4}/{session.Batch}"
        );

    /// <summary>A session's time with the widest margins that any rules had.</summary>
    private (long FromMs, long ToMs) TimeOf(ExamSession session)
    {
        var (before, after) = (
            _rules?.Select(r => r.Rules.MarginBefore).DefaultIfEmpty().Max() ?? TimeSpan.FromDays(1),
            _rules?.Select(r => r.Rules.MarginAfter).DefaultIfEmpty().Max() ?? TimeSpan.FromDays(1)
        );
        return (UnixMs.Of(session.Start - before), UnixMs.Ceiling((session.End > session.Start ? session.End : session.Start) + after));
    }

    /// <summary>
    /// Has the next sweep look at what may be due sooner than was noted: days that a range touches, or every day for
    /// <see langword="null"/>. An archive of years is not read for one session.
    /// </summary>
    private void Changed(IEnumerable<(long FromMs, long ToMs)>? ranges)
    {
        Version++;
        _context.Index.Write(t =>
        {
            if (ranges is null)
                t.RecheckAll();
            else
                foreach (var (fromMs, toMs) in ranges)
                    t.Recheck(fromMs, toMs);
        });
    }

    private static RetentionException Unreadable(string operation, string path) =>
        new(
            operation,
            path,
            "It cannot be read; until it can, nothing is destroyed. Restore it from the archive tier, or run reindex, which makes it "
                + "again from the ledger."
        );
}
