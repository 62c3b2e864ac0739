using System.Diagnostics;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Exams.Schedule.Reading;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sessions;

public sealed class ScheduleFileTests
{
    private static readonly TimeZoneInfo Shanghai = SiteZone.Of("Asia/Shanghai");
    private static readonly ScheduleContext Context = new(
        Shanghai,
        [(RoomId.Of("R7"), "考场 7"), (RoomId.Of("R8"), "焊接实训室")],
        [RoomId.Of("R9")]
    );

    private static ScheduleReading Read(string name, string text) => ScheduleFile.Read(name, Encoding.UTF8.GetBytes(text), Context);

    private static DateTimeOffset Utc(int day, int hour, int minute = 0) => new(2026, 3, day, hour, minute, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("id,batch,room,start,end,title,candidates\nS1,B1,R7,2026-03-02 09:00,2026-03-02 11:30,\"Welding, \"\"basic\"\"\",12\n")]
    [InlineData(
        "场次编号,批次,考场,日期,开始时间,结束时间,科目,人数\r\nS1,B1,考场 7,2026/3/2,9:00,11:30,\"Welding, \"\"basic\"\"\",12人\r\n"
    )]
    [InlineData(
        "\uFEFFid;batch;room;start;end;title;candidates\nS1;B1;R7;2026-03-02T09:00:00+08:00;2026-03-02T03:30:00Z;Welding, \"basic\";12"
    )]
    [InlineData("开始\t结束\t批次\t考场\t编号\t名称\t人数\n2026年3月2日 9:00\t11:30\tB1\tR7\tS1\tWelding, \"basic\"\t12\n")]
    public void Csv_HeaderInEitherLanguage_IsTheSameSession(string text)
    {
        var reading = Read("s.csv", text);
        Assert.DoesNotContain(reading.Findings, f => f.Level == FindingLevel.Error);
        Assert.Equal(
            new(ExamSessionId.Of("S1"), BatchId.Of("B1"), RoomId.Of("R7"), Utc(2, 1), Utc(2, 3, 30), "Welding, \"basic\"", 12, false),
            Assert.Single(reading.Sessions)
        );
    }

    [Theory]
    [InlineData("'=SUM(A1)", "=SUM(A1)")]
    [InlineData("\"'-welding, level 2\"", "-welding, level 2")]
    [InlineData("'quoted'", "'quoted'")]
    public void Csv_CellGuardedAgainstFormulas_IsReadAsItWas(string cell, string title)
    {
        var reading = Read("s.csv", $"id,batch,room,start,end,title\nS1,B1,R7,2026-03-02 09:00,2026-03-02 11:00,{cell}");
        Assert.Equal(title, Assert.Single(reading.Sessions).Title);
    }

    [Theory]
    [InlineData("GB18030")]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    public void Csv_ChineseSpreadsheet_IsReadInItsEncoding(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes =
        [
            .. encoding.GetPreamble(),
            .. encoding.GetBytes("批次,考场,日期,开始时间,结束时间,科目\n2026-03,焊接实训室,2026-03-02,9:00,11:00,电焊工（四级）\n"),
        ];
        var session = Assert.Single(ScheduleFile.Read("导出.csv", bytes, Context).Sessions);
        Assert.Equal(("R8", "电焊工（四级）", "R8-20260302-0900"), (session.Room.Text, session.Title, session.Id.Text));
    }

    [Fact]
    public void Yaml_TimesAndCancelled_AreRead()
    {
        var sessions = Read(
            "s.yaml",
            """
            schema: exam-monitor/schedule/1
            sessions:
              - {id: S1, batch: B1, room: R7, start: 2026-03-02 09:00, end: 2026-03-02 11:00, title: "电工"}
              - id: S2
                batch: B1
                room: R7
                start: 2026-03-02T05:00:00Z
                end: 2026-03-02T15:00:00+08:00
                cancelled: yes
            """
        ).Sessions;
        Assert.Equal([Utc(2, 1), Utc(2, 5)], sessions.Select(s => s.Start));
        Assert.Equal([false, true], sessions.Select(s => s.Cancelled));
        Assert.Equal(Utc(2, 7), sessions[1].End);
    }

