using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Exams.Schedule.Reading;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sessions;

/// <summary>Calendars as other people's programs write them (RFC 5545).</summary>
public sealed class CalendarFileTests
{
    private static readonly TimeZoneInfo Shanghai = SiteZone.Of("Asia/Shanghai");
    private static readonly ScheduleContext Context = new(
        Shanghai,
        [(RoomId.Of("R7"), "考场 7"), (RoomId.Of("R8"), "焊接实训室")],
        [RoomId.Of("R9")]
    );

    private static ScheduleReading Read(string events, string calendar = "") =>
        Read(Encoding.UTF8.GetBytes($"BEGIN:VCALENDAR\nVERSION:2.0\n{calendar}{events}END:VCALENDAR\n".ReplaceLineEndings("\r\n")));

    private static ScheduleReading Read(byte[] bytes) => ScheduleFile.Read("s.ics", bytes, Context);

    private static string Event(string lines, string uid = "a1@field") =>
        $"BEGIN:VEVENT\nUID:{uid}\nLOCATION:R7\nCATEGORIES:b-1\n{lines}\nEND:VEVENT\n";

    private static IEnumerable<string> Starts(ScheduleReading reading) =>
        reading.Sessions.Select(s => s.Start.UtcDateTime.ToString("MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));

    private static void AssertRefused(ScheduleReading reading, int line, params string[] says)
    {
        Assert.Empty(reading.Sessions);
        var finding = Assert.Single(reading.Findings, f => f.Level == FindingLevel.Error);
        Assert.Equal(line, finding.Line);
        Assert.All(says, s => Assert.Contains(s, finding.Problem.En + finding.Mend.En, StringComparison.Ordinal));
        Assert.True(finding.Problem.Zh.Any(c => c > 0x4E00) && finding.Mend.Zh.Any(c => c > 0x4E00), finding.ToString());
    }

    [Fact]
    public void Line_FoldedInsideACharacter_IsPutTogetherBeforeItIsDecoded()
    {
        const string title = "二〇二六年第四季度职业技能等级认定电工四级实际操作考试第一场次";
        var text = new List<byte>(
            Encoding.UTF8.GetBytes(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:20261201T010000Z\r\nDTEND:20261201T033000Z\r\nLOCATION:R7\r\nCATEGORIES:b-1\r\n"
            )
        );
        var line = Encoding.UTF8.GetBytes("SUMMARY:" + title);
        for (var i = 0; i < line.Length; i++)
        {
            if (i > 0 && i % 10 == 0)
                text.AddRange("\r\n "u8.ToArray());
            text.Add(line[i]);
        }

        text.AddRange(Encoding.UTF8.GetBytes("\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
        var reading = Read([.. text]);
        Assert.Empty(reading.Findings);
        Assert.Equal(title, Assert.Single(reading.Sessions).Title);
    }

    [Theory]
    [InlineData(
        "DTSTART;TZID=Asia/Shanghai:20261215T100000\nDTEND;TZID=Asia/Shanghai:20261215T123000",
        "12-01 01:00,12-08 01:00,12-15 02:00,12-22 02:00"
    )]
    [InlineData("DTSTART:20261216T020000Z\nDURATION:PT2H30M", "12-01 01:00,12-08 01:00,12-16 02:00,12-23 02:00")]
    public void Exception_FromARepetitionOn_MovesAllThatFollow(string moved, string starts)
    {
        var reading = Read(
            Event("DTSTART;TZID=Asia/Shanghai:20261201T090000\nDTEND;TZID=Asia/Shanghai:20261201T113000\nRRULE:FREQ=WEEKLY;COUNT=4")
                + Event("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Asia/Shanghai:20261215T090000\n" + moved)
        );
        Assert.Empty(reading.Findings);
        Assert.Equal(starts.Split(','), Starts(reading));
        Assert.All(reading.Sessions, s => Assert.Equal(TimeSpan.FromMinutes(150), s.End - s.Start));
    }

    [Fact]
    public void Exception_OfOneAmongThoseMoved_StaysItsOwn()
    {
        var reading = Read(
            Event("DTSTART;TZID=Asia/Shanghai:20261201T090000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=5")
                + Event(
                    "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Asia/Shanghai:20261208T090000\nDTSTART;TZID=Asia/Shanghai:20261208T100000\nDURATION:PT3H"
                )
                + Event("RECURRENCE-ID;TZID=Asia/Shanghai:20261215T090000\nDTSTART;TZID=Asia/Shanghai:20261217T080000\nDURATION:PT1H")
        );
        Assert.Empty(reading.Findings);
        Assert.Equal(["12-01 01:00", "12-08 02:00", "12-17 00:00", "12-22 02:00", "12-29 02:00"], Starts(reading));
        Assert.Equal([2, 3, 1, 3, 3], reading.Sessions.Select(s => (int)(s.End - s.Start).TotalHours));
        Assert.Equal(5, reading.Sessions.Select(s => s.Id).Distinct().Count());
    }

    [Fact]
    public void ExceptionFromARepetitionOn_KeepsTheWallTimeWhenClocksChange()
    {
        var reading = Read(
            Event("DTSTART;TZID=Europe/Berlin:20261015T090000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=4")
                + Event(
                    "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261022T090000\nDTSTART;TZID=Europe/Berlin:20261022T100000\nDURATION:PT2H"
                )
        );
        Assert.Equal(["10-15 07:00", "10-22 08:00", "10-29 09:00", "11-05 09:00"], Starts(reading));
    }

    [Fact]
    public void TimeZone_ThatContradictsItsName_IsRefusedWithBothOffsets() =>
        AssertRefused(
            Read(Event("DTSTART;TZID=EST:20260701T090000\nDTEND;TZID=EST:20260701T113000"), Zone("EST", "-0400")),
            15,
            "UTC-04:00",
            "UTC-05:00",
            "2026-07-01 09:00"
        );

    [Fact]
    public void TimeZone_ThatAgreesWithItsName_IsTaken()
    {
        var reading = Read(
            Event("DTSTART;TZID=China Standard Time:20260701T090000\nDTEND;TZID=China Standard Time:20260701T113000"),
            Zone("China Standard Time", "+0800")
        );
        Assert.Empty(reading.Findings);
        Assert.Equal(["07-01 01:00"], Starts(reading));
    }

    [Fact]
    public void TimeZone_OfAnUnknownName_IsWhatTheFileSays()
    {
        const string berlin =
            "BEGIN:VTIMEZONE\nTZID:/vendor/Our Office\nBEGIN:STANDARD\nDTSTART:16011028T030000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\n"
            + "BEGIN:DAYLIGHT\nDTSTART:16010325T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\nEND:VTIMEZONE\n";
        var reading = Read(
            Event("DTSTART;TZID=/vendor/Our Office:20261022T090000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;UNTIL=20261105T080000Z"),
            berlin
        );
        Assert.Empty(reading.Findings);
        Assert.Equal(["10-22 07:00", "10-29 08:00", "11-05 08:00"], Starts(reading));
    }

    [Theory]
    [InlineData("DTSTART;TZID=Europe/Berlin:20271031T023000\nDTEND;TZID=Europe/Berlin:20271031T033000", "10-31 00:30", 120)]
    [InlineData("DTSTART;TZID=Europe/Berlin:20271024T023000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2", "10-24 00:30,10-31 00:30", 60)]
    public void HourThatClocksShowTwice_IsTheFirst(string lines, string starts, int minutes)
    {
        var reading = Read(Event(lines));
        Assert.Equal(starts.Split(','), Starts(reading));
        Assert.Equal(minutes, (reading.Sessions[^1].End - reading.Sessions[^1].Start).TotalMinutes);
    }

    [Theory]
    [InlineData("EXDATE;VALUE=DATE:20261209", "12-02 01:00,12-16 01:00")]
    [InlineData("EXDATE:20261209", "12-02 01:00,12-16 01:00")]
    [InlineData("EXDATE:20261209T010000Z", "12-02 01:00,12-16 01:00")]
    [InlineData("EXDATE;TZID=Asia/Shanghai:20261202T090000,20261216T090000", "12-09 01:00")]
    [InlineData("EXDATE;TZID=Asia/Shanghai:20261202T090000\nEXDATE;TZID=Asia/Shanghai:20261209T090000", "12-16 01:00")]
    public void ExceptionDates_InEachForm_AreLeftOut(string exceptions, string starts)
    {
        var reading = Read(
            Event(
                "DTSTART;TZID=Asia/Shanghai:20261202T090000\nDTEND;TZID=Asia/Shanghai:20261202T113000\nRRULE:FREQ=WEEKLY;COUNT=3\n"
                    + exceptions
            )
        );
        Assert.Empty(reading.Findings);
        Assert.Equal(starts.Split(','), Starts(reading));
    }

    [Theory]
    [InlineData("FREQ=MONTHLY;BYDAY=1MO;COUNT=3", "03-02 01:00,04-06 01:00,05-04 01:00")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "03-02 01:00,03-31 01:00,04-30 01:00")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=MO;COUNT=4", "03-02 01:00,03-04 01:00,03-16 01:00,03-18 01:00")]
    [InlineData("FREQ=DAILY;UNTIL=20260304", "03-02 01:00,03-03 01:00,03-04 01:00")]
    [InlineData("FREQ=DAILY;UNTIL=20260304T005959Z", "03-02 01:00,03-03 01:00")]
    public void Recurrence_IsWrittenOutAsTheStandardSays(string rule, string starts) =>
        Assert.Equal(starts.Split(','), Starts(Read(Event($"DTSTART;TZID=Asia/Shanghai:20260302T090000\nDURATION:PT2H\nRRULE:{rule}"))));

    [Theory]
    [InlineData("RECURRENCE-ID;RANGE=THISANDPRIOR:20260302T010000Z\nDTSTART:20260302T010000Z\nDURATION:PT1H", 7, "RANGE=THISANDPRIOR")]
    [InlineData("DTSTART;VALUE=PERIOD:20260302T010000Z/PT1H\nDURATION:PT1H", 7, "VALUE=PERIOD")]
    [InlineData("DTSTART:20260302T010000Z\nDURATION:PT1H\nSUMMARY;ENCODING=QUOTED-PRINTABLE:=E7=94=B5", 9, "ENCODING=QUOTED-PRINTABLE")]
    [InlineData("DTSTART;SCALE=JULIAN:20260302T010000Z\nDURATION:PT1H", 7, "SCALE=JULIAN")]
    [InlineData("DTSTART:20260302T010000Z\nDURATION:PT1H\nEXRULE:FREQ=DAILY;COUNT=2", 9, "EXRULE")]
    [InlineData("DTSTART:20260302T010000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2", 10, "two lines RRULE")]
    [InlineData("DTSTART:20260302T010000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;RSCALE=CHINESE;SKIP=FORWARD;COUNT=3", 9, "RRULE")]
    [InlineData("DTSTART:20260302T010000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", 9, "recurrence")]
    [InlineData("DTSTART:20260302T010000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=3", 9, "recurrence")]
    [InlineData("DTSTART:20260230T010000Z\nDURATION:PT1H", 7, "not a time")]
    [InlineData("DTSTART:20260302T010000Z\nDURATION:PTXH", 8, "DURATION")]
    public void WhatChangesTheMeaningAndIsNotUnderstood_IsRefused(string lines, int line, string says) =>
        AssertRefused(Read(Event(lines)), line, says);

    [Theory]
    [InlineData("CALSCALE:CHINESE")]
    [InlineData("METHOD:COUNTER")]
    public void Calendar_OfAnotherMeaning_IsRefused(string line) =>
        AssertRefused(Read(Event("DTSTART:20260302T010000Z\nDURATION:PT1H"), line + "\n"), 3, line.Split(':')[0]);

    [Fact]
    public void Parameters_ThatOnlyDescribe_ArePassedOver()
    {
        var reading = Read(
            Event(
                "DTSTART;X-VENDOR=1;TZID=Asia/Shanghai:20260302T090000\nDURATION:PT1H\nSUMMARY;LANGUAGE=zh-CN:电工\\, 四级 \\\\n\nATTENDEE;CN=\"Li: A\":mailto:a@b.example\nBEGIN:VALARM\nTRIGGER:-PT5M\nACTION:DISPLAY\nEND:VALARM"
            )
        );
        Assert.Empty(reading.Findings);
        Assert.Equal("电工, 四级 \\n", Assert.Single(reading.Sessions).Title);
    }

    private static string Zone(string name, string offset) =>
        $"BEGIN:VTIMEZONE\nTZID:{name}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n";
}
