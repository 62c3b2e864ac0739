using System.IO.Compression;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Exams.Schedule.Reading;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sessions;

/// <summary>Tables as offices send them: workbooks of other programs, totals, headings, characters that nobody sees.</summary>
public sealed class TableFileTests
{
    private static readonly TimeZoneInfo Shanghai = SiteZone.Of("Asia/Shanghai");
    private static readonly ScheduleContext Context = new(
        Shanghai,
        [(RoomId.Of("R7"), "考场 7"), (RoomId.Of("R8"), "焊接实训室")],
        [RoomId.Of("R9")]
    );

    private static ScheduleReading Csv(string text) => ScheduleFile.Read("s.csv", Encoding.UTF8.GetBytes(text), Context);

    private static string Sample(params string[] path) => Repository.PathOf(path);

    [Fact]
    public void Workbook_OfAnOffice_IsReadWithMergedCellsFormulasAndTotals()
    {
        // Written by openpyxl, calculated and saved again by Gnumeric: a heading, a batch merged over three rows, ends as formulas, a line
        // of totals, a note.
        var reading = ScheduleFile.Read("考核安排.xlsx", File.ReadAllBytes(Sample("samples", "schedules", "schedule.xlsx")), Context);
        Assert.DoesNotContain(reading.Findings, f => f.Level == FindingLevel.Error);
        Assert.Equal(
            ["R7 12-01 09:00-11:30 12", "R7 12-01 14:00-16:30 12", "R8 12-02 09:00-11:30 10"],
            reading.Sessions.Select(s =>
                FormattableString.Invariant(
                    $"{s.Room} {s.Start.ToOffset(TimeSpan.FromHours(8)):MM-dd HH:mm}-{s.End.ToOffset(TimeSpan.FromHours(8)):HH:mm} {s.Candidates}"
                )
            )
        );
        Assert.All(reading.Sessions, s => Assert.Equal("2026-12-A", s.Batch.Text));
        Assert.Equal("电工（四级）", reading.Sessions[0].Title);
        Assert.Equal(
            [1, 7, 8],
            reading.Findings.Where(f => f.Problem.En.Contains("no session", StringComparison.Ordinal)).Select(f => f.Line)
        );
    }

    [Fact]
    public void Workbook_WithBareSerialsAndNumbersAsIds_IsReadAsItLooks()
    {
        var reading = ScheduleFile.Read(
            "s.xlsx",
            File.ReadAllBytes(Sample("tests", "ExamMonitor.Agent.Tests", "Sessions", "Workbooks", "serials.xlsx")),
            Context
        );
        Assert.Empty(reading.Findings);
        Assert.Equal(
            new(
                ExamSessionId.Of("20261201"),
                BatchId.Of("B1"),
                RoomId.Of("R7"),
                new(2026, 12, 1, 1, 0, 0, TimeSpan.Zero),
                new(2026, 12, 1, 3, 30, 0, TimeSpan.Zero),
                "plain",
                12,
                false
            ),
            Assert.Single(reading.Sessions)
        );
    }

    [Theory]
    [InlineData("nothing of a workbook", "no Excel workbook")]
    [InlineData("\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1", "password")]
    public void Workbook_ThatIsNone_IsAFindingWithItsMend(string bytes, string says)
    {
        var reading = ScheduleFile.Read("s.xlsx", Encoding.Latin1.GetBytes(bytes), Context);
        var finding = Assert.Single(reading.Findings, f => f.Level == FindingLevel.Error);
        Assert.Contains(says, finding.Problem.En, StringComparison.Ordinal);
        Assert.Contains(finding.Mend.Zh, c => c > 0x4E00);
    }

