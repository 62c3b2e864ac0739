namespace ExamMonitor.Evidence.Rules;

/// <summary>What is to become of a segment.</summary>
public enum RetentionVerdict
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>It may and should go.</summary>
    Discard,
}

/// <summary>A decision about one segment, with its reason.</summary>
/// <param name="Footage">Segment.</param>
/// <param name="Verdict">Keep or discard.</param>
/// <param name="Reason">Why.</param>
/// <param name="LawfulFrom">Earliest instant at which this may be decided otherwise without anything being changed, UTC; null when no time
/// alone will change it. For a discard: since when it may go.</param>
public sealed record RetentionDecision(
    FootageCandidate Footage,
    RetentionVerdict Verdict,
    RetentionReason Reason,
    DateTimeOffset? LawfulFrom
);
