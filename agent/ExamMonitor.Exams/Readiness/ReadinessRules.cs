using System.Globalization;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Exams.Readiness;

/// <summary>"Is room R ready for session S?" Pure. What was not measured is no yes.</summary>
internal static class ReadinessRules
{
    /// <summary>The answer.</summary>
    public static RoomReadiness Judge(ReadinessFacts facts, ReadinessLimits limits, DateTimeOffset now)
    {
        var checks = Checks(facts, limits, now)
            .Select(c => limits.InformOnly.Contains(c.Id, StringComparer.Ordinal) ? c with { Required = false } : c)
            .ToList();
        var ready = checks.TrueForAll(c => !c.Required || c.Ok == true);
        var session = facts.Session;
        return new(RoomReadiness.SchemaName, now, 0, facts.Room, session?.Id, session?.Start, session?.End, session?.Title, ready, checks);
    }

    private static IEnumerable<ReadinessCheck> Checks(ReadinessFacts facts, ReadinessLimits limits, DateTimeOffset now)
    {
        yield return Cameras(facts);
        if (facts.Stations.Count > 0)
            yield return Stations(facts, CheckNames.StationsCovered, s => s.Covered, CoveredWords);
        if (facts.Stations.Count > 0)
            yield return Stations(facts, CheckNames.StationsLit, s => s.Lit, LitWords);
        if (facts.Plates is { } plates)
            yield return PlateRule.Judge(plates, facts.Room, now);
        yield return Floor(facts, limits);
        yield return Audio(facts);
        yield return Clock(facts.Clock);
        yield return CameraClocks(facts, limits);
        yield return SpaceRule.Judge(facts, limits);
        yield return Calibration(facts.Calibration);
        yield return Scrub(facts.Scrub);
        yield return facts.LedgerIsWhole
            ? Yes(CheckNames.Ledger, new("The ledger is whole.", "账本完好。"))
            : No(
                CheckNames.Ledger,
                new("The ledger was cut or changed.", "账本被截断或改动。"),
                new("Have the volume examined; see the problems of the ledger.", "请核查存储卷，参见账本相关问题。")
            );
    }

    private static ReadinessCheck Cameras(ReadinessFacts facts)
    {
        var off = facts.Cameras.Where(c => !c.IsRecording).Select(c => c.Name).ToList();
        var ill = facts
            .Cameras.Where(c =>
                c.IsRecording && c.Health.Any(h => h is not (CameraHealth.Ok or CameraHealth.Noisy or CameraHealth.ColourCast))
            )
            .Select(c => c.Name)
            .ToList();
        var unknown = facts.Cameras.Where(c => c.IsRecording && c.Health.Count == 0).Select(c => c.Name).ToList();
        var mend = new LocalText("See the camera's problem, which says what to do.", "请查看该摄像机的问题说明并处理。");
        if (facts.Cameras.Count == 0)
            return No(
                CheckNames.Cameras,
                new("The room has no camera.", "考场没有摄像机。"),
                new("Add cameras to the configuration.", "请在配置中添加摄像机。")
            );
        if (off.Count > 0)
            return No(CheckNames.Cameras, new($"Not recorded: {Names(off)}.", $"未在录像：{ZhNames(off)}。"), mend);
        if (ill.Count > 0)
            return No(CheckNames.Cameras, new($"Not healthy: {Names(ill)}.", $"状态异常：{ZhNames(ill)}。"), mend);
        return unknown.Count > 0
            ? Unknown(
                CheckNames.Cameras,
                new($"Not measured yet: {Names(unknown)}.", $"尚未测量：{ZhNames(unknown)}。"),
                new(
                    "Wait half a minute; a camera without a reference picture must be calibrated.",
                    "请稍候半分钟；没有基准画面的摄像机需先标定。"
                )
            )
            : Yes(
                CheckNames.Cameras,
                new(
                    $"All {facts.Cameras.Count} cameras deliver, are healthy and recorded.",
                    $"全部 {facts.Cameras.Count} 台摄像机画面正常并在录像。"
                )
            );
    }

