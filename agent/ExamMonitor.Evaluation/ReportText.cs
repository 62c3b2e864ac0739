using System.Globalization;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Evaluation;

/// <summary>Words, times and numbers of a report in one language. Pure.</summary>
/// <param name="chinese">Chinese, else English.</param>
/// <param name="zone">Zone of times.</param>
internal sealed class ReportText(bool chinese, TimeZoneInfo zone)
{
    public string Of(string en, string zh) => chinese ? zh : en;

    public string Of(LocalText text) => chinese ? text.Zh : text.En;

    public string Of(SampleVerdict verdict) =>
        verdict switch
        {
            SampleVerdict.InOrder => Of("in order", "符合要求"),
            SampleVerdict.Issue => Of("issue", "存在问题"),
            _ => Of("cannot judge", "无法评判"),
        };

    public string Of(ScoreRole role) =>
        role switch
        {
            ScoreRole.Self => Of("own mark of the body", "机构自评"),
            ScoreRole.Expert => Of("expert", "专家评分"),
            _ => Of("opinion of the group", "评估组意见"),
        };

    public string Of(SessionGap gap) => gap.Destroyed ? Of("destroyed under the retention rules", "已按保存规则销毁") : Of(gap.Cause);

    public string Of(GapCause cause) =>
        cause switch
        {
            GapCause.Unknown => Of("unknown", "不明"),
            GapCause.Network => Of("network", "网络"),
            GapCause.Camera => Of("camera", "摄像头"),
            GapCause.Authentication => Of("log-in refused", "认证失败"),
            GapCause.Disk => Of("disk", "磁盘"),
            GapCause.Clock => Of("clock step", "时钟跳变"),
            GapCause.Operator => Of("stopped by a person", "人工停止"),
            GapCause.Agent => Of("agent not running", "采集服务未运行"),
            GapCause.CameraClock => Of("the camera's clock stepped", "摄像机时钟跳变"),
            _ => cause.ToString(),
        };

    public string At(DateTimeOffset at) => Local(at, "yyyy-MM-dd HH:mm:ss");

    /// <summary>From when to when: the day of the end stands there when it is another.</summary>
    public string Span(DateTimeOffset from, DateTimeOffset to) =>
        $"{At(from)} – {Local(to, IsOneDay(from, to) ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss")}";

    public bool IsOneDay(DateTimeOffset from, DateTimeOffset to) =>
        TimeZoneInfo.ConvertTime(from, zone).Date == TimeZoneInfo.ConvertTime(to, zone).Date;

    /// <summary>An hour that is there twice, when clocks are set back, is told apart by its distance from UTC.</summary>
    public string Local(DateTimeOffset at, string format)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return local.ToString(zone.IsAmbiguousTime(local) ? format + " zzz" : format, CultureInfo.InvariantCulture);
    }

    /// <summary>Cut and never rounded up: 100 % is printed only when it is exact.</summary>
    public string Percent(double? share) =>
        share is { } s ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(s * 10_000) / 100:0.##} %") : Of("not known", "未知");

    public static string Points(double? points) => points is { } p ? p.ToString("0.##", CultureInfo.InvariantCulture) : "–";
}
