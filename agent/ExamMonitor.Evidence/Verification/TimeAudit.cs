using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Evidence.Verification;

/// <summary>A person's word for the clock.</summary>
/// <param name="By">Who.</param>
/// <param name="Wall">What the clock said, UTC.</param>
/// <param name="Entry">Number of its entry.</param>
/// <param name="Destructions">Destructions that followed before a time server confirmed the clock.</param>
public sealed record ClockVouch(string By, DateTimeOffset Wall, long Entry, long Destructions);

/// <summary>Whether the clock ran ahead: that lets windows end before they do.</summary>
/// <param name="now">The verifier's own clock, UTC; null when it has none.</param>
internal sealed class TimeAudit(DateTimeOffset? now)
{
    private const string VouchedKind = "clock-vouched";

    /// <summary>The verifier's own clock may be in another's day.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromDays(1);

    /// <summary>By how much the clocks of an agent and of somebody else differ without a fault.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly List<ClockVouch> _vouches = [];
    private readonly List<(long Size, DateTimeOffset Time, string Who)> _outside = [];
    private (long Number, DateTimeOffset Time)? _entry;
    private long _entries;
    private Checkpoint? _head;
    private string? _by;
    private bool _rests;

    /// <summary>Vouches in the order of the ledger.</summary>
    public IReadOnlyList<ClockVouch> Vouches => _vouches;

    /// <summary>Takes an entry, in order.</summary>
    public void Take(ParsedEntry entry, long number)
    {
        var latest = entry.End > entry.At ? entry.End.Value : entry.At;
        if (IsFuture(latest))
        {
            _entry ??= (number, latest);
            _entries++;
        }

        if (entry.Kind == VouchedKind)
            _by = entry.Facts?.GetValueOrDefault("by");
        else if (entry.Kind == LedgerEntry.ClockMark && PinnedLine.Of(entry) is { } line)
            TakeMark(line, number);
        else if (entry.Kind == LedgerEntry.Destruction && _rests)
            _vouches[^1] = _vouches[^1] with { Destructions = _vouches[^1].Destructions + 1 };
    }

    /// <summary>Takes a head that the agent signed.</summary>
    public void TakeHead(Checkpoint head)
    {
        if (IsFuture(head.Time) && (_head is null || head.Time > _head.Time))
            _head = head;
    }

    /// <summary>Takes what somebody outside says of the time at which a number of entries existed.</summary>
    public void TakeOutside(long size, DateTimeOffset time, string who) => _outside.Add((size, time, who));

    /// <summary>What is wrong.</summary>
    public IEnumerable<VerificationFinding> Check()
    {
        if (_entry is { } entry)
            yield return new(
                FindingKind.FromTheFuture,
                Text($"entry {entry.Number}"),
                Text(
                    $"It speaks of {entry.Time:u}, and it is {now:u} here; {_entries} entries are ahead. A clock that was set ahead lets windows end early."
                )
            );
        if (_head is { } head)
            yield return new(
                FindingKind.FromTheFuture,
                "ledger",
                Text(
                    $"The head over {head.Size} entries is of {head.Time:u}, and it is {now:u} here. A clock that was set ahead lets windows end early."
                )
            );
        foreach (var vouch in _vouches.Where(v => v.Destructions > 0))
        {
            if (Against(vouch) is { } against)
                yield return new(
                    FindingKind.ClockVouchedWrong,
                    Text($"entry {vouch.Entry}"),
                    Text(
                        $"{vouch.By} vouched for a clock of {vouch.Wall:u}, and {against}. {vouch.Destructions} destructions rest on that word."
                    )
                );
        }
    }

    private string? Against(ClockVouch vouch)
    {
        if (now is { } here && vouch.Wall - here > ClockTolerance)
            return Text($"it is {here:u} here");
        var outside = _outside.Where(o => o.Size > vouch.Entry && vouch.Wall - o.Time > ClockTolerance).OrderBy(o => o.Time).ToList();
        return outside is [var first, ..] ? Text($"{first.Who} says that it was {first.Time:u} later, at {first.Size} entries") : null;
    }

    private void TakeMark(PinnedLine line, long number)
    {
        ClockMark mark;
        try
        {
            mark = ChainedFile.Parse<ClockMark>(Encoding.UTF8.GetBytes(line.Line), line.File);
        }
        catch (RetentionException)
        {
            // Makes the law unreadable, which is told where a destruction rests on it.
            return;
        }

        if (mark.Kind == ClockMarkKind.Vouched)
        {
            _vouches.Add(new(_by ?? "a person who is not named", mark.After, number, 0));
            (_by, _rests) = (null, true);
        }
        else if (mark.Kind == ClockMarkKind.Synchronized || mark is { Kind: ClockMarkKind.Started, Synchronized: true })
        {
            _rests = false;
        }
    }

    private bool IsFuture(DateTimeOffset time) => now is { } here && time - here > Tolerance;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
