using System.Globalization;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Whether the files of heads are all there: the newest head, and a file for each day on which the ledger grew.</summary>
/// <param name="folder">Ledger folder.</param>
internal sealed class HeadFilesAudit(string folder)
{
    /// <summary>A day whose entries lie further apart than this had heads: one is signed about once a minute.</summary>
    private static readonly TimeSpan LongestWithoutHead = TimeSpan.FromMinutes(15);

    private const int Sector = 512;

    private readonly Dictionary<DateOnly, long> _days = [];
    private readonly Dictionary<DateOnly, long> _grown = [];
    private readonly List<(long Number, DayHeadsNote Note)> _notes = [];
    private readonly HashSet<DateOnly> _torn = [];
    private readonly SortedSet<string> _changed = new(StringComparer.Ordinal);
    private readonly List<Checkpoint> _newest = [];
    private (DateOnly Day, DateTimeOffset First)? _day;
    private Checkpoint? _checkpoint;

    /// <summary>Takes a day's file of heads.</summary>
    /// <param name="file">Name.</param>
    /// <param name="bytes">Content.</param>
    /// <param name="text">The same as text.</param>
    /// <param name="heads">Heads in it that this key signed, in order.</param>
    public void TakeDay(string file, byte[] bytes, string text, IEnumerable<Checkpoint> heads)
    {
        if (
            DateOnly.TryParseExact(
                Path.GetFileNameWithoutExtension(file),
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
        )
            _days[day] = DayHeads.LargestIn(text) ?? -1;
        // By their sizes: a clock that was years ahead leaves a file that sorts behind all others.
        foreach (var head in heads)
        {
            _newest.Insert(_newest.FindIndex(h => h.Size > head.Size) is >= 0 and var at ? at : _newest.Count, head);
            if (_newest.Count > 2)
                _newest.RemoveAt(0);
        }

        // Heads that a power cut tore at the end of a file are no heads, and leave what was torn.
        var tail = text[DayHeads.Split(text).Sum(n => n.Length + 1)..];
        if (tail.Length > 0)
            _torn.Add(day);
        if (!IsTorn(bytes, tail))
            _changed.Add(Path.GetFileName(file));
    }

    /// <summary>Takes the newest head as its own file has it.</summary>
    public void TakeCheckpoint(Checkpoint head) => _checkpoint = head;

    /// <summary>Takes an entry, in order.</summary>
    /// <param name="entry">Entry.</param>
    /// <param name="number">Its number.</param>
    public void TakeEntry(ParsedEntry entry, long number)
    {
        var (at, day) = (entry.At, DateOnly.FromDateTime(entry.At.UtcDateTime));
        if (_day is not { } known || known.Day != day)
            _day = (day, at);
        else if (at - known.First > LongestWithoutHead)
            _grown.TryAdd(day, number);
        if (DayHeadsNote.Of(entry) is { } note)
            _notes.Add((number, note));
    }

    /// <summary>What is missing. To be asked when the ledger has entries and a head that this key signed.</summary>
    /// <param name="proved">Entries below the newest head that holds: what is said behind it accuses nobody and excuses nobody.</param>
    public IEnumerable<VerificationFinding> Check(long proved)
    {
        if (!PlainFiles.IsFile(Path.Combine(folder, "checkpoint")))
            yield return new(
                FindingKind.CheckpointMissing,
                "checkpoint",
                "The file of the newest head is gone, and heads were signed: somebody took it away."
            );
        if (_checkpoint is { } head && _newest is [.., var newest])
        {
            // The agent writes a head into its day's file first: after a crash the own file may be one behind, never two.
            if (!_newest.Contains(head) && head.Size < newest.Size)
                yield return new(
                    FindingKind.CheckpointStale,
                    "checkpoint",
                    $"The head of {head.Time:u} stands in it; one of {newest.Time:u} was signed: somebody put an older one back."
                );
            else if (!_newest.Contains(head) && !_torn.Contains(DateOf(head)))
                yield return new(
                    FindingKind.DayHeadsMissing,
                    DayOf(head),
                    "The newest head does not stand among the heads of its day: somebody shortened the file or took it away."
                );
        }
        else if (_checkpoint is { } alone && !_torn.Contains(DateOf(alone)))
        {
            yield return new(
                FindingKind.DayHeadsMissing,
                DayOf(alone),
                "The newest head does not stand among the heads of its day: somebody took the file away."
            );
        }

        foreach (var file in _changed)
            yield return new(
                FindingKind.HeadUnreadable,
                file,
                "Its last head ends in other bytes than a head or a power cut leaves: somebody changed it."
            );
        foreach (var missing in CheckDays([.. _notes.Where(n => n.Number < proved).Select(n => n.Note)]))
            yield return missing;
    }

    /// <summary>
    /// A file that the ledger speaks of must be there, and go as far as was said. Before the first such word the days of an older version
    /// are
    /// judged by how long they grew; behind it a day of which nothing is said had no head: its agent died before the first, perhaps twice.
    /// </summary>
    private IEnumerable<VerificationFinding> CheckDays(List<DayHeadsNote> notes)
    {
        var begun = notes is [var first, ..] ? first.Size : long.MaxValue;
        foreach (var (day, _) in _grown.Where(g => g.Value < begun && !_days.ContainsKey(g.Key)).OrderBy(g => g.Key))
            yield return new(
                FindingKind.DayHeadsMissing,
                NameOf(day),
                "The ledger grew on this day for longer than a head waits, and the file of its heads is gone."
            );
        foreach (var (file, size) in notes.Distinct().GroupBy(n => n.File, (f, n) => (f, n.Max(o => o.Size)), StringComparer.Ordinal))
        {
            var day = DayHeadsNote.DayOf(file)!.Value;
            if (_days.GetValueOrDefault(day, -1) >= size || (_grown.GetValueOrDefault(day, begun) < begun && !_days.ContainsKey(day)))
                continue;
            yield return new(
                FindingKind.DayHeadsMissing,
                file,
                _days.ContainsKey(day)
                    ? "The ledger says that this file of heads goes further: somebody shortened it."
                    : "The ledger says that there is this file of heads: somebody took it away."
            );
        }
    }

    /// <summary>
    /// Whether a power cut can have left this: the beginning of a note, or zeros behind it. What has its whole signature line is a note,
    /// and nothing but further signatures follows.
    /// </summary>
    private static bool IsTorn(byte[] bytes, string tail)
    {
        // A page that was never written reads as zeros, to its end.
        var first = Array.IndexOf(bytes, (byte)0);
        if (first >= 0 && bytes.AsSpan(first).IndexOfAnyExcept((byte)0) is var run and >= 0 && (first + run) % Sector != 0)
            return false;
        var zero = tail.IndexOf('\0', StringComparison.Ordinal);
        if (zero >= 0)
            tail = tail[..zero];
        var signature = tail.IndexOf("\n\n", StringComparison.Ordinal);
        var end = signature < 0 ? -1 : tail.IndexOf('\n', signature + 2);
        return end < 0 || (SignedNote.TryParse(tail[..(end + 1)], out _) && (end + 1 == tail.Length || tail[end + 1] == '\u2014'));
    }

    private static DateOnly DateOf(Checkpoint head) => DateOnly.FromDateTime(head.Time.UtcDateTime);

    private static string DayOf(Checkpoint head) => NameOf(DateOf(head));

    private static string NameOf(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"checkpoints/{day:yyyy-MM-dd}.txt");
}
