using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Packs.Verification;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>What an evaluator does: draw, find, score, carry away.</summary>
public sealed partial class RunningAgentTests
{
    private static readonly ActingPerson Li = new("李评", "续期评估 2026");

    [Fact]
    public async Task Evaluation_DrawFindScoreAndPack_VerifiesAwayFromTheAgent()
    {
        await Eventually.TrueAsync(async () => (await agent.TimelineAsync("C1")).Segments.Count > 1, TimeSpan.FromSeconds(60));
        var (from, to) = (Now.AddMinutes(-30), (await agent.TimelineAsync("C1")).Segments[1].Start.AddSeconds(1));
        var csv = $"id,batch,room,start,end,title\nDONE,B7,R7,{from:yyyy-MM-ddTHH:mm:ssZ},{to:yyyy-MM-ddTHH:mm:ssZ},电工\n";
        await DoAsync<JsonElement>(AgentApi.ImportSessions + "?file=a.csv", new StringContent(csv, Encoding.UTF8, "text/csv"));

        var opened = await DoAsync<DrawOpened>(
            EvaluationApi.Draws,
            Json(new DrawRequest(from.AddDays(-1), Now.AddDays(1), [DrawDimension.Batch], 5, 95))
        );
        Assert.Equal((1, 1), (opened.Units, opened.Sample));
        Assert.Null(opened.Record.Secret);
        Assert.True(
            SignedNote.TryParse(opened.Record.Head, out var note)
                && Checkpoint.TryParse(note.Text, out var head)
                && head.Size > opened.Record.OpenedEntry
        );
        var drawn = await DoAsync<DrawRecord>(EvaluationApi.Number(opened.Record.Id), Json(new DrawNumber("4711")));
        Assert.Equal("DONE", Assert.Single(drawn.Sample).Unit);
        Assert.Null(DrawRepeat.Check(drawn, await agent.Api.GetByteArrayAsync(Url(EvaluationApi.Population(drawn.Id)))));
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(EvaluationApi.Number(drawn.Id), Json(new DrawNumber("4712")))).StatusCode);
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await PostAsync(EvaluationApi.Replacements(drawn.Id), Json(new DrawReplacementRequest("DONE")))).StatusCode
        );

        var finding = new SampleFindingRequest(
            ExamSessionId.Of("DONE"),
            "DONE",
            drawn.Id,
            from,
            to,
            SampleVerdict.Issue,
            ["order"],
            "Two persons at one station.",
            [new(to.AddSeconds(-2), C1, "here")]
        );
        Assert.NotNull((await DoAsync<SampleFinding>(EvaluationApi.Findings, Json(finding))).Entry);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(EvaluationApi.Findings, Json(finding with { Note = "" }))).StatusCode);
        var marks = new ScoreMarksRequest("sd-renewal", drawn.Id, ScoreRole.Expert, [new("EVA-1", 3, "扣 1 分", 4, null)], "");
        Assert.NotNull((await DoAsync<ScoreMarks>(EvaluationApi.Scores, Json(marks))).Entry);

        var (typed, scanned) = await PrintAsync();
        var pack = await DoAsync<PackSummary>(EvaluationApi.Packs, Json(new PackRequest([], drawn.Id)));
        await DownloadInPartsAsync(pack, agent.PathOf("evidence.zip"));
        using var key = ECDsa.Create();
        key.ImportFromPem(await agent.Api.GetStringAsync(Url(AgentApi.LedgerKey)));
        var report = PackVerifier.Run(agent.PathOf("evidence.zip"), new(key), null, TestContext.Current.CancellationToken);
        Assert.True(report.Findings.Count == 0, PackText.ForPeople(report));
        Assert.True(report.ProvedClips >= 2 && report.Draw is not null, PackText.ForPeople(report));
        foreach (var onPaper in new[] { typed, scanned })
        {
            // Paper of before the pack is its witness: the pack proves that it continues what was printed.
            var outside = OutsideHeads.Read(onPaper);
            report = PackVerifier.Run(agent.PathOf("evidence.zip"), new(key, [outside]), null, TestContext.Current.CancellationToken);
            Assert.Equal((0, outside), (report.Findings.Count, Assert.Single(report.Confirmed)));
        }

        await CopyAndReportAsync(drawn.Id, from, to);
        Assert.Contains(report.Facts!.Documents, d => d.Path.StartsWith("evaluation/scores/", StringComparison.Ordinal));
        Assert.Contains(report.Facts.Documents, d => d.Path.StartsWith("schedule/", StringComparison.Ordinal));
    }

    // Takes most of a minute: -explicit only.
    [Fact(Explicit = true)]
    public async Task PackCommand_OfASession_ContinuesADownloadThatBrokeOff()
    {
        await Eventually.TrueAsync(async () => (await agent.TimelineAsync("C1")).Segments.Count > 2, TimeSpan.FromSeconds(60));
        var segment = (await agent.TimelineAsync("C1")).Segments[2];
        var (from, to) = (segment.Start.AddSeconds(1), segment.End.AddSeconds(-1));
        var csv = $"id,batch,room,start,end,title\nPACKED,B8,R7,{from:yyyy-MM-ddTHH:mm:ssZ},{to:yyyy-MM-ddTHH:mm:ssZ},电工\n";
        await DoAsync<JsonElement>(AgentApi.ImportSessions + "?file=b.csv", new StringContent(csv, Encoding.UTF8, "text/csv"));
        string[] common = ["--out", agent.PathOf("c.zip"), "--person", "Li", "--reason", "renewal", "--config", agent.ConfigurationPath];
        var (code, output, errors) = await AgentFixture.RunAsync(["pack", "PACKED", .. common]);
        Assert.True(code == 0, errors);
        var whole = await File.ReadAllBytesAsync(agent.PathOf("c.zip"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(agent.PathOf("c.zip"), whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        var id = output.Split(' ', ':')[1];
        // The agent is started anew in the middle of the download.
        await agent.RestartAsync(() => Task.CompletedTask);
        (code, _, errors) = await AgentFixture.RunAsync(["pack", "--pack", id, .. common]);
        Assert.True(code == 0, errors);
        Assert.Equal(whole, await File.ReadAllBytesAsync(agent.PathOf("c.zip"), TestContext.Current.CancellationToken));
        Assert.Empty(PackVerifier.Run(agent.PathOf("c.zip"), new(), null, TestContext.Current.CancellationToken).Findings);
    }

    /// <summary>
    /// A blurred copy of the session, which no verifier takes for evidence, and the report in both languages, read back by Poppler.
    /// </summary>
    private async Task CopyAndReportAsync(string draw, DateTimeOffset from, DateTimeOffset to)
    {
        var size = await DoAsync<PackSize>(EvaluationApi.PackSizes, Json(new PackRequest([], Evaluation: "B7")));
        Assert.True(size is { Clips: >= 2, Parts: 1, Bytes: > 100_000 }, size.ToString());
        var request = new RedactedCopyRequest(
            ExamSessionId.Of("DONE"),
            C1,
            to.AddSeconds(-3),
            to.AddSeconds(-1),
            [new(to.AddSeconds(-3), to.AddSeconds(-1), 0.1, 0.3, 0.2, 0.2)]
        );
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(EvaluationApi.Copies, Json(request with { Regions = [] }))).StatusCode);
        Assert.Equal(
            HttpStatusCode.Conflict,
            (
                await PostAsync(
                    EvaluationApi.Copies,
                    Json(
                        request with
                        {
                            From = from.AddMinutes(-1),
                            To = from.AddSeconds(-50),
                            Regions = [new(from.AddMinutes(-1), from.AddSeconds(-50), 0, 0, 1, 1)],
                        }
                    )
                )
            ).StatusCode
        );
        var copy = await DoAsync<RedactedCopySummary>(EvaluationApi.Copies, Json(request));
        await Eventually.TrueAsync(
            async () =>
                (
                    copy = JsonSerializer
                        .Deserialize<IReadOnlyList<RedactedCopySummary>>(
                            await agent.Api.GetStringAsync(Url(EvaluationApi.Copies)),
                            ContractJson.Options
                        )!
                        .Single(c => c.Id == copy.Id)
                ).State != PackState.Making,
            TimeSpan.FromSeconds(60)
        );
        Assert.True(
            copy is { State: PackState.Ready, Entry: not null } && copy.FileName.StartsWith("COPY_R7_C1_", StringComparison.Ordinal),
            copy.Fault?.En
        );
        var bytes = await agent.Api.GetByteArrayAsync(Url(EvaluationApi.Copy(copy.Id)));
        Assert.Equal(copy.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        await File.WriteAllBytesAsync(agent.PathOf("copy.mp4"), bytes, TestContext.Current.CancellationToken);
        Assert.Equal(
            PackFindingKind.RedactedCopy,
            Assert.Single(PackVerifier.Run(agent.PathOf("copy.mp4"), new(), null, TestContext.Current.CancellationToken).Findings).Kind
        );
        foreach (
            var (language, words) in new[]
            {
                ("en", new[] { "Evaluation report", "Two persons at one station.", "How this is verified", "issue", "Seed" }),
                ("zh", ["评估报告", "存在问题", "如何核验", "扣"]),
            }
        )
        {
            var text = await PdfAsync(EvaluationApi.Report(draw, language), $"report-{language}.pdf");
            Assert.All(words, w => Assert.Contains(w, text, StringComparison.Ordinal));
            Assert.Matches("[0-9]+ (?:[0-9A-Z]{4}-){13}[0-9A-Z]{4}", text);
        }

        using var images = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("pdfimages", ["-list", agent.PathOf("report-en.pdf")])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        Assert.Contains("jpeg", await images.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private async Task<string> PdfAsync(string route, string name)
    {
        await File.WriteAllBytesAsync(agent.PathOf(name), await agent.Api.GetByteArrayAsync(Url(route)));
        if (Environment.GetEnvironmentVariable("EXAM_MONITOR_SHOTS") is { Length: > 0 } kept)
            File.Copy(agent.PathOf(name), Path.Combine(kept, name), overwrite: true);
        using var poppler = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("pdftotext", ["-layout", agent.PathOf(name), "-"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        return await poppler.StandardOutput.ReadToEndAsync();
    }

    private static StringContent Json<T>(T value) =>
        new(JsonSerializer.Serialize(value, ContractJson.Options), Encoding.UTF8, "application/json");

    /// <summary>Prints the record sheet, and reads its head from the paper: the text by Poppler, which is not ours.</summary>
    private async Task<(string Typed, string Scanned)> PrintAsync()
    {
        var path = agent.PathOf("record.pdf");
        await File.WriteAllBytesAsync(
            path,
            await agent.Api.GetByteArrayAsync(Url(EvaluationApi.RecordSheet(ExamSessionId.Of("DONE"))) + "?onDuty=%E7%8E%8B%E8%8A%B3")
        );
        using var poppler = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("pdftotext", ["-layout", path, "-"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        var text = await poppler.StandardOutput.ReadToEndAsync();
        Assert.Contains("王芳", text, StringComparison.Ordinal);
        Assert.Contains("DONE", text, StringComparison.Ordinal);
        var typed = System
            .Text.RegularExpressions.Regex.Match(
                text,
                "[0-9]+ (?:[0-9A-Z]{4}-){13}[0-9A-Z]{4}",
                System.Text.RegularExpressions.RegexOptions.None,
                TimeSpan.FromSeconds(1)
            )
            .Value;
        return (
            typed,
            await agent.Api.GetStringAsync(Url(AgentApi.LedgerCheckpoint)) is var note
            && ShortHead.TryParse(typed, out var size, out _)
            && note.Split('\n')[1] == $"{size}"
                ? note
                : typed
        );
    }

    private async Task DownloadInPartsAsync(PackSummary pack, string path)
    {
        await using var file = File.Create(path);
        long[] ends = [pack.SizeBytes / 3, pack.SizeBytes - 100, pack.SizeBytes];
        foreach (var end in ends)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Url(EvaluationApi.Pack(pack.Id)));
            request.Headers.Range = new RangeHeaderValue(file.Length, end - 1);
            using var answer = await agent.Api.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(
                (HttpStatusCode.PartialContent, pack.SizeBytes),
                (answer.StatusCode, answer.Content.Headers.ContentRange!.Length!.Value)
            );
            await answer.Content.CopyToAsync(file, TestContext.Current.CancellationToken);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(string route, HttpContent body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url(route)) { Content = body };
        Li.AddTo(request);
        return await agent.Api.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<T> DoAsync<T>(string route, HttpContent body)
    {
        using var answer = await PostAsync(route, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<T>(text, ContractJson.Options)!;
    }
}
