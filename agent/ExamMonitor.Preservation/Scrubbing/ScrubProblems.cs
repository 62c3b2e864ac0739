using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Problems;
using ExamMonitor.Retention;

namespace ExamMonitor.Preservation.Scrubbing;

/// <summary>What reading the archive again has found.</summary>
/// <param name="scrub">Reading again.</param>
/// <param name="retention">Knows the trusted time.</param>
/// <param name="options">Within which everything must be read.</param>
internal sealed class ScrubProblems(ScrubService scrub, FootageRetention retention, LedgerSection options) : IProblemSource
{
    /// <inheritdoc/>
    public IEnumerable<Observation> Observe(DateTimeOffset now) =>
        scrub.Observe(retention.Now().Trusted ?? now, TimeSpan.FromDays(options.ScrubDays));
}
