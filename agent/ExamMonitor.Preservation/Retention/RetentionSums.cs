using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Preservation.Retention;

/// <summary>What is kept of each class and for which reason, counted over the whole archive. Immutable.</summary>
/// <param name="At">When it was counted, UTC.</param>
/// <param name="Classes">Per class: exam, idle, and what is kept although its class asks for nothing (hold, undecided).</param>
/// <param name="Sums">Per class and reason.</param>
internal sealed record RetentionSums(DateTimeOffset At, IReadOnlyList<RetentionClass> Classes, IReadOnlyList<PlanSum> Sums)
{
    /// <summary>Counts decisions, one at a time: memory does not grow with the archive.</summary>
    /// <param name="decisions">Of the whole archive.</param>
    /// <param name="window">Window of exam footage in force; null for ever.</param>
    /// <param name="at">UTC.</param>
    /// <param name="cancellationToken">Stops the count.</param>
    public static RetentionSums Count(
        IEnumerable<RetentionDecision> decisions,
        string? window,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var classes = new SortedDictionary<string, (DateTimeOffset Oldest, long Bytes)>(StringComparer.Ordinal);
        var sums = new Dictionary<(FootageClass, bool, string), (long Segments, long Bytes)>();
        foreach (var decision in decisions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var footage = decision.Footage;
            var name = NameOf(decision.Reason);
            var held = classes.TryGetValue(name, out var known) ? known : (footage.Start, 0);
            classes[name] = (footage.Start < held.Item1 ? footage.Start : held.Item1, held.Item2 + footage.SizeBytes);
            var key = (ClassOf(decision.Reason), decision.Verdict == RetentionVerdict.Discard, decision.Reason.Code);
            var sum = sums.GetValueOrDefault(key);
            sums[key] = (sum.Segments + 1, sum.Bytes + footage.SizeBytes);
        }

        RetentionClass Of(string name, string? duty) =>
            classes.TryGetValue(name, out var c) ? new(name, duty, c.Oldest, c.Bytes) : new(name, duty, null, 0);
        return new(
            at,
            [Of("exam", window), Of("idle", null), .. classes.Keys.Where(k => k is not ("exam" or "idle")).Select(k => Of(k, null))],
            [
                .. sums.Select(s => new PlanSum(s.Key.Item1, s.Key.Item2, s.Key.Item3, s.Value.Segments, s.Value.Bytes))
                    .OrderByDescending(s => s.SizeBytes),
            ]
        );
    }

    /// <summary>Class of a decision. What is held or undecided counts as exam footage: nothing says that it is not.</summary>
    public static FootageClass ClassOf(RetentionReason reason) =>
        reason is KeptAsIdle or IdleAged or IdleForSpace ? FootageClass.Idle : FootageClass.Exam;

    private static string NameOf(RetentionReason reason) =>
        reason switch
        {
            KeptByDuty or WindowEnded => "exam",
            KeptAsIdle or IdleAged or IdleForSpace => "idle",
            KeptByHold => "hold",
            _ => "undecided",
        };
}
