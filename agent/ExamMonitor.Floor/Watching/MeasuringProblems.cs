using ExamMonitor.Contracts.Messages;
using ExamMonitor.Problems;

namespace ExamMonitor.Floor.Watching;

/// <summary>What is wrong with the measuring.</summary>
/// <param name="watch">Measuring.</param>
internal sealed class MeasuringProblems(WatchService watch) : IProblemSource
{
    /// <inheritdoc/>
    public IEnumerable<Observation> Observe(DateTimeOffset now)
    {
        if (watch.Failure is { } failure)
            yield return new("measuring-stopped", new(null, null, null), Severity.Critical, failure);
    }
}
