using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// Exam footage as retention knows it: every session that counts, under every version of the rules that its footage is kept by.
/// </summary>
/// <param name="facts">What retention knows now. What cannot be read asks for no copy; retention itself says that it cannot be read, and
/// destroys nothing.</param>
public sealed class DutyFootage(Func<RetentionFacts> facts) : IExamFootage
{
    // Footage that no rule gives an end is kept for ever on the volume. A lock for ever could never be taken back, so that the lock has the
    // longest window that a law asks for (RET-2, RET-4).
    private const int LongestLegalYears = 5;

    /// <summary>As it stands on the volume of an archive now.</summary>
    /// <exception cref="IOException">The volume or the ledger cannot be used.</exception>
    public static DutyFootage Of(FootageArchive archive, IRetentionLedger ledger)
    {
        var facts = new RetentionStore(archive.Context, ledger).Facts;
        return new(() => facts);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ExamSpan> Spans()
    {
        if (facts() is not { Rules: { } rules, Sessions: { } sessions })
            return [];
        var spans = new List<ExamSpan>();
        foreach (var version in rules)
        {
            var calendar = new SiteCalendar(SiteZone.Of(version.Rules.TimeZone));
            foreach (var session in sessions.Where(s => s.Counts(version.Rules.MarginBefore)).Select(s => s.Session))
            {
                if (version.ReplacedAt is { } replaced && replaced <= session.Start - version.Rules.MarginBefore)
                    continue;
                var span = DutyTimeline.Span(session, version.Rules, calendar);
                var (from, to) = (UnixMs.ToUtc(span.FromMs), UnixMs.ToUtc(span.ToMs));
                spans.Add(
                    new(
                        session.Room,
                        from,
                        to,
                        span.LawfulFromMs == long.MaxValue ? to.AddYears(LongestLegalYears) : UnixMs.ToUtc(span.LawfulFromMs)
                    )
                );
            }
        }

        return spans;
    }
}
