using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Rules;

/// <summary>
/// What is known of the clock that dated the footage, from marks that stand in the ledger between the segments. Pure, immutable, safe from
/// any thread.
/// </summary>
/// <remarks>
/// Nobody says which of two clocks was right, so that each counts. A segment's place in the ledger tells which process dated it. Within
/// that process measured time says by how much the clock was set, so that the segment may also have been made at its date moved by every
/// such difference. Between processes only the signed heads say something: made after the newest one that the process found, and before the
/// next mark.
/// </remarks>
public sealed class ClockHistory
{
    /// <summary>
    /// A start at most this much before the newest head is no clock that went back: heads are signed about once a minute.
    /// </summary>
    private const long BackToleranceMs = 60_000;

    /// <summary>Restarts of this length say nothing about an exam, whose margins are wider.</summary>
    private const long PauseMs = 10 * 60_000L;

    /// <summary>What lies further ahead of a believed clock than this cannot be when footage was made that is there already.</summary>
    private const long FutureMs = 31 * 86_400_000L;

    private const int MostOffsets = 12;

    private readonly List<Run> _runs = [new(0, null, DateTimeOffset.MinValue)];
    private readonly List<ClockMark> _marks;
    private readonly long _allowanceMs;

    private ClockHistory(List<ClockMark> marks, TimeSpan allowance) => (_marks, _allowanceMs) = (marks, (long)allowance.TotalMilliseconds);

    /// <summary>Longest pause without a running agent after which a clock is believed unasked, where a site says nothing else.</summary>
    public static TimeSpan UsualAllowance { get; } = TimeSpan.FromDays(3);

    /// <summary>Nothing ever happened to the clock.</summary>
    public static ClockHistory None { get; } = new([], TimeSpan.Zero);

    /// <summary>Makes it of marks in the order of the ledger.</summary>
    /// <param name="marks">Marks; of a judgement about the past those that stood then.</param>
    /// <param name="allowance">Longest pause after which a clock is believed unasked.</param>
    public static ClockHistory Of(IEnumerable<ClockMark> marks, TimeSpan allowance)
    {
        var history = new ClockHistory([.. marks], allowance);
        foreach (var mark in history._marks)
            history.Take(mark);
        return history;
    }

    /// <summary>Whether the next process must mark its beginning, so that what is doubtful of this one ends there.</summary>
    internal bool IsOpen => _runs[^1] is var last && (last.Offsets.Count > 1 || IsBack(last) || IsAhead(last) || IsUnsure(last));

    /// <summary>When a segment can have been made; null when its own date is all that is possible, as it nearly always is.</summary>
    /// <param name="leaf">Number of its ledger entry; null when it has none, which keeps it anyway.</param>
    /// <param name="start">Its own date, UTC.</param>
    /// <param name="end">UTC, exclusive.</param>
    /// <param name="now">The wall clock when it is believed at present: later times are then impossible; null when it is not
    /// believed.</param>
    public MadeWhen? Of(long? leaf, DateTimeOffset start, DateTimeOffset end, DateTimeOffset? now)
    {
        var at = RunOf(leaf ?? long.MaxValue);
        var (run, next) = (_runs[at], at + 1 < _runs.Count ? _runs[at + 1] : null);
        var own = MadeWhen.OwnOf(start, end);
        if (
            run.Offsets.Count == 1
            && !IsBack(run)
            && !IsAhead(run)
            && !IsUnsure(run)
            && (next is null || !IsBack(next))
            && !IsFuture(own.FromMs, now)
        )
            return null;
        return Of(run, next, own, leaf ?? long.MaxValue, now);
    }

    private static bool IsFuture(long fromMs, DateTimeOffset? now) => now is { } believed && fromMs > UnixMs.Of(believed) + FutureMs;

