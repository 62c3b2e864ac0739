using System.Globalization;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// Rules, sessions, holds and approvals as they stood at each entry of a ledger, made of the entries alone; what the law then said is asked
/// of the planner that the agent uses.
/// </summary>
/// <remarks>
/// An entry that cannot be read makes its kind unreadable from there on, which is no ground for anything. Not thread-safe.
/// </remarks>
internal sealed class LawReplay
{
    private readonly SortedDictionary<long, RulesLine> _rules = [];
    private readonly SortedDictionary<long, HoldLine> _holds = [];
    private readonly SortedDictionary<string, SortedDictionary<long, SessionLine>> _sessions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, ApprovalLine> _approvals = [];
    private readonly SortedDictionary<long, ClockMark> _marks = [];
    private RetentionPlanner? _planner;
    private ClockHistory? _clock;
    private bool _unreadable;

    /// <summary>Whether exam footage went only with two approvals, by the newest rules.</summary>
    public bool TwoPersons => _rules.Count > 0 && _rules.Last().Value.TwoPersons;

    /// <summary>Takes an entry that carries a line; others are passed over.</summary>
    public void Take(ParsedEntry entry)
    {
        if (PinnedLine.Of(entry) is not { } line)
            return;
        try
        {
            if (entry.Kind == "retention-rules" && line.File == RetentionFiles.Rules)
                _rules[line.Number] = Parse<RulesLine>(line);
            else if (entry.Kind is "hold-placed" or "hold-lifted" && line.File == RetentionFiles.Holds)
                _holds[line.Number] = Parse<HoldLine>(line);
            else if (entry.Kind == "destruction-approved" && line.File == RetentionFiles.Approvals)
                _approvals[line.Number] = Parse<ApprovalLine>(line);
            else if (entry.Kind == LedgerEntry.ClockMark && line.File == RetentionFiles.ClockMarks)
                _marks[line.Number] = Parse<ClockMark>(line);
            else if (entry.Kind == "session")
                SessionsOf(line.File)[line.Number] = Parse<SessionLine>(line);
            else
                return;
        }
        catch (RetentionException)
        {
            _unreadable = true;
        }

        (_planner, _clock) = (null, null);
    }

    /// <summary>What the law said of a segment at a moment.</summary>
    /// <exception cref="ArgumentException">A time or zone in the entries is out of every range.</exception>
    public RetentionDecision Decide(DateTimeOffset at, FootageCandidate footage, bool spaceWasShort)
    {
        // The allowance of the site is not in the ledger; the default is what most have, and a date in doubt keeps by it.
        _clock ??= ClockHistory.Of(_marks.Values, ClockHistory.UsualAllowance);
        return (_planner ??= new(Facts())).Decide(
            at,
            footage with
            {
                Made = _clock.Of(footage.Leaf, footage.Start, footage.End, at),
            },
            spaceWasShort
        );
    }

    /// <summary>Digests that two different persons had approved, no longer before a moment than approvals ever last.</summary>
    public IEnumerable<string> Approved(DateTimeOffset at) =>
        _approvals
            .Values.Where(a => at - a.At < Proposal.LongestLifetime)
            .GroupBy(a => a.Digest, StringComparer.Ordinal)
            .Where(g => g.Select(a => a.By.Trim()).Distinct(StringComparer.OrdinalIgnoreCase).Count() >= Proposal.Persons)
            .Select(g => g.Key);

    private RetentionFacts Facts()
    {
        if (_unreadable)
            return new()
            {
                Rules = null,
                Sessions = null,
                Holds = null,
            };
        var rules = _rules.Values.ToList();
        return new()
        {
            Rules = [.. rules.Select((r, i) => new RulesVersion(r.Rules, i + 1 < rules.Count ? rules[i + 1].At : null))],
            Sessions = Sessions(),
            Holds = Holds(),
        };
    }

    private List<SessionVersion> Sessions()
    {
        var sessions = new Dictionary<ExamSessionId, List<SessionVersion>>();
        foreach (var line in _sessions.Values.SelectMany(f => f.Values).OrderBy(l => l.Version))
        {
            if (!sessions.TryGetValue(line.Session.Id, out var versions))
                sessions[line.Session.Id] = versions = [];
            if (versions.Count > 0)
                versions[^1] = versions[^1] with { ReplacedAt = line.At };
            versions.Add(new(line.Session, null));
        }

        return [.. sessions.Values.SelectMany(v => v)];
    }

    private List<Hold> Holds()
    {
        var holds = new List<Hold>();
        foreach (var line in _holds.Values)
        {
            if (line.Placed is { } placed)
                holds.Add(placed);
            else if (line is { Hold: { } id, Lifted: { } lifted } && holds.FindIndex(h => h.Id == id) is var at and >= 0)
                holds[at] = holds[at] with { Lifted = lifted };
        }

        return holds;
    }

    private SortedDictionary<long, SessionLine> SessionsOf(string file) =>
        _sessions.TryGetValue(file, out var lines) ? lines : _sessions[file] = [];

    private static T Parse<T>(PinnedLine line)
        where T : class => ChainedFile.Parse<T>(Encoding.UTF8.GetBytes(line.Line), line.File);
}

/// <summary>A line of a file that stands whole in an entry.</summary>
/// <param name="File">Relative to the volume.</param>
/// <param name="Number">From 1.</param>
/// <param name="Line">Without its line feed.</param>
internal sealed record PinnedLine(string File, long Number, string Line)
{
    /// <summary>Kinds of ledger entries that carry a line.</summary>
    public static IReadOnlySet<string> Kinds { get; } =
        new HashSet<string>(
            [
                "retention-rules",
                "session",
                "hold-placed",
                "hold-lifted",
                "destruction-proposed",
                "destruction-approved",
                "destruction-closed",
                LedgerEntry.ClockMark,
            ],
            StringComparer.Ordinal
        );

    /// <summary>Null for an entry that carries none.</summary>
    public static PinnedLine? Of(ParsedEntry entry) =>
        Kinds.Contains(entry.Kind)
        && entry.Facts is { } facts
        && facts.TryGetValue("file", out var file)
        && facts.TryGetValue("line", out var line)
        && long.TryParse(facts.GetValueOrDefault("number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
            ? new(file, number, line)
            : null;
}
