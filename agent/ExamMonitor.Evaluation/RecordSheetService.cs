using System.Globalization;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Coverage.Printing;
using ExamMonitor.Exams.Schedule;
using QRCoder;

namespace ExamMonitor.Evaluation;

/// <summary>
/// The record sheet of a session (room, batch, times, cameras, completeness, gaps, calibration, who was on duty) with the newest signed
/// head: paper that is filed on the day becomes a witness outside of the machine. Thread-safe.
/// </summary>
internal sealed class RecordSheetService(PackSource source, SessionService sessions, TimeProvider time)
{
    private const int MostGaps = 200;
    private readonly Lock _gate = new();
    private readonly EvaluationFiles _files = new(Path.Combine(source.Places.Volume, "evaluation", "sheets"));

    /// <summary>Sizes of the heads that stand on sheets of a session: a pack proves that each is the beginning of its own.</summary>
    public IReadOnlyList<long> Printed(ExamSessionId session) => _files.Read<long[]>(session.Text + ".json") ?? [];

    /// <summary>The PDF.</summary>
    /// <param name="session">Session.</param>
    /// <param name="onDuty">Who was on duty, as the caller says; empty for a line to write on.</param>
    /// <exception cref="EvaluationException">No head was signed yet, or there is no font.</exception>
    public byte[] Print(ExamSession session, string onDuty)
    {
        if (
            source.Ledger.Log.CheckpointNote is not { } note
            || !SignedNote.TryParse(note, out var signed)
            || !Checkpoint.TryParse(signed.Text, out var head)
        )
            throw new EvaluationException(
                "Nothing was signed yet; the first head follows within a minute of the first segment.",
                "尚无签名检查点；首个片段提交后一分钟内生成。"
            );
        var detail = source.Footage.Describe(session, time.GetUtcNow());
        var sheet = new RecordSheet(
            "Record of an exam session 考试场次记录表",
            Facts(detail, onDuty),
            Tables(detail),
            ShortHead.Format(head.Size, head.Root),
            note,
            CodeOf(OwnHead(signed).Format())
        );
        var pdf =
            RecordSheetPrinter.Print(sheet)
            ?? throw new EvaluationException(
                "No font was found to print with. On Debian and Ubuntu: apt install fonts-dejavu-core fonts-droid-fallback.",
                "没有可用于打印的字体。Debian 和 Ubuntu 请运行：apt install fonts-dejavu-core fonts-droid-fallback。"
            );
        lock (_gate)
            _files.Write(
                session.Id.Text + ".json",
                System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                    Printed(session.Id).Append(head.Size).Distinct().TakeLast(20).ToArray()
                )
            );
        return pdf;
    }

    /// <summary>The agent's own signatures alone: cosignatures would make the code too fine to scan.</summary>
    private static SignedNote OwnHead(SignedNote note) => note with { Signatures = [note.Signatures[0]] };

    /// <summary>Modules of a QR code that survives a fold: error correction M, quiet zone of four.</summary>
    internal static IReadOnlyList<IReadOnlyList<bool>> CodeOf(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M, forceUtf8: true);
        return [.. data.ModuleMatrix.Select(row => (IReadOnlyList<bool>)[.. row.Cast<bool>()])];
    }

    private List<(string Name, string Value)> Facts(SessionDetail detail, string onDuty)
    {
        var (s, zone) = (detail.Summary.Session, sessions.Context.Zone);
        string At(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var calibration = source.Rooms.Find(s.Room) is { } room ? source.Calibrations.Of(room.Setup) : null;
        return
        [
            ("Session 场次", s.Id.Text),
            ("What is examined 考核项目", s.Title),
            ("Batch 批次", s.Batch.Text),
            ("Room 考场", s.Room.Text),
            ("Times 时间", $"{At(s.Start)} – {At(s.End)} ({zone.Id})"),
            ("Candidates 考生人数", s.Candidates?.ToString(CultureInfo.InvariantCulture) ?? "–"),
            ("Completeness 完整率", Percent(detail.Summary.Completeness)),
            (
                "Calibration 标定",
                calibration is { IsOfThisMap: true, Person: { } person, At: { } at }
                    ? $"signed 已签 {person}, {At(at)}"
                    : "not signed as it is 未签"
            ),
            ("On duty 值班人员", onDuty.Length > 0 ? onDuty : "–"),
            ("Printed 打印时间", At(time.GetUtcNow())),
        ];
    }

    private List<(string Heading, IReadOnlyList<IReadOnlyList<string>> Rows)> Tables(SessionDetail detail)
    {
        var (english, words) = (
            new ReportText(chinese: false, sessions.Context.Zone),
            new ReportText(chinese: true, sessions.Context.Zone)
        );
        var oneDay = words.IsOneDay(detail.Summary.Session.Start, detail.Summary.Session.End);
        string At(DateTimeOffset? at) => at is { } t ? words.Local(t, oneDay ? "HH:mm:ss.f" : "MM-dd HH:mm:ss.f") : "…";
        return
        [
            (
                "Cameras 摄像机",
                [
                    ["Camera 摄像机", "Complete 完整率", "Proven s 已证实", "Required s 应录"],
                    .. detail.Cameras.Select(c =>
                        (IReadOnlyList<string>)
                            [c.Camera.Text, Percent(c.Completeness), Seconds(c.ProvenSeconds), Seconds(c.RequiredSeconds)]
                    ),
                ]
            ),
            (
                detail.Gaps.Count == 0 ? "Gaps: none 中断：无" : $"Gaps 中断 ({detail.Gaps.Count})",
                [
                    ["Camera 摄像机", "From 起", "To 止", "Cause 原因"],
                    .. detail
                        .Gaps.Take(MostGaps)
                        .Select(g =>
                            (IReadOnlyList<string>)[g.Camera.Text, At(g.Start), At(g.End), $"{english.Of(g.Cause)} {words.Of(g.Cause)}"]
                        ),
                ]
            ),
        ];
    }

    private static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Percent(double? share) =>
        share is { } s ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(s * 10_000) / 100:0.##} %") : "not known 未知";
}
