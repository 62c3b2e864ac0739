using ExamMonitor.Contracts.Messages;
using ExamMonitor.Problems;
using ExamMonitor.Retention;

namespace ExamMonitor.Preservation.Retention;

/// <summary>What is wrong with retention and the clock that it goes by.</summary>
/// <param name="retention">Retention of the volume.</param>
/// <param name="service">What retention says.</param>
/// <param name="schedule">Exam sessions.</param>
internal sealed class RetentionProblems(FootageRetention retention, RetentionService service, IExamSchedule schedule) : IProblemSource
{
    private static readonly ProblemSubject Agent = new(null, null, null);

    /// <inheritdoc/>
    public IEnumerable<Observation> Observe(DateTimeOffset at)
    {
        if (retention.OlderCopy is { } older)
            yield return new("volume-older", Agent, Severity.Critical, older);
        if (schedule.Failure is null && retention.FileFaults is [var fault, ..])
            yield return new("volume-files-differ", Agent, Severity.Critical, fault.Text);
        if (retention.Problems is [var problem, ..])
            yield return new(
                "retention-unreadable",
                Agent,
                Severity.Critical,
                new(
                    $"Rules, sessions or holds cannot be read, so nothing is destroyed: {problem}",
                    $"保存规则、场次或保全记录无法读取，因此不销毁任何录像：{problem}"
                )
            );
        if (service.LastForecast is { } forecast && retention.Warns(forecast))
        {
            yield return new(
                "duty-breach-ahead",
                Agent,
                Severity.Critical,
                new(
                    $"From {forecast.BreachOn:yyyy-MM-dd} on the volume cannot hold what the law asks to keep: add a disk or an archive tier. What is under a duty is never deleted for space.",
                    $"自 {forecast.BreachOn:yyyy-MM-dd} 起，存储卷将无法容纳依法应保存的录像：请增加磁盘或启用归档存储。依法应保存的录像不会因空间不足而删除。"
                )
            );
        }

        if (service.LastSweep is { Waiting: > 0 })
            yield return new(
                "approval-waits",
                Agent,
                Severity.Notice,
                new("Exam footage whose window has ended waits for the approval of two persons.", "有保存期限届满的考试录像等待两人审批。")
            );
        var now = retention.Now();
        if (ClockFault(now) is null && retention.IsDatingInDoubt)
        {
            yield return new(
                "clock-behind",
                Agent,
                Severity.Warning,
                new(
                    "When the agent began, the clock was behind the newest signed head; what was recorded since may be dated too early, and is kept longer. If the clock is right now, vouch for it: exam-monitor-agent clock vouch --person NAME.",
                    "代理启动时系统时钟早于最近一次签名记录；此后录像的日期可能偏早，因此延长保存。如时钟现已正确，请确认：exam-monitor-agent clock vouch --person 姓名。"
                )
            );
        }

        if (ClockFault(now) is { } clock)
            yield return new(now.Behind is null ? "clock-jump-refused" : "clock-behind", Agent, Severity.Critical, clock);
    }

    /// <summary>What is wrong with a clock that does not agree with trusted time; null when it is believed.</summary>
    public static LocalText? ClockFault(RetentionNow now) =>
        now.Behind is not null
            ? new(
                "The clock went back behind trusted time: footage is filed under wrong dates, and every room is recorded. Set the clock, best by a time server (timedatectl set-ntp true); if it is right, vouch for it: exam-monitor-agent clock vouch --person NAME.",
                "系统时钟落后于可信时间：录像日期有误，所有考场持续录像。请校准时钟，建议启用网络校时（timedatectl set-ntp true）；如时钟正确，请确认：exam-monitor-agent clock vouch --person 姓名。"
            )
        : now.Refused is null ? null
        : new(
            "The clock is further ahead than running time explains: nothing is destroyed by it. Look at the clock; if it is right, vouch for it: exam-monitor-agent clock vouch --person NAME.",
            "系统时钟超前于可信时间：不会据此销毁任何录像。请核对时钟；如正确，请确认：exam-monitor-agent clock vouch --person 姓名。"
        );
}
