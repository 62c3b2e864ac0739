using System.Globalization;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Exams.Readiness;

/// <summary>Whether the volume can take a session at measured rates, and keep it for its window. Pure.</summary>
internal static class SpaceRule
{
    private const double Gigabyte = 1e9;
    private static readonly LocalText Mend = new(
        "Add a disk, or move footage to an archive tier; what the law asks to keep is never deleted for space.",
        "请增加磁盘或将录像转存；依法应保存的录像不会因空间不足而删除。"
    );

    /// <summary>The check.</summary>
    public static ReadinessCheck Judge(ReadinessFacts facts, ReadinessLimits limits)
    {
        if (facts.Space.Fault is { } fault)
            return ReadinessRules.No(
                CheckNames.Space,
                fault,
                new("Mend what the sentence names; the check answers anew within seconds.", "请按提示处理，检查结果会在数秒内更新。")
            );
        if (facts.Space.FreeBytes is not { } free)
            return ReadinessRules.No(
                CheckNames.Space,
                new("The free space cannot be told: it counts as none.", "无法读取剩余空间，按已满处理。"),
                new("Check the volume.", "请检查存储卷。")
            );
        if (facts.Cameras.Any(c => c.BytesPerHour is null))
            return ReadinessRules.Unknown(
                CheckNames.Space,
                new("How much the cameras record was not measured yet.", "尚未测得摄像机的录像数据量。"),
                new("Wait until every camera has delivered for some seconds.", "请等待所有摄像机送出画面数秒。")
            );
        var hours = facts.Session is { } session ? (limits.Margins.To(session) - limits.Margins.From(session)).TotalHours : 0;
        var needed = facts.Cameras.Sum(c => c.BytesPerHour!.Value) * hours;
        var room = free + facts.Space.IdleBytes - facts.Space.ReserveBytes;
        if (room < needed)
        {
            return ReadinessRules.No(
                CheckNames.Space,
                new(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The session needs {needed / Gigabyte:0.0} GB, and {Math.Max(0, room) / Gigabyte:0.0} GB can be used."
                    ),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"本场考试需要 {needed / Gigabyte:0.0} GB，可用 {Math.Max(0, room) / Gigabyte:0.0} GB。"
                    )
                ),
                Mend
            );
        }

        if (room < facts.Space.PromisedBytes)
        {
            return ReadinessRules.No(
                CheckNames.Space,
                new(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The exams of the day still need {facts.Space.PromisedBytes / Gigabyte:0.0} GB together, and {Math.Max(0, room) / Gigabyte:0.0} GB can be used."
                    ),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"当日各场考试合计还需要 {facts.Space.PromisedBytes / Gigabyte:0.0} GB，可用 {Math.Max(0, room) / Gigabyte:0.0} GB。"
                    )
                ),
                Mend
            );
        }

        if (
            facts.Space.Breach is { } breach
            && facts.Session is { } held
            && breach <= DateOnly.FromDateTime(held.End.UtcDateTime).AddDays(1)
        )
        {
            return ReadinessRules.No(
                CheckNames.Space,
                new(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"On {breach:yyyy-MM-dd} the volume can no longer hold what the law asks to keep."
                    ),
                    string.Create(CultureInfo.InvariantCulture, $"到 {breach:yyyy-MM-dd} 存储卷将无法容纳依法应保存的录像。")
                ),
                Mend
            );
        }

        return ReadinessRules.Yes(
            CheckNames.Space,
            new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The session needs {needed / Gigabyte:0.0} GB at measured rates, and {room / Gigabyte:0.0} GB can be used."
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"按实测数据量本场考试需要 {needed / Gigabyte:0.0} GB，可用 {room / Gigabyte:0.0} GB。"
                )
            )
        );
    }
}
