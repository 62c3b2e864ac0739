using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;

namespace ExamMonitor.Evidence.Rules;

/// <summary>Why a segment is kept or let go.</summary>
public abstract record RetentionReason
{
    /// <summary>One word for ledger, register and metrics, such as <c>window-ended</c>.</summary>
    public abstract string Code { get; }

    /// <summary>The sentence for a person.</summary>
    public abstract LocalText Text { get; }

    private protected static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private protected static LocalText Law(SourcedRule rule) =>
        new(
            $"{rule.Rule.Document} {rule.Rule.Clause} ({rule.Rule.Window?.ToString() ?? "for ever"})",
            $"{rule.Rule.Document} {rule.Rule.Clause}（{rule.Rule.Window?.ToString() ?? "永久"}）"
        );
}

/// <summary>Kept: exam footage within its window.</summary>
/// <param name="By">The rule that keeps it longest.</param>
/// <param name="Session">Session with the latest end.</param>
/// <param name="Batch">Its batch.</param>
/// <param name="LastKept">Last site-local day; null for ever.</param>
public sealed record KeptByDuty(SourcedRule By, ExamSessionId Session, BatchId Batch, DateOnly? LastKept) : RetentionReason
{
    /// <inheritdoc/>
    public override string Code => "duty";

    /// <summary>Whether the clock was set around its making, so that it may not be of the session.</summary>
    public bool IsDateDoubtful { get; init; }

    /// <inheritdoc/>
    public override LocalText Text =>
        (IsDateDoubtful, LastKept) switch
        {
            (true, { } last) => new(
                $"The clock was set around its making: it may be exam footage of session {Session} (batch {Batch}); {Law(By).En} keeps it to the end of {Day(last)}.",
                $"录制前后时钟曾被调整，可能属于场次 {Session}（批次 {Batch}）的考试录像；依据{Law(By).Zh}保存至 {Day(last)}（含当日）。"
            ),
            (true, null) => new(
                $"The clock was set around its making: it may be exam footage of session {Session} (batch {Batch}), kept for ever: {Law(By).En}.",
                $"录制前后时钟曾被调整，可能属于场次 {Session}（批次 {Batch}）的考试录像，永久保存：{Law(By).Zh}。"
            ),
            (_, { } last) => new(
                $"Exam footage of session {Session} (batch {Batch}); {Law(By).En} keeps it to the end of {Day(last)}.",
                $"场次 {Session}（批次 {Batch}）的考试录像；依据{Law(By).Zh}保存至 {Day(last)}（含当日）。"
            ),
            _ => new(
                $"Exam footage of session {Session} (batch {Batch}), kept for ever: {Law(By).En}.",
                $"场次 {Session}（批次 {Batch}）的考试录像，永久保存：{Law(By).Zh}。"
            ),
        };
}

/// <summary>Kept: under a hold.</summary>
/// <param name="Hold">Hold.</param>
/// <param name="Reason">Its reason.</param>
/// <param name="Owner">Its owner.</param>
public sealed record KeptByHold(HoldId Hold, string Reason, string Owner) : RetentionReason
{
    /// <inheritdoc/>
    public override string Code => "hold";

    /// <inheritdoc/>
    public override LocalText Text => new($"Under hold {Hold} of {Owner}: {Reason}", $"处于保全 {Hold}（{Owner}）：{Reason}");
}

/// <summary>Kept: idle footage, while space allows.</summary>
/// <param name="LastKept">Last site-local day; null as long as space allows.</param>
public sealed record KeptAsIdle(DateOnly? LastKept) : RetentionReason
{
    /// <inheritdoc/>
    public override string Code => "idle";

    /// <inheritdoc/>
    public override LocalText Text =>
        LastKept is { } last
            ? new(
                $"No exam took place; kept to the end of {Day(last)} while space allows.",
                $"非考试时段；空间允许时保存至 {Day(last)}（含当日）。"
            )
            : new("No exam took place; kept as long as space allows.", "非考试时段；空间允许时一直保存。");
}

/// <summary>Why nothing can be decided, so that footage is kept.</summary>
public enum KeepCause
{
    /// <summary>The holds cannot be read, or are fewer than were placed.</summary>
    HoldsUnreadable,

