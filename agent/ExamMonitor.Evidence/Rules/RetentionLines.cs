using System.Text.Json.Serialization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Evidence.Rules;

/// <summary>A line of <c>retention/rules.jsonl</c>.</summary>
internal sealed record RulesLine(DateTimeOffset At, string By, RetentionRules Rules)
{
    /// <summary>
    /// Whether exam footage goes only when two persons approved: in the ledger, so that a verification can ask for the approvals.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TwoPersons { get; init; }
}

/// <summary>A line of <c>batches/…/sessions.jsonl</c>: one version of a session.</summary>
internal sealed record SessionLine(DateTimeOffset At, string By, long Version, ExamSession Session);

/// <summary>A line of <c>retention/holds.jsonl</c>: a hold placed, or lifted.</summary>
internal sealed record HoldLine(Hold? Placed, HoldId? Hold, HoldLifted? Lifted);