    [Fact]
    public void Workbook_ThatUnpacksToGigabytes_IsRefusedBeforeItIsRead()
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var part = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Optimal).Open();
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 80; i++)
                part.Write(zeros);
        }

        var reading = ScheduleFile.Read("s.xlsx", packed.ToArray(), Context);
        Assert.Contains(reading.Findings, f => f.Problem.En.Contains("impossibly large", StringComparison.Ordinal));
    }

    [Fact]
    public void Workbook_WithAnyByteChanged_IsReadOrAFinding()
    {
        var good = File.ReadAllBytes(Sample("samples", "schedules", "schedule.xlsx"));
        var random = new Random(7);
        for (var round = 0; round < 150; round++)
        {
            var bad = (byte[])good.Clone();
            for (var n = random.Next(1, 4); n > 0; n--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            var reading = ScheduleFile.Read("x.xlsx", bad, Context);
            Assert.True(reading.Sessions.Count > 0 || reading.Findings.Count > 0);
        }
    }

    [Theory]
    [InlineData("\u200BR7")]
    [InlineData("\uFEFFR7\u200E")]
    [InlineData("\u202AR7\u202C")]
    [InlineData("R\u00AD7")]
    [InlineData("\u00A0R7\u3000")]
    [InlineData("Ｒ７")]
    [InlineData("考场\u00A07")]
    [InlineData("考场　７")]
    public void Room_WithWhatNobodySees_IsTheRoomThatOneSees(string room) =>
        Assert.Equal(
            "R7",
            Assert.Single(Csv($"batch,room,start,end\nB1,{room},２０２６-12-01 ９：００,2026-12-01 11:00\u200B\n").Sessions).Room.Text
        );

    [Theory]
    [InlineData("合计,,,,,24")]
    [InlineData(",合计,,,,24")]
    [InlineData("合 计,24 场,,,,24")]
    [InlineData("合　　计,24 场,,,,24")]
    [InlineData(",合\u00A0计,,,,24")]
    [InlineData("总 计：,24 场,,,,24")]
    [InlineData("Sub Total,24,,,,24")]
    [InlineData("Ｔｏｔａｌ,24,,,,24")]
    [InlineData("共计 2 场,,,,,24")]
    [InlineData("Total,,,,,24")]
    [InlineData("备注：请提前到场,,,,,")]
    [InlineData(",,,,制表人：办公室,")]
    public void LineOfTotalsOrNotes_IsPassedOverAndSaidSo(string line)
    {
        var reading = Csv(
            $"批次,考场,开始时间,结束时间,科目,人数\nB1,R7,2026-12-01 9:00,2026-12-01 11:00,电工,12\nB1,R8,2026-12-01 9:00,2026-12-01 11:00,焊工,12\n{line}\n"
        );
        Assert.Equal(2, reading.Sessions.Count);
        Assert.Equal((4, FindingLevel.Warning), (Assert.Single(reading.Findings).Line, reading.Findings[0].Level));
    }

    [Theory]
    [InlineData("B1,,2026-12-01 9:00,2026-12-01 11:00", "\"room\" is missing")]
    [InlineData("B1,R7,,", "\"start\" is missing")]
    [InlineData("B1,R7,,2026-12-01 11:00", "\"start\" is missing")]
    public void LineThatIsAHalfOfASession_IsAnError(string line, string says) =>
        Assert.Contains(
            Csv($"batch,room,start,end\n{line}\n").Findings,
            f => f.Level == FindingLevel.Error && f.Line == 2 && f.Problem.En == says.Insert(says.Length, ".")
        );

    [Fact]
    public void Heading_AboveTheHeaderLine_IsPassedOver()
    {
        var reading = Csv("2026年12月考核安排表,,,\n,,,\n批次,考场,开始时间,结束时间\nB1,R7,2026-12-01 9:00,2026-12-01 11:00\n");
        Assert.Single(reading.Sessions);
        Assert.Equal(1, Assert.Single(reading.Findings).Line);
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("\u202E=1+1")]
    [InlineData("\u200B@SUM(A1)")]
    [InlineData(" \t+1")]
    [InlineData("－1")]
    [InlineData("\u3164=1+1")]
    [InlineData("\uFE0F=1+1")]
    [InlineData("\u2800=1+1")]
    public void Export_TitleThatASpreadsheetWouldRun_IsGuarded(string title)
    {
        ExamSession session = new(
            ExamSessionId.Of("S1"),
            BatchId.Of("B"),
            RoomId.Of("R7"),
            new(2026, 12, 1, 1, 0, 0, TimeSpan.Zero),
            new(2026, 12, 1, 3, 0, 0, TimeSpan.Zero),
            title,
            1,
            false
        );
        var (text, _) = ScheduleExport.Write("csv", [session], Shanghai, session.Start)!.Value;
        Assert.Contains(",'" + title, text.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(FieldText.Visible(title), Assert.Single(Csv(text).Sessions).Title);
    }

    [Fact]
    public void Export_NamesThatASpreadsheetWouldRun_AreGuarded()
    {
        ExamSession session = new(
            ExamSessionId.Of("-1-1"),
            BatchId.Of("-2"),
            RoomId.Of("-R7"),
            new(2026, 12, 1, 1, 0, 0, TimeSpan.Zero),
            new(2026, 12, 1, 3, 0, 0, TimeSpan.Zero),
            "x",
            1,
            false
        );
        var (text, _) = ScheduleExport.Write("csv", [session], Shanghai, session.Start)!.Value;
        Assert.Contains("\n'-1-1,'-2,'-R7,", text.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
