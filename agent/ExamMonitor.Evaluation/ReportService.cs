using System.Security.Cryptography;
using ExamMonitor.Capture;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Coverage.Printing;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Packs;

namespace ExamMonitor.Evaluation;

/// <summary>The report of an evaluation on paper: what was drawn, what is held, what was found with pictures, the marks, the hashes, and
/// how all of it is verified. Thread-safe.</summary>
internal sealed class ReportService(
    PackSource source,
    PackService packs,
    DrawService draws,
    EvaluationStore evaluations,
    SessionService sessions,
    MomentPicture pictures,
    TimeProvider time
)
{
    private const int MostPictures = 24;
    private const int MostPicturesOfOne = 4;
    private const int MostRows = 300;
    private const int PictureWidth = 960;

    /// <summary>The PDF.</summary>
    /// <param name="evaluation">Id of a draw, a session or a batch.</param>
    /// <param name="chinese">Chinese, else English.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EvaluationException">There is no such evaluation, nothing was signed, or there is no font.</exception>
    public async Task<byte[]> PrintAsync(string evaluation, bool chinese, CancellationToken cancellationToken)
    {
        var scope = packs.ScopeOf(new([], Evaluation: evaluation));
        if (
            source.Ledger.Log.CheckpointNote is not { } note
            || !SignedNote.TryParse(note, out var signed)
            || !Checkpoint.TryParse(signed.Text, out var head)
        )
            throw new EvaluationException(
                "Nothing was signed yet; the first head follows within a minute of the first segment.",
                "尚无签名检查点；首个片段提交后一分钟内生成。"
            );
        var text = new ReportText(chinese, sessions.Context.Zone);
        var findings = scope
            .Select(s => s.Session)
            .Distinct(StringComparer.Ordinal)
            .SelectMany(s => evaluations.Findings(ExamSessionId.Of(s)))
            .ToList();
        List<ReportBlock> blocks =
        [
            new ReportBlock.Paragraph(text.Of($"Evaluation {evaluation} · {head.Origin}", $"评估 {evaluation} · {head.Origin}")),
            new ReportBlock.Paragraph(
                text.Of(
                    $"Printed {text.At(time.GetUtcNow())}, times in {sessions.Context.Zone.Id}.",
                    $"打印时间 {text.At(time.GetUtcNow())}，时区 {sessions.Context.Zone.Id}。"
                )
            ),
            .. Draw(evaluation, text),
            .. Samples(scope, findings, text),
            .. Gaps(scope, text),
            .. await FindingsAsync(scope, findings, text, cancellationToken).ConfigureAwait(false),
            .. Scores(evaluation, text),
            .. Hashes(scope, text),
            .. Verification(head, signed, text),
        ];
        return ReportPrinter.Print(
                text.Of("Evaluation report", "考核视频抽查评估报告"),
                $"{evaluation} · {ShortHead.Format(head.Size, head.Root)}",
                blocks
            )
            ?? throw new EvaluationException(
                "No font was found to print with. On Debian and Ubuntu: apt install fonts-dejavu-core fonts-droid-fallback.",
                "没有可用于打印的字体。Debian 和 Ubuntu 请运行：apt install fonts-dejavu-core fonts-droid-fallback。"
            );
    }

    private IEnumerable<ReportBlock> Draw(string evaluation, ReportText text)
    {
        if (draws.Find(evaluation) is not { } draw)
            yield break;
        yield return new ReportBlock.Heading(text.Of("Draw", "抽样"));
        if (DrawPlan.TryParse(draw.Plan, out var plan))
            yield return new ReportBlock.Paragraph(text.Of(plan.Sentence()));
        yield return new ReportBlock.Table(
            [1, 3],
            [
                [text.Of("What", "项目"), text.Of("Value", "内容")],
                [
                    text.Of("Opened", "登记"),
                    $"{text.At(draw.OpenedAt)}, {draw.OpenedBy}, {text.Of("entry", "账本记录")} {draw.OpenedEntry}",
                ],
                [text.Of("Number typed", "评估人员所填数字"), draw.Number ?? "–"],
                [text.Of("Seed", "种子"), draw.Seed ?? "–"],
                [text.Of("Population (SHA-256)", "总体（SHA-256）"), draw.Population],
                [
                    text.Of("Drawn", "抽取"),
                    draw.DrawnAt is { } at ? $"{text.At(at)}, {draw.DrawnBy}, {text.Of("entry", "账本记录")} {draw.DrawnEntry}" : "–",
                ],
                .. draw.Replacements.Select(r =>
                    (IReadOnlyList<string>)
                        [text.Of("Replaced", "替换"), $"{r.Unit} → {r.By.Unit}: {r.Reason} ({r.Person}, {text.At(r.At)})"]
                ),
            ]
        );
    }

    private IEnumerable<ReportBlock> Samples(IReadOnlyList<PackScope> scope, List<SampleFinding> findings, ReportText text)
    {
        yield return new ReportBlock.Heading(text.Of("Samples", "样本"));
        yield return new ReportBlock.Table(
            [2.2, 1, 1, 2.6, 1.4, 1.8],
            [
                [
                    text.Of("Session", "场次"),
                    text.Of("Room", "考场"),
                    text.Of("Station", "工位"),
                    text.Of("From – to", "时段"),
                    text.Of("Complete", "完整率"),
                    text.Of("Finding", "结论"),
                ],
                .. scope.Select(s =>
                    (IReadOnlyList<string>)
                        [
                            s.Session,
                            s.Room.Text,
                            s.Station?.Text ?? "–",
                            text.Span(s.From, s.To),
                            text.Percent(DetailOf(s)?.Summary.Completeness),
                            NewestOf(s, findings) is { } f ? text.Of(f.Finding.Verdict) : text.Of("none yet", "尚无"),
                        ]
                ),
            ]
        );
        foreach (var part in scope)
            if (DetailOf(part) is { } detail && StretchFootage.Of(detail, part.From, part.To).Sentence() is { } said)
                yield return new ReportBlock.Paragraph($"{part.Session} {text.Span(part.From, part.To)}: {text.Of(said)}");
    }

    private SessionDetail? DetailOf(PackScope scope) =>
        source.Sessions.Find(ExamSessionId.Of(scope.Session)) is { } session ? source.Footage.Describe(session, time.GetUtcNow()) : null;

    private static SampleFinding? NewestOf(PackScope scope, List<SampleFinding> findings) =>
        findings
            .Where(f => f.Finding.Session.Text == scope.Session && f.Finding.From < scope.To && f.Finding.To > scope.From)
            .MaxBy(f => f.At);

    private IEnumerable<ReportBlock> Gaps(IReadOnlyList<PackScope> scope, ReportText text)
    {
        var gaps = scope
            .DistinctBy(s => s.Session, StringComparer.Ordinal)
            .SelectMany(s => (DetailOf(s)?.Gaps ?? []).Select(g => (s.Session, s.Room, Gap: g)))
            .ToList();
        yield return new ReportBlock.Heading(text.Of("Gaps in the footage", "录像中断"));
        if (gaps.Count == 0)
            yield return new ReportBlock.Paragraph(text.Of("None.", "无。"));
        else
            yield return new ReportBlock.Table(
                [2, 1, 1, 3, 2],
                [
                    [
                        text.Of("Session", "场次"),
                        text.Of("Room", "考场"),
                        text.Of("Camera", "摄像机"),
                        text.Of("From – to", "时段"),
                        text.Of("Cause", "原因"),
                    ],
                    .. gaps.Take(MostRows)
                        .Select(g =>
                            (IReadOnlyList<string>)
                                [
                                    g.Session,
                                    g.Room.Text,
                                    g.Gap.Camera.Text,
                                    text.Span(g.Gap.Start, g.Gap.End ?? g.Gap.Start),
                                    text.Of(g.Gap),
                                ]
                        ),
                ]
            );
        if (gaps.Count > MostRows)
            yield return new ReportBlock.Paragraph(
                text.Of($"{gaps.Count - MostRows} more stand in the pack.", $"其余 {gaps.Count - MostRows} 处见证据包。")
            );
    }

    private async Task<List<ReportBlock>> FindingsAsync(
        IReadOnlyList<PackScope> scope,
        List<SampleFinding> findings,
        ReportText text,
        CancellationToken cancellationToken
    )
    {
        List<ReportBlock> blocks = [new ReportBlock.Heading(text.Of("Findings", "抽查结论"))];
        if (findings.Count == 0)
            blocks.Add(new ReportBlock.Paragraph(text.Of("None was recorded yet.", "尚无记录。")));
        var left = MostPictures;
        foreach (var finding in findings)
        {
            var f = finding.Finding;
            blocks.Add(
                new ReportBlock.Paragraph(
                    $"{f.Unit ?? f.Session.Text}: {text.Of(f.Verdict)} · {finding.Person}, {text.At(finding.At)} · {text.Of("entry", "账本记录")} {finding.Entry}",
                    Bold: true
                )
            );
            if (f.Note.Length > 0)
                blocks.Add(new ReportBlock.Paragraph(f.Note));
            if (f.Tags.Count > 0)
                blocks.Add(new ReportBlock.Paragraph(text.Of("Tags", "标签") + ": " + string.Join(", ", f.Tags)));
            // One that marked nothing is shown by its middle.
            IReadOnlyList<MarkedMoment> moments =
                f.Moments.Count > 0 ? [.. f.Moments.Take(MostPicturesOfOne)] : [new(f.From + ((f.To - f.From) / 2), null, "")];
            foreach (var moment in moments)
            {
                if (left == 0 || scope.FirstOrDefault(s => s.Session == f.Session.Text) is not { } part)
                    break;
                if (await PictureAsync(part, moment, text, cancellationToken).ConfigureAwait(false) is not { } picture)
                    continue;
                blocks.Add(picture);
                left--;
            }
        }

        return blocks;
    }

    private async Task<ReportBlock?> PictureAsync(
        PackScope scope,
        MarkedMoment moment,
        ReportText text,
        CancellationToken cancellationToken
    )
    {
        foreach (var camera in moment.Camera is { } one ? [one] : scope.Cameras)
        {
            if (
                source.Archive.FindSegments(scope.Room, camera, moment.At, moment.At.AddMilliseconds(1)).FirstOrDefault(s => !s.IsRemote)
                is not { } segment
            )
                continue;
            var path = Path.Combine(source.Places.Volume, segment.Path);
            if (
                !File.Exists(path)
                || await pictures.JpegAsync(path, moment.At - segment.StartUtc, PictureWidth, cancellationToken).ConfigureAwait(false)
                    is not { } jpeg
            )
                continue;
            return new ReportBlock.Picture(
                jpeg,
                $"{scope.Room}/{camera} {text.At(moment.At)} {moment.Note} · {text.Of("clip", "片段")} {segment.Path} · SHA-256 {Convert.ToHexStringLower(segment.Sha256.Span)}"
            );
        }

        return null;
    }

    private IEnumerable<ReportBlock> Scores(string evaluation, ReportText text)
    {
        var newest = evaluations
            .Scores(evaluation)
            .GroupBy(m => (m.Marks.Sheet, m.Marks.Role, m.Person))
            .Select(g => g.Last())
            .OrderBy(m => m.Marks.Sheet, StringComparer.Ordinal)
            .ThenBy(m => m.Marks.Role)
            .ToList();
        yield return new ReportBlock.Heading(text.Of("Marks", "评分"));
        if (newest.Count == 0)
            yield return new ReportBlock.Paragraph(text.Of("None was recorded yet.", "尚无记录。"));
        foreach (var marks in newest)
        {
            if (ScoreSheets.Find(marks.Marks.Sheet) is not { } sheet)
                continue;
            yield return new ReportBlock.Paragraph(
                $"{sheet.Document} · {sheet.Title} · {text.Of(marks.Marks.Role)}: {marks.Person}, {text.At(marks.At)}, {text.Of("entry", "账本记录")} {marks.Entry}",
                Bold: true
            );
            yield return new ReportBlock.Table(
                [0.9, 4, 0.8, 0.8, 2.2, 2.4],
                [
                    [
                        text.Of("Item", "项"),
                        text.Of("Text", "评分标准"),
                        text.Of("Points", "分值"),
                        text.Of("Mark", "评分"),
                        text.Of("Why", "扣分原因"),
                        text.Of("Proposed, and why", "建议及理由"),
                    ],
                    .. sheet
                        .Items.Select(i => (Item: i, Mark: marks.Marks.Marks.FirstOrDefault(m => m.Item == i.Id)))
                        .Where(m => m.Mark is not null)
                        .Select(m =>
                            (IReadOnlyList<string>)
                                [
                                    m.Item.Id,
                                    m.Item.Text,
                                    ReportText.Points(m.Item.Points),
                                    ReportText.Points(m.Mark!.Points),
                                    m.Mark.Reason,
                                    $"{ReportText.Points(m.Mark.Proposed)} {(m.Mark.ProposedWhy is { } why ? text.Of(why) : "")}",
                                ]
                        ),
                ]
            );
            if (marks.Marks.Opinion.Length > 0)
                yield return new ReportBlock.Paragraph(text.Of("Opinion", "意见建议") + ": " + marks.Marks.Opinion);
        }
    }

    private IEnumerable<ReportBlock> Hashes(IReadOnlyList<PackScope> scope, ReportText text)
    {
        var clips = scope
            .SelectMany(s => s.Cameras.SelectMany(c => source.Archive.FindSegments(s.Room, c, s.From, s.To)))
            .Where(s => s.Leaf is not null)
            .DistinctBy(s => s.Path, StringComparer.Ordinal)
            .OrderBy(s => s.Path, StringComparer.Ordinal)
            .ToList();
        yield return new ReportBlock.Heading(text.Of($"Clips and their hashes ({clips.Count})", $"录像片段及哈希（{clips.Count}）"));
        yield return new ReportBlock.Table(
            [3, 1, 5],
            [
                [text.Of("Clip", "片段"), text.Of("Entry", "记录"), "SHA-256"],
                .. clips.Take(MostRows).Select(c => (IReadOnlyList<string>)[c.Path, $"{c.Leaf}", Convert.ToHexStringLower(c.Sha256.Span)]),
            ]
        );
        if (clips.Count > MostRows)
            yield return new ReportBlock.Paragraph(
                text.Of(
                    $"{clips.Count - MostRows} more stand in SHA256SUMS of the pack.",
                    $"其余 {clips.Count - MostRows} 个见证据包 SHA256SUMS。"
                )
            );
    }

    private IEnumerable<ReportBlock> Verification(Checkpoint head, SignedNote signed, ReportText text)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(source.Ledger.PublicKey);
        var print = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        yield return new ReportBlock.Heading(text.Of("How this is verified", "如何核验"), OnNewPage: true);
        yield return new ReportBlock.Paragraph(
            text.Of(
                "This paper is a summary, no evidence by itself. The evidence is the pack: footage bit for bit, with proofs. This paper is its witness: whoever kept it can show that nothing up to the head below was written anew later.",
                "本报告是摘要，本身不是证据。证据是证据包：逐比特一致的录像及证明。本报告是见证：持有本页者可证明下列检查点及以前的记录此后未被改写。"
            )
        );
        yield return new ReportBlock.Table(
            [1.3, 4],
            [
                [text.Of("What", "项目"), text.Of("Value", "内容")],
                [text.Of("Newest signed head", "最新签名检查点"), ShortHead.Format(head.Size, head.Root)],
                [text.Of("Of the ledger", "账本"), head.Origin],
                [text.Of("Signed", "签名时间"), $"{text.At(head.Time)} {text.Of("(the agent's own clock)", "（监测主机时钟）")}"],
                [text.Of("Public key, SHA-256", "公钥 SHA-256"), print],
            ]
        );
        yield return new ReportBlock.Paragraph(
            "exam-monitor-verify evidence.zip --key agent.pem --head \"" + ShortHead.Format(head.Size, head.Root) + "\""
        );
        yield return new ReportBlock.Paragraph(
            text.Of(
                "Without the product: open proof.html of the pack from disk, or follow VERIFY.md with sha256sum and openssl. A mistyped character of the head is noticed, and the verifier names the group.",
                "无需本产品：打开证据包中的 proof.html，或按 VERIFY.md 使用 sha256sum 与 openssl。检查点输错字符会被发现，验证程序会指出错在哪一组。"
            )
        );
        yield return new ReportBlock.Code(
            RecordSheetService.CodeOf((signed with { Signatures = [signed.Signatures[0]] }).Format()),
            text.Of("The signed head, to be scanned.", "签名检查点，可扫码读取。")
        );
        yield return new ReportBlock.Paragraph(
            text.Of(
                "Evaluators (signature): ______________________    Date: ______________",
                "评估人员（签字）：______________________    日期：______________"
            )
        );
    }
}
