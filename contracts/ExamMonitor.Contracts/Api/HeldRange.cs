namespace ExamMonitor.Contracts.Api;

/// <summary>Wall time within a range of which nothing is held.</summary>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
public sealed record FootageHole(DateTimeOffset Start, DateTimeOffset End);

/// <summary>
/// How much of an asked range is held. Pure: the page that offers a download, its file name and the label inside it count by this alone.
/// </summary>
/// <param name="Start">First moment that is held, UTC; null when nothing is.</param>
/// <param name="End">Last moment that is held, UTC; null when nothing is.</param>
/// <param name="Holes">Holes between them, in order of time.</param>
/// <param name="BeginsLate">How much later than asked it begins; zero for less than a second.</param>
/// <param name="EndsEarly">How much earlier than asked it ends; zero for less than a second.</param>
public sealed record HeldRange(
    DateTimeOffset? Start,
    DateTimeOffset? End,
    IReadOnlyList<FootageHole> Holes,
    TimeSpan BeginsLate,
    TimeSpan EndsEarly
)
{
    /// <summary>Shorter stretches are no hole: the resolution of gaps.</summary>
    public static readonly TimeSpan Joined = TimeSpan.FromMilliseconds(100);

    /// <summary>A range may begin or end so much beside what was asked for.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(1);

    /// <summary>Whether it begins and ends as asked, without a hole.</summary>
    public bool IsWhole => Start is not null && Holes.Count == 0 && BeginsLate == TimeSpan.Zero && EndsEarly == TimeSpan.Zero;

    /// <summary>Reads what is held of a range.</summary>
    /// <param name="held">What is held, in any order; what lies outside of the range does not count.</param>
    /// <param name="from">Start of the range, UTC.</param>
    /// <param name="to">Its end, UTC, exclusive.</param>
    public static HeldRange Of(IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> held, DateTimeOffset from, DateTimeOffset to)
    {
        var (holes, start, end) = (new List<FootageHole>(), (DateTimeOffset?)null, DateTimeOffset.MinValue);
        foreach (var span in held.Where(s => s.End > from && s.Start < to && s.End > s.Start).OrderBy(s => s.Start))
        {
            if (start is null)
                start = span.Start > from ? span.Start : from;
            else if (span.Start - end > Joined)
                holes.Add(new(end, span.Start));
            if (span.End > end)
                end = span.End;
        }

        if (start is not { } first)
            return new(null, null, [], TimeSpan.Zero, TimeSpan.Zero);
        if (end > to)
            end = to;
        return new(first, end, holes, first - from >= Near ? first - from : TimeSpan.Zero, to - end >= Near ? to - end : TimeSpan.Zero);
    }
}