    [Fact]
    public void Ics_RecurrenceWithExceptions_IsWrittenOut()
    {
        const string text = """
            BEGIN:VCALENDAR
            VERSION:2.0
            BEGIN:VEVENT
            UID:exam@school.example
            DTSTART;TZID=Asia/Shanghai:20260302T090000
            DURATION:PT2H30M
            RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5
            EXDATE;TZID=Asia/Shanghai:20260304T090000
            SUMMARY:Welding\, level
              4
            LOCATION:考场 7
            CATEGORIES:B1,other
            END:VEVENT
            BEGIN:VEVENT
            UID:exam@school.example
            RECURRENCE-ID;TZID=Asia/Shanghai:20260309T090000
            DTSTART:20260309T020000Z
            DTEND:20260309T040000Z
            LOCATION:R8
            X-EXAM-BATCH:B2
            END:VEVENT
            END:VCALENDAR
            """;
        var reading = Read("s.ics", text);
        Assert.Empty(reading.Findings);
        Assert.Equal([Utc(2, 1), Utc(9, 2), Utc(11, 1), Utc(16, 1)], reading.Sessions.Select(s => s.Start));
        Assert.Equal(["R7", "R8", "R7", "R7"], reading.Sessions.Select(s => s.Room.Text));
        Assert.All(
            reading.Sessions.Where(s => s.Room.Text == "R7"),
            s => Assert.Equal(("Welding, level 4", TimeSpan.FromMinutes(150)), (s.Title, s.End - s.Start))
        );
        Assert.Equal(4, reading.Sessions.Select(s => s.Id).Distinct().Count());
        Assert.Equal(reading.Sessions.Select(s => s.Id), Read("again.ics", text).Sessions.Select(s => s.Id));
    }

    [Theory]
    [InlineData("s.csv", "id,batch,room,start\nS1,B1,R7,9:00", 1, "missing")]
    [InlineData("s.csv", "id,batch,room,start,end\nS1,B1,R7,\"2026-03-02 09:00,2026-03-02 10:00\nS2", 2, "never closed")]
    [InlineData("s.csv", "id,batch,room,start,end\nS1,B1,R70,2026-03-02 09:00,2026-03-02 10:00", 2, "no room \"R70\"")]
    [InlineData("s.csv", "id,batch,room,start,end\n第1场,B1,R7,2026-03-02 09:00,2026-03-02 10:00", 2, "not a valid id")]
    [InlineData("s.csv", "id,batch,room,start,end\nS1,B1,R7,2026-03-02 09:00,2026-03-02 08:00", 2, "not after the start")]
    [InlineData("s.csv", "id,batch,room,start,end\nS1,B1,R7,2026-03-02 09:00,2026-03-04 08:00", 2, "at most 24 hours")]
    [InlineData("s.csv", "id,batch,room,start,end\nS1,B1,R7,2026-03-02 25:00,2026-03-02 08:00", 2, "not a time")]
    [InlineData(
        "s.csv",
        "id,batch,room,start,end\nS1,B1,R7,2026-03-02 09:00,2026-03-02 11:00\nS1,B1,R8,2026-03-02 09:00,2026-03-02 11:00",
        3,
        "already in line 2"
    )]
    [InlineData(
        "s.csv",
        "id,batch,room,start,end\nS1,B1,R7,2026-03-02 09:00,2026-03-02 11:00\nS2,B1,R7,2026-03-02 10:59,2026-03-02 12:00",
        3,
        "overlaps session S1"
    )]
    [InlineData("s.csv", "id,batch,room,start,end,candidates\nS1,B1,R7,2026-03-02 09:00,2026-03-02 11:00,many", 2, "number of candidates")]
    [InlineData("s.yaml", "sessions: []", 1, "\"schema\" is missing")]
    [InlineData("s.yaml", "schema: exam-monitor/schedule/1\nsessions:\n  - id: S1\n    bach: B1", 4, "not known")]
    [InlineData("s.yaml", "schema: exam-monitor/schedule/1\nsessions: &a\n  - *a", 3, "aliases")]
    [InlineData("s.yaml", "schema: exam-monitor/schedule/1\n\tsessions:", 1, "YAML")]
    [InlineData("s.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260302\nDTEND:20260303\nEND:VEVENT\nEND:VCALENDAR", 3, "whole days")]
    [InlineData(
        "s.ics",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260302T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR",
        5,
        "no end"
    )]
    [InlineData(
        "s.ics",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260302T090000\nDURATION:PT1H\nRRULE:FREQ=SECONDLY;COUNT=9\nEND:VEVENT\nEND:VCALENDAR",
        5,
        "cannot be read"
    )]
    [InlineData(
        "s.ics",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260302T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=99990101T000000Z\nEND:VEVENT\nEND:VCALENDAR",
        5,
        "more than 400"
    )]
    [InlineData(
        "s.ics",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Mars/Olympus:20260302T090000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR",
        3,
        "not known here"
    )]
    [InlineData("s.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260302T090000", 0, "no whole iCalendar")]
    [InlineData("s.doc", "PK", 0, "ending")]
    public void AnyForm_OneMistake_NamesLineAndMendAndGivesNoSession(string name, string text, int line, string says)
    {
        var reading = Read(name, text);
        Assert.Empty(reading.Sessions);
        var finding = reading.Findings.First(f => f.Level == FindingLevel.Error && f.Problem.En.Contains(says, StringComparison.Ordinal));
        Assert.Equal((name, line), (finding.File, finding.Line));
        Assert.True(
            finding.Mend.En.Length > 0 && finding.Mend.Zh.Any(c => c > 0x4E00) && finding.Problem.Zh.Any(c => c > 0x4E00),
            finding.ToString()
        );
    }

