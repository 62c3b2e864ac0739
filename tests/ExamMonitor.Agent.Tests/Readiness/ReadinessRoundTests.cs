using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Readiness;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Hosting.Configuration;
using Xunit;

namespace ExamMonitor.Agent.Tests.Readiness;

/// <summary>How soon an answer turns once its fault is mended, by a clock that the test moves.</summary>
public sealed class ReadinessRoundTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly ExamSession Session = ReadinessRulesTests.Session;
    private readonly List<RoomReadiness> _told = [];
    private readonly ReadinessRound _round;
    private SessionCalendar _calendar = new([Session], ReadinessRulesTests.Limits.Margins);
    private ReadinessFacts _facts = ReadinessRulesTests.Good;
    private DateTimeOffset _now = ReadinessRulesTests.Now;

    public ReadinessRoundTests() =>
        _round = new(ReadinessRulesTests.Limits, (_, session, _) => _facts with { Session = session }, _told.Add);

    public static TheoryData<string, ReadinessRulesTests.ReadinessFactsCase> Noes => ReadinessRulesTests.Noes;

    private void Run(TimeSpan length)
    {
        for (var end = _now + length; _now < end; )
        {
            _now += ReadinessJob.Every;
            _round.Look(Session.Room, _calendar, _now);
        }
    }

    /// <summary>Mends it right after a look, and says how long the last told answer stays a No.</summary>
    private TimeSpan Mend()
    {
        _facts = ReadinessRulesTests.Good;
        var mended = _now;
        while (!_told[^1].Ready && _now - mended < TimeSpan.FromMinutes(10))
            Run(ReadinessJob.Every);
        return _now - mended;
    }

    [Theory]
    [MemberData(nameof(Noes))]
    public void Look_EveryNoOnceMended_TurnsWithinFiveSeconds(string id, ReadinessRulesTests.ReadinessFactsCase wrong)
    {
        _facts = wrong.Make(ReadinessRulesTests.Good);
        Run(ReadinessJob.Every);
        Assert.NotEqual(true, Assert.Single(_told).Checks.Single(c => c.Id == id).Ok);
        Assert.InRange(Mend(), TimeSpan.Zero, Soon);
    }

    [Fact]
    public void Look_OneOfTwoNoesMended_IsToldWithinFiveSeconds()
    {
        _facts = _facts with { LedgerIsWhole = false, FloorPercent = 10 };
        Run(ReadinessJob.Every);
        _facts = _facts with { FloorPercent = 97 };
        var mended = _now;
        while (_told.Count < 2 && _now - mended < TimeSpan.FromMinutes(10))
            Run(ReadinessJob.Every);
        Assert.InRange(_now - mended, TimeSpan.Zero, Soon);
        Assert.Equal((false, true), (_told[1].Ready, _told[1].Checks.Single(c => c.Id == CheckNames.WholeArea).Ok));
    }

    [Fact]
    public void Look_ANoThatStays_IsToldEveryTwoMinutesAndANewOneAtOnce()
    {
        _facts = _facts with { LedgerIsWhole = false };
        Run(TimeSpan.FromSeconds(115));
        Assert.Single(_told);
        Run(TimeSpan.FromMinutes(2));
        Assert.Equal(2, _told.Count);
        // What a Yes says changes with every byte that is written: that alone is no news.
        _facts = _facts with
        {
            Space = _facts.Space with { FreeBytes = 99_000_000_000 },
        };
        Run(Soon);
        Assert.Equal(2, _told.Count);
        _facts = _facts with { FloorPercent = 10 };
        Run(Soon);
        Assert.Equal(3, _told.Count);
    }

    [Fact]
    public void Look_NoToAPersonAboutARunningSession_IsFollowedUntilItTurns()
    {
        _now = Session.Start.AddMinutes(5);
        _facts = _facts with { Cameras = [] };
        Assert.False(_round.Ask(Session.Room, Session, _now).Ready);
        Assert.InRange(Mend(), TimeSpan.Zero, Soon);
        Run(TimeSpan.FromMinutes(5));
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void Look_AfterTheStart_WhatWasAnsweredBeforeItStands()
    {
        _facts = _facts with { Cameras = [] };
        _now = Session.Start - Soon;
        _round.Look(Session.Room, _calendar, _now);
        _now = Session.Start;
        Mend();
        Assert.False(_round.For(Session)!.Ready);
    }

    [Fact]
    public void Look_NoToAPersonAboutASessionThatIsCalledOff_IsLeft()
    {
        _now = Session.Start.AddMinutes(5);
        _facts = _facts with { Cameras = [] };
        _round.Ask(Session.Room, Session, _now);
        _calendar = new([Session with { Cancelled = true }], ReadinessRulesTests.Limits.Margins);
        Mend();
        Assert.Single(_told);
    }

    [Fact]
    public void Ask_AboutTheRunningSession_StandsAMinuteBeforeTheNextIsAsked()
    {
        var next = Session with { Id = Contracts.ExamSessionId.Of("S2"), Start = Session.End.AddHours(1), End = Session.End.AddHours(2) };
        _calendar = new([Session, next], ReadinessRulesTests.Limits.Margins);
        _now = Session.Start.AddMinutes(5);
        _round.Ask(Session.Room, Session, _now);
        Run(TimeSpan.FromSeconds(50));
        Assert.Equal(Session.Id, Assert.Single(_told).Session);
        Run(TimeSpan.FromSeconds(15));
        Assert.Equal(next.Id, _told[^1].Session);
    }
}
