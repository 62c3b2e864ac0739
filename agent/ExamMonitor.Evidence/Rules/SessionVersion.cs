using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Evidence.Rules;

/// <summary>
/// A session as it was scheduled at some time. A session that was changed has several versions; nothing is ever taken back.
/// </summary>
/// <param name="Session">As scheduled.</param>
/// <param name="ReplacedAt">When another version took its place, UTC; null while it is the newest.</param>
public sealed record SessionVersion(ExamSession Session, DateTimeOffset? ReplacedAt)
{
    /// <summary>
    /// Whether its footage is exam footage: it is not called off, and it still stood when its time (with the margin before) began. So a
    /// session that was
    /// called off or moved after its footage had begun keeps that footage, and one that was moved before then does not.
    /// </summary>
    /// <param name="marginBefore">Margin before the start.</param>
    public bool Counts(TimeSpan marginBefore) => !Session.Cancelled && (ReplacedAt is null || ReplacedAt > Session.Start - marginBefore);
}

/// <summary>Rules as they were in force at some time. Footage that began under rules keeps their window when others follow.</summary>
/// <param name="Rules">Rules.</param>
/// <param name="ReplacedAt">When others took their place, UTC; null while they are in force.</param>
public sealed record RulesVersion(Contracts.Law.RetentionRules Rules, DateTimeOffset? ReplacedAt);