    private static readonly StationWords CoveredWords = new(
        new("covered", "已覆盖"),
        new("not covered", "未覆盖"),
        new(
            "Remove what stands between station and camera, or turn a camera; then look at the room's page.",
            "请移开遮挡物或调整摄像机，再查看考场页面。"
        )
    );

    private static readonly StationWords LitWords = new(
        new("lit well enough", "照明合格"),
        new("not lit", "照明不合格"),
        new("Switch on the lights, draw blinds against glare.", "请打开照明，拉上窗帘避免眩光。")
    );

    private static ReadinessCheck Stations(ReadinessFacts facts, string id, Func<StationReadiness, bool?> claim, StationWords words)
    {
        var no = facts.Stations.Where(s => claim(s) == false).Select(s => s.Label).ToList();
        var unknown = facts.Stations.Where(s => claim(s) is null).Select(s => s.Label).ToList();
        var total = facts.Stations.Count;
        if (no.Count > 0)
            return No(
                id,
                new(
                    $"{total - no.Count - unknown.Count} of {total} stations are {words.Good.En}; {words.Bad.En}: {Names(no)}.",
                    $"{total} 个工位中 {total - no.Count - unknown.Count} 个{words.Good.Zh}；{words.Bad.Zh}：{ZhNames(no)}。"
                ),
                words.Mend
            );
        return unknown.Count > 0
            ? Unknown(id, new($"Not known of: {Names(unknown)}.", $"无法判定：{ZhNames(unknown)}。"), words.Mend)
            : Yes(id, new($"All {total} stations are {words.Good.En}.", $"全部 {total} 个工位{words.Good.Zh}。"));
    }

    private static ReadinessCheck Floor(ReadinessFacts facts, ReadinessLimits limits)
    {
        var mend = new LocalText(
            "Turn a camera or add one; the room's page shows what is not seen.",
            "请调整或增加摄像机；考场页面会显示看不到的区域。"
        );
        if (facts.FloorPercent is not { } percent)
            return Unknown(CheckNames.WholeArea, new("How much of the floor is in view is not known.", "可见区域尚不清楚。"), mend);
        var text = new LocalText(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{percent:0.0} % of the floor is in view; {limits.FloorPercent:0.#} % are asked for."
            ),
            string.Create(CultureInfo.InvariantCulture, $"可见区域 {percent:0.0} %，要求 {limits.FloorPercent:0.#} %。")
        );
        return percent >= limits.FloorPercent ? Yes(CheckNames.WholeArea, text) : No(CheckNames.WholeArea, text, mend);
    }

    private static ReadinessCheck Audio(ReadinessFacts facts)
    {
        var bad = facts
            .Cameras.Where(c => c.Audio is AudioState.Absent or AudioState.Silent or AudioState.Clipped)
            .Select(c => c.Name)
            .ToList();
        var heard = facts.Cameras.Count(c => c.Audio == AudioState.Present);
        var mend = new LocalText(
            "Connect a microphone, switch sound on in the camera, and mind its level.",
            "请连接麦克风，在摄像机中开启声音并调整音量。"
        );

        // The law asks for sound with the picture of the room, not for a microphone in every camera: one that is heard is enough.
        if (heard > 0)
            return Yes(
                CheckNames.Audio,
                new($"Sound is heard by {heard} of {facts.Cameras.Count} cameras.", $"{facts.Cameras.Count} 台摄像机中 {heard} 台有声音。")
            );
        return bad.Count > 0 && bad.Count == facts.Cameras.Count
            ? No(CheckNames.Audio, new($"No sound, or over-driven: {Names(bad)}.", $"无声音或声音过载：{ZhNames(bad)}。"), mend)
            : Unknown(
                CheckNames.Audio,
                new("Sound was not measured.", "未测量声音。"),
                new(
                    "It is measured within half a minute of a camera's start. If it stays so, see that a camera sends sound and that watch.sound is on.",
                    "摄像机启动后半分钟内即可测量。若仍未测量，请确认摄像机送出声音且 watch.sound 已启用。"
                )
            );
    }

