using ExamMonitor.Contracts.Messages;
using ExamMonitor.Retention.Tiers;

namespace ExamMonitor.Preservation.Tiers;

/// <summary>Says how the archive tier stands. Pure.</summary>
internal static class TierStatusComposer
{
    /// <summary>The state for MQTT. What waits is not known before the first pass has looked; nothing waiting is then no claim.</summary>
    /// <param name="kind">folder or s3.</param>
    /// <param name="status">As counted.</param>
    /// <param name="check">Last check by hand; null for none.</param>
    public static ArchiveTierStatus Of(string kind, TierStatus status, TierCheck? check)
    {
        var known = status.LastPass is not null || status.WaitingSegments > 0;
        return new(
            kind,
            status.CopiedSegments,
            status.CopiedBytes,
            status.RemoteOnlySegments,
            known ? status.WaitingSegments : null,
            known ? status.WaitingBytes : null,
            status.OldestWaiting,
            status.Mismatches.Count,
            status.LastPass,
            check?.At,
            check?.Proved,
            check?.Mismatched,
            status.Failure is { } failure ? TierProblems.NotCopied(failure) : null,
            status is { Failure: not null, NeedsPerson: true }
        );
    }
}