    /// <summary>The sessions cannot be read, or are fewer than were entered.</summary>
    SessionsUnreadable,

    /// <summary>The rules cannot be read, or there are none.</summary>
    RulesUnreadable,

    /// <summary>There is no trusted time to count ages by.</summary>
    ClockUntrusted,

    /// <summary>Its hash is not in the ledger yet.</summary>
    NotInLedger,

    /// <summary>The clock was wrong when it was made, and nothing says by how much.</summary>
    MadeUnknown,

    /// <summary>The index says something else of it than its entry in the ledger.</summary>
    RowDiffers,
}

/// <summary>Kept, because something that the decision needs is not known.</summary>
/// <param name="Cause">What.</param>
public sealed record KeptUndecided(KeepCause Cause) : RetentionReason
{
    /// <inheritdoc/>
    public override string Code => "undecided";

    /// <inheritdoc/>
    public override LocalText Text =>
        Cause switch
        {
            KeepCause.HoldsUnreadable => new(
                "The holds cannot be read, so nothing is destroyed.",
                "无法读取保全记录，因此不销毁任何录像。"
            ),
            KeepCause.SessionsUnreadable => new(
                "The sessions cannot be read, so nothing is destroyed.",
                "无法读取考试场次记录，因此不销毁任何录像。"
            ),
            KeepCause.RulesUnreadable => new(
                "The retention rules cannot be read, so nothing is destroyed.",
                "无法读取保存规则，因此不销毁任何录像。"
            ),
            KeepCause.ClockUntrusted => new("No trusted time is known, so nothing is destroyed.", "没有可信时间，因此不销毁任何录像。"),
            KeepCause.MadeUnknown => new(
                "The clock was wrong when it was made, and nothing says by how much. Look at the clock; if it is right, vouch for it: "
                    + "exam-monitor-agent clock vouch --person NAME.",
                "录制时时钟有误，且无法判定误差。请核对时钟；如正确，请确认：exam-monitor-agent clock vouch --person 姓名。"
            ),
            KeepCause.RowDiffers => new(
                "The agent's index says something else of it than its entry in the ledger. Stop the agent and run: exam-monitor-agent reindex.",
                "本机索引对该录像的记载与账本条目不符。请停止代理并运行：exam-monitor-agent reindex。"
            ),
            _ => new("Its hash is not in the ledger yet.", "其哈希值尚未写入账本。"),
        };
}

/// <summary>Let go: exam footage whose longest window has ended.</summary>
/// <param name="By">The rule that kept it longest.</param>
/// <param name="Session">Session with the latest end.</param>
/// <param name="Batch">Its batch.</param>
/// <param name="LastKept">Last site-local day on which it had to be kept.</param>
public sealed record WindowEnded(SourcedRule By, ExamSessionId Session, BatchId Batch, DateOnly LastKept) : RetentionReason
{
    /// <inheritdoc/>
    public override string Code => "window-ended";

    /// <inheritdoc/>
    public override LocalText Text =>
        new(
            $"The window of session {Session} (batch {Batch}) ended with {Day(LastKept)}: {Law(By).En}.",
            $"场次 {Session}（批次 {Batch}）的保存期限已于 {Day(LastKept)} 届满：{Law(By).Zh}。"
        );
}

/// <summary>Let go: idle footage older than the site keeps it.</summary>
/// <param name="Days">The site's number of days.</param>
/// <param name="LastKept">Last site-local day on which it was kept.</param>
public sealed record IdleAged(int Days, DateOnly LastKept) : RetentionReason
{
    /// <inheritdoc/>
    public override string Code => "idle-aged";

    /// <inheritdoc/>
    public override LocalText Text =>
        new(
            $"No exam took place; the site keeps such footage {Days} days, to the end of {Day(LastKept)}.",
            $"非考试时段；本单位保存 {Days} 天，至 {Day(LastKept)} 止。"
        );
}

/// <summary>Let go: idle footage, the oldest first, because space is short.</summary>
public sealed record IdleForSpace : RetentionReason
{
    /// <inheritdoc/>
    public override string Code => "idle-for-space";

    /// <inheritdoc/>
    public override LocalText Text { get; } =
        new(
            "No exam took place; the oldest such footage gives way because space is short.",
            "非考试时段；空间不足，最早的此类录像先行清除。"
        );
}