    private MadeWhen Of(Run run, Run? next, MadeSpan own, long leaf, DateTimeOffset? now)
    {
        var spans = new HashSet<MadeSpan> { own };
        spans.UnionWith(run.Differences().Select(d => new MadeSpan(own.FromMs + d.FromMs, own.ToMs + d.ToMs)));
        var bounded = true;
        // The clock was behind the newest head when the process began: footage is younger than it says, by an unknown pause more.
        if (IsBack(run) && !run.Vouched)
        {
            var from = Math.Max(UnixMs.Of(run.Last!.Value), own.FromMs + run.BackMs);
            if (Back(run, leaf) is { } until)
                spans.Add(new(Math.Min(from, until), Math.Max(from + 1, until)));
            // The clock stands as it stood: when it is believed now, it was as right then.
            else if (now is not null)
                spans.Add(new(own.FromMs + run.BackMs, own.ToMs + Math.Max(run.BackMs, _allowanceMs)));
            else
                bounded = false;
        }

        // Further ahead of the newest head than any pause that is accepted: ahead by all of that, or by none.
        if (IsAhead(run))
            spans.Add(new(own.FromMs - (now is null ? -run.BackMs : _allowanceMs), own.ToMs));
        // A pause that is accepted, and no time server that says how long it was.
        if (IsUnsure(run))
            spans.Add(new(own.FromMs + run.BackMs, own.ToMs - run.BackMs));
        // The next process found its clock behind this one's: this one may have been ahead.
        if (next is not null && IsBack(next))
            spans.Add(new(own.FromMs - next.BackMs - _allowanceMs, own.ToMs - next.BackMs));
        var possible = spans.Where(s => !IsFuture(s.FromMs, now)).ToList();
        return possible.Count > 0 ? new(possible, bounded) : new([own], IsBounded: false);
    }

    private static bool IsBack(Run run) => run.BackMs > BackToleranceMs;

    /// <summary>
    /// Whether the present process dates footage by a clock that was behind when it began, and nobody has said since that it is right.
    /// </summary>
    internal bool IsBehind => IsBack(_runs[^1]) && !_runs[^1].Vouched && Back(_runs[^1], -1) is null;

    private bool IsAhead(Run run) => run is { Last: not null, Vouched: false } && -run.BackMs > _allowanceMs;

    private bool IsUnsure(Run run) =>
        run is { IsUnsynchronized: true, Vouched: false } && -run.BackMs > PauseMs && -run.BackMs <= _allowanceMs;

    /// <summary>
    /// The first mark behind an entry at which the clock was no longer behind what the run had found, UTC ms; null while it still may be.
    /// </summary>
    private long? Back(Run run, long leaf) =>
        _marks.Find(m => m.Ledger > leaf && m.After >= run.Last) is { } mark ? UnixMs.Of(mark.After) : null;

    private int RunOf(long leaf)
    {
        var (low, high) = (0, _runs.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_runs[middle].Ledger <= leaf)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private void Take(ClockMark mark)
    {
        if (mark.Kind == ClockMarkKind.Started)
            _runs.Add(
                new(mark.Ledger, mark.Before, mark.After)
                {
                    IsUnsynchronized = mark.Synchronized == false,
                    Vouched = mark.Synchronized == true,
                }
            );
        else if (mark.Kind is ClockMarkKind.Vouched or ClockMarkKind.Synchronized)
            _runs[^1].Vouched = true;
        else if (mark.Before is { } before)
            _runs[^1].Offsets.Add(_runs[^1].Offsets[^1] + (long)(mark.After - before).TotalMilliseconds);
    }

    /// <summary>One process, or several between which nothing happened to the clock.</summary>
    /// <param name="ledger">Entries when it began.</param>
    /// <param name="last">Newest signed head that it found.</param>
    /// <param name="start">What its wall clock said.</param>
    private sealed class Run(long ledger, DateTimeOffset? last, DateTimeOffset start)
    {
        public long Ledger => ledger;

        public DateTimeOffset? Last => last;

        /// <summary>By how much it began before the newest head, ms; negative when behind it.</summary>
        public long BackMs { get; } = last is { } head ? (long)(head - start).TotalMilliseconds : 0;

        public bool Vouched { get; set; }

        public bool IsUnsynchronized { get; init; }

        /// <summary>Wall clock less measured time, ms, as it was after each step; the first is the reference.</summary>
        public List<long> Offsets { get; } = [0];

        /// <summary>
        /// By how much a date of this run may be moved: from one offset to another. Which of two clocks was right is not asked, nor which
        /// one dated a segment that was committed around a step.
        /// </summary>
        public IEnumerable<MadeSpan> Differences()
        {
            var offsets = Offsets.Distinct().ToList();
            if (offsets.Count == 1)
                return [];
            if (offsets.Count > MostOffsets)
                return [new(offsets.Min() - offsets.Max(), offsets.Max() - offsets.Min())];
            return offsets.SelectMany(a => offsets.Where(b => b != a).Select(b => new MadeSpan(b - a, b - a))).Distinct();
        }
    }
}