    [Theory]
    [InlineData("20260302T090000", "FREQ=WEEKLY;UNTIL=99991231")]
    [InlineData("20260302T090000", "FREQ=DAILY;INTERVAL=366;UNTIL=99991231T235959Z")]
    [InlineData("99991230T090000", "FREQ=DAILY;COUNT=9")]
    [InlineData("00010101T000000", "FREQ=WEEKLY;COUNT=2")]
    public void Ics_RecurrenceAtTheEndsOfTheCalendar_IsAFindingOfItsLine(string start, string rule)
    {
        var reading = Read(
            "s.ics",
            $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:{start}\nDURATION:PT1H\nLOCATION:R7\nX-EXAM-BATCH:B1\nRRULE:{rule}\nEND:VEVENT\nEND:VCALENDAR"
        );
        Assert.Contains(reading.Findings, f => f.Level == FindingLevel.Error && f.Line is 3 or 7);
        Assert.Empty(reading.Sessions);
    }

    [Fact]
    public void RoomOfAnotherAgent_IsPassedOverWithAWarning()
    {
        var reading = Read(
            "s.csv",
            "batch,room,start,end\nB1,R9,2026-03-02 09:00,2026-03-02 11:00\nB1,R7,2026-03-02 09:00,2026-03-02 11:00\n"
        );
        Assert.Equal("R7", Assert.Single(reading.Sessions).Room.Text);
        Assert.Contains(reading.Findings, f => f is { Level: FindingLevel.Warning, Line: 2 });
    }

    [Fact]
    public void SpringForward_TimeThatDoesNotExist_IsAFinding()
    {
        var berlin = Context with { Zone = SiteZone.Of("Europe/Berlin") };
        var reading = ScheduleFile.Read(
            "s.csv",
            Encoding.UTF8.GetBytes("batch,room,start,end\nB1,R7,2026-03-29 02:30,2026-03-29 05:00"),
            berlin
        );
        Assert.Contains(reading.Findings, f => f.Problem.En.Contains("does not exist", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("yaml")]
    [InlineData("csv")]
    [InlineData("ics")]
    public void Export_ReadAgain_IsTheSame(string form)
    {
        ExamSession[] sessions =
        [
            new(
                ExamSessionId.Of("S1"),
                BatchId.Of("B-1"),
                RoomId.Of("R7"),
                Utc(2, 1),
                Utc(2, 3, 30),
                "电工 \"四级\", 实操; \\ " + new string('很', 60),
                12,
                false
            ),
            new(ExamSessionId.Of("S2"), BatchId.Of("B_2"), RoomId.Of("R8"), Utc(2, 17), Utc(3, 1), string.Empty, null, true),
        ];
        var (text, _) = ScheduleExport.Write(form, sessions, Shanghai, Utc(1, 0))!.Value;
        var reading = Read($"x.{form}", text);
        Assert.Empty(reading.Findings);
        Assert.Equal(sessions, reading.Sessions);
        if (form == "ics")
            Assert.All(text.Split("\r\n"), l => Assert.True(Encoding.UTF8.GetByteCount(l) <= 75));
    }

    [Fact]
    public void AnyBytes_NeverThrowAndAreReadQuickly()
    {
        var good = new[] { "csv", "yaml", "ics" }
            .Select(f =>
                (
                    Form: f,
                    Bytes: Encoding.UTF8.GetBytes(
                        ScheduleExport
                            .Write(
                                f,
                                [new(ExamSessionId.Of("S1"), BatchId.Of("B"), RoomId.Of("R7"), Utc(2, 1), Utc(2, 3), "电工", 1, false)],
                                Shanghai,
                                Utc(1, 0)
                            )!
                            .Value.Text
                    )
                )
            )
            .ToArray();
        var random = new Random(5);
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < 1500; round++)
        {
            var (form, bytes) = good[round % 3];
            var bad = (byte[])bytes.Clone();
            for (var n = random.Next(1, 6); n > 0; n--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            var reading = ScheduleFile.Read($"x.{form}", bad, Context);
            Assert.True(reading.Sessions.Count > 0 || reading.Findings.Count > 0);
        }

        // Large and hostile: half a million empty lines, one endless line, ten thousand events with the longest recurrence that is taken.
        foreach (
            var (form, text) in new[]
            {
                ("csv", "id,batch\n" + new string('\n', 500_000)),
                ("csv", new string('"', 1_000_000)),
                ("ics", new string('A', 3_000_000)),
                (
                    "ics",
                    "BEGIN:VCALENDAR\n"
                        + string.Concat(
                            Enumerable.Repeat(
                                "BEGIN:VEVENT\nDTSTART:20260302T090000\nDURATION:PT1H\nLOCATION:R7\nX-EXAM-BATCH:B\nRRULE:FREQ=DAILY;COUNT=400\nEND:VEVENT\n",
                                10_000
                            )
                        )
                        + "END:VCALENDAR"
                ),
            }
        )
            Assert.Contains(
                ScheduleFile.Read($"x.{form}", Encoding.UTF8.GetBytes(text), Context).Findings,
                f => f.Level == FindingLevel.Error
            );
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
    }
}
