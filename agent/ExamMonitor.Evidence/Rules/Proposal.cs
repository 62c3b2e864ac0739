namespace ExamMonitor.Evidence.Rules;

/// <summary>Exam footage whose windows have ended and that two persons are to let go.</summary>
/// <param name="Digest">SHA-256 over a line <c>path sha256</c> per segment in order of the paths, hex: what an approval approves.</param>
/// <param name="Segments">Segments.</param>
/// <param name="SizeBytes">Sum of their sizes.</param>
/// <param name="ApprovedBy">Persons who approved it, in order; none before the first.</param>
/// <param name="ExpiresAt">When the approvals lapse, UTC; null before the first.</param>
public sealed record Proposal(string Digest, long Segments, long SizeBytes, IReadOnlyList<string> ApprovedBy, DateTimeOffset? ExpiresAt)
{
    /// <summary>Approvals that are needed.</summary>
    public const int Persons = 2;

    /// <summary>The most that approvals ever last.</summary>
    public static TimeSpan LongestLifetime { get; } = TimeSpan.FromDays(90);

    /// <summary>Whether enough persons approved it.</summary>
    public bool IsApproved => ApprovedBy.Count >= Persons;
}

/// <summary>A line of <c>retention/proposals.jsonl</c>: one approval.</summary>
internal sealed record ApprovalLine(string Digest, long Segments, long SizeBytes, string By, string Reason, DateTimeOffset At);
