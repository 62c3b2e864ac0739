using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention;

/// <summary>What happened to the wall clock, kept in <c>retention/clock.jsonl</c> and whole in the ledger. Safe from any thread.</summary>
/// <remarks>
/// A mark counts from the moment at which it is taken, also while it cannot be written: it only keeps more. A process in which nothing
/// happens writes none; its beginning is marked when its clock does not follow from the newest head, when the process before left something
/// doubtful, or right before the first other mark.
/// </remarks>
internal sealed class ClockJournal
{
    private const string HeadsRead = "old-heads";
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly ArchiveContext _context;
    private readonly IRetentionLedger _ledger;
    private readonly LineJournal _journal;
    private readonly TimeSpan _allowance;
    private readonly Func<bool?> _synchronized;
    private volatile bool _waitsForServer;
    private readonly List<ClockMark> _marks;
    private readonly List<ClockMark> _waiting = [];
    private ClockMark? _start;
    private long? _tried;
    private volatile ClockHistory? _history;

    public ClockJournal(ArchiveContext context, IRetentionLedger ledger, RetentionOptions options)
    {
        (_context, _ledger, _allowance, _synchronized, _journal) = (
            context,
            ledger,
            options.ClockAllowance,
            options.ClockIsSynchronized,
            new(context, ledger)
        );
        _journal.Open();
        var known = _journal.Read<ClockMark>(RetentionFiles.ClockMarks);
        _marks = [.. known ?? []];
        if (known is null)
            return;
        if (context.Index.Read(q => q.RetentionFact(HeadsRead)) is null)
        {
            if (_marks.Count == 0)
                Wait(OldHeads.Marks(context.Volume));
            context.Index.Write(t => t.SetRetentionFact(HeadsRead, "yes"));
        }

        _history = ClockHistory.Of(_marks, _allowance);
    }

    /// <summary>The process begins to take the time.</summary>
    /// <param name="trusted">Trusted time that the process before noted; null when it noted none.</param>
    public void Begin(DateTimeOffset? trusted)
    {
        if (_history is not { } history)
            return;
        var last = _ledger.NewestCheckpoint is { } head && (trusted is null || head > trusted) ? head : trusted;
        _start = new(_ledger.Size, ClockMarkKind.Started, last, _context.Time.GetUtcNow(), _synchronized());
        var begun = ClockHistory.Of([.. _marks, _start], _allowance);
        _waitsForServer = _start.Synchronized == false && begun.IsOpen;
        if (history.IsOpen || begun.IsOpen)
            Take(null);
        else
            TryWrite();
    }

    /// <summary>What is known; null when the file cannot be read, which keeps everything.</summary>
    public ClockHistory? History => _history;

    /// <summary>Sentences about a file that cannot be used.</summary>
    public IReadOnlyList<string> Problems => _journal.Problems;

    /// <summary>Files with lines that the ledger has no entry of.</summary>
    public IReadOnlyCollection<string> Foreign => _journal.Foreign;

    /// <summary>The wall clock was set.</summary>
    /// <param name="before">What measured time expects, UTC.</param>
    /// <param name="after">What it says, UTC.</param>
    public void Stepped(DateTimeOffset before, DateTimeOffset after) => Take(new(_ledger.Size, ClockMarkKind.Stepped, before, after));

    /// <summary>A person vouched for the wall clock.</summary>
    public void Vouched(DateTimeOffset wall) => Take(new(_ledger.Size, ClockMarkKind.Vouched, null, wall));

    /// <summary>
    /// Writes what could not be written before; and that a time server keeps the clock, once it does. It has set it before, if it had to:
    /// that is a step of its own.
    /// </summary>
    public void Retry()
    {
        if (_waitsForServer && _synchronized() == true)
        {
            _waitsForServer = false;
            Take(new(_ledger.Size, ClockMarkKind.Synchronized, null, _context.Time.GetUtcNow()));
        }

        lock (_gate)
        {
            if (_waiting.Count > 0 && (_tried is not { } tried || _context.Time.GetElapsedTime(tried) >= RetryEvery))
                TryWrite();
        }
    }

    private void Take(ClockMark? mark)
    {
        lock (_gate)
        {
            if (_history is null)
                return;
            if (_start is { } start)
                Wait([start]);
            _start = null;
            if (mark is not null)
                Wait([mark]);
            _history = ClockHistory.Of(_marks, _allowance);
            // A clock that is set again and again costs a write every ten seconds, not one each time.
            if (_tried is not { } tried || _context.Time.GetElapsedTime(tried) >= RetryEvery)
                TryWrite();
        }
    }

    private void Wait(IReadOnlyList<ClockMark> marks)
    {
        _marks.AddRange(marks);
        _waiting.AddRange(marks);
    }

    private void TryWrite()
    {
        if (_waiting.Count == 0)
            return;
        _tried = _context.Time.GetTimestamp();
        try
        {
            VolumeIdentity.Require(_context.Volume, _context.VolumeId);
            _journal.Append(LedgerEntry.ClockMark, null, RetentionFiles.ClockMarks, _waiting);
            _waiting.Clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _context.Logger.ClockMarkWaits(e);
        }
    }
}