    private static ReadinessCheck Clock(ClockReadiness clock)
    {
        var mend = new LocalText("Switch on a time server: timedatectl set-ntp true.", "请启用网络校时：timedatectl set-ntp true。");
        if (clock.Fault is { } fault)
            return No(CheckNames.Clock, fault, mend);
        return clock.IsSynchronized switch
        {
            true => Yes(CheckNames.Clock, new("The clock of this machine is kept by a time server.", "本机时钟已由网络校时。")),
            false => No(CheckNames.Clock, new("The clock of this machine is not kept by a time server.", "本机时钟未启用网络校时。"), mend),
            null => Unknown(
                CheckNames.Clock,
                new("Whether a time server keeps the clock cannot be told on this system.", "本系统无法判断时钟是否已校时。"),
                mend
            ),
        };
    }

    /// <summary>
    /// Footage is filed by arrival, not by the camera's clock: one that is not known only informs, one that is wrong misleads who reads it
    /// in the picture.
    /// </summary>
    private static ReadinessCheck CameraClocks(ReadinessFacts facts, ReadinessLimits limits)
    {
        var off = facts.Cameras.Where(c => Math.Abs(c.ClockOffsetMs ?? 0) > limits.CameraClockMs).Select(c => c.Name).ToList();
        var mend = new LocalText("Give the camera the address of a time server.", "请为摄像机设置校时服务器。");
        if (off.Count > 0)
            return No(CheckNames.CameraClocks, new($"Clock wrong: {Names(off)}.", $"时钟不准：{ZhNames(off)}。"), mend);
        return facts.Cameras.Any(c => c.ClockOffsetMs is null)
            ? Unknown(CheckNames.CameraClocks, new("Not every camera tells its clock.", "并非所有摄像机都提供时钟信息。"), mend) with
            {
                Required = false,
            }
            : Yes(CheckNames.CameraClocks, new("The cameras' clocks are in step.", "摄像机时钟一致。"));
    }

    private static ReadinessCheck Calibration(CalibrationReadiness calibration)
    {
        var mend = new LocalText(
            "Check the map, then sign it: exam-monitor-agent calibration sign --room ROOM --person NAME.",
            "请核对地图后签署：exam-monitor-agent calibration sign --room 考场 --person 姓名。"
        );
        return calibration.IsOfThisMap switch
        {
            true => Yes(
                CheckNames.Calibration,
                new($"The map in force was signed by {calibration.Person}.", $"当前地图已由{calibration.Person}签署。")
            ),
            false => No(CheckNames.Calibration, new("The map was changed after it was signed.", "地图在签署后被修改。"), mend),
            null => No(CheckNames.Calibration, new("Nobody has signed the map in force.", "当前地图尚未签署。"), mend),
        };
    }

    private static ReadinessCheck Scrub(ScrubReadiness scrub)
    {
        if (scrub.OpenFindings > 0)
            return No(
                CheckNames.Scrub,
                new(
                    $"Re-reading the archive found {scrub.OpenFindings} segments that are not whole.",
                    $"巡检发现 {scrub.OpenFindings} 个录像段不完好。"
                ),
                new("Look at the findings and deal with them.", "请查看并处理巡检结果。")
            );
        return scrub.FinishedAt is not null
            ? Yes(CheckNames.Scrub, new("The last pass over the archive found everything whole.", "最近一次巡检全部完好。"))
            : Unknown(
                CheckNames.Scrub,
                new("The archive was not re-read as a whole yet; nothing wrong was found so far.", "尚未完成首次巡检；目前未发现问题。"),
                new("Nothing: the first pass ends by itself within 30 days.", "无需处理：首次巡检会在 30 天内自动完成。")
            ) with
            {
                Required = false,
            };
    }

    internal static ReadinessCheck Yes(string id, LocalText text) => new(id, true, true, text, null);

    internal static ReadinessCheck No(string id, LocalText text, LocalText mend) => new(id, false, true, text, mend);

    internal static ReadinessCheck Unknown(string id, LocalText text, LocalText mend) => new(id, null, true, text, mend);

    internal static string Names(List<string> names) => string.Join(", ", names.Take(12)) + (names.Count > 12 ? " …" : string.Empty);

    internal static string ZhNames(List<string> names) => string.Join('、', names.Take(12)) + (names.Count > 12 ? "……" : string.Empty);

    private sealed record StationWords(LocalText Good, LocalText Bad, LocalText Mend);
}
