using ExamMonitor.Contracts.Messages;
using ExamMonitor.Problems;
using ExamMonitor.Retention.Tiers;

namespace ExamMonitor.Preservation.Tiers;

/// <summary>What is wrong with the archive tier.</summary>
/// <param name="service">Copying.</param>
internal sealed class TierProblems(TierService service) : IProblemSource
{
    private static readonly ProblemSubject Agent = new(null, null, null);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(6);

    /// <summary>That copying does not work, and why.</summary>
    public static LocalText NotCopied(string failure) =>
        new($"Exam footage is not being copied to the archive tier: {failure}", $"考试录像未能复制到归档存储：{failure}");

    /// <inheritdoc/>
    public IEnumerable<Observation> Observe(DateTimeOffset now) => Of(now, service.GetStatus());

    /// <summary>Everything that is wrong at <paramref name="now"/>. Pure.</summary>
    public static IEnumerable<Observation> Of(DateTimeOffset now, TierStatus status)
    {
        if (status.Mismatches.Count > 0)
        {
            var first = status.Mismatches[0].Path;
            yield return new(
                "tier-mismatch",
                Agent,
                Severity.Critical,
                new(
                    $"Files of the archive tier or of the volume are not what was committed, such as {first}. Nothing was overwritten; have them examined.",
                    $"归档存储或本地卷上的文件与提交时不符，例如 {first}。未覆盖任何文件，请核查。"
                )
            );
        }

        if (status.Failure is { } failure)
        {
            yield return new(
                status.NeedsPerson ? "tier-refused" : "tier-unreachable",
                Agent,
                status.NeedsPerson ? Severity.Critical : Severity.Warning,
                NotCopied(failure)
            );
        }

        if (status.OldestWaiting is { } oldest && now - oldest > Patience)
        {
            yield return new(
                "tier-behind",
                Agent,
                Severity.Warning,
                new(
                    "Copying to the archive tier is more than six hours behind. Raise tier.megabitsPerSecond, or look at the way to the tier.",
                    "复制到归档存储已落后六小时以上。请提高 tier.megabitsPerSecond，或检查与归档存储的连接。"
                )
            );
        }
    }
}
