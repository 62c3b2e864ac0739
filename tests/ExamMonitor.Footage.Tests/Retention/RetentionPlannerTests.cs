using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Rules;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>Decisions at their edges; <see cref="RetentionProperties"/> compares many with the plain law.</summary>
public sealed class RetentionPlannerTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly RoomId Room = RetentionWorld.Room;
    private static readonly CameraId Camera = CameraId.Of("C1");

    private static readonly RetentionRules Rules = RetentionRulesReader
        .Combine(
            new()
            {
                Profiles = ["shandong-rules"],
                IdleDays = 30,
                TimeZone = "UTC",
            }
        )
        .Rules;

    private static RetentionFacts Facts(params Hold[] holds) =>
        new()
        {
            Rules = [new(Rules, null)],
            Sessions = [new(RetentionWorld.Session("S1", Nine), null), new(RetentionWorld.Session("S2", Nine.AddDays(100)), null)],
            Holds = holds,
        };

    private static FootageCandidate Footage(DateTimeOffset start, long id = 1) => new(id, Room, Camera, start, start.AddMinutes(1), 1000);

    private static MadeSpan Span(DateTimeOffset start) => new(start.ToUnixTimeMilliseconds(), start.AddMinutes(1).ToUnixTimeMilliseconds());

    private static Hold Hold(string id, DateTimeOffset from, DateTimeOffset? until) =>
        new(HoldId.Of(id), [new(null, null, null, null, from, from.AddMinutes(1))], "why", "who", Nine, until, null);

    private static RetentionDecision Decide(
        FootageCandidate footage,
        DateTimeOffset now,
        RetentionFacts? facts = null,
        bool spaceIsShort = false
    ) => new RetentionPlanner(facts ?? Facts()).Decide(now, footage, spaceIsShort);

    [Fact]
    public void Plan_SpaceThatIsShort_TakesTheFirstIdleSegmentsAndNoByteMore()
    {
        FootageCandidate[] idle = [Footage(Nine.AddDays(2), 1), Footage(Nine.AddDays(3), 2), Footage(Nine.AddDays(4), 3)];
        long[] Gone(long bytes) =>
            [
                .. RetentionPlanner
                    .Plan(Nine.AddDays(5), idle, Facts(), bytes)
                    .Where(d => d.Verdict == RetentionVerdict.Discard)
                    .Select(d => d.Footage.Segment),
            ];
        Assert.Equal([], Gone(0));
        Assert.Equal([1], Gone(1000));
        Assert.Equal([1, 2], Gone(1001));
        Assert.Equal([1, 2, 3], Gone(long.MaxValue));
    }

    [Fact]
    public void Idle_AtTheMidnightThatEndsItsLastDay_MayGo()
    {
        var footage = Footage(Nine.AddDays(2));
        var lawful = new DateTimeOffset(2026, 4, 4, 0, 0, 0, TimeSpan.Zero);
        var kept = Decide(footage, lawful.AddTicks(-1));
        Assert.Equal((RetentionVerdict.Keep, lawful), (kept.Verdict, kept.LawfulFrom));
        Assert.Equal(new KeptAsIdle(new(2026, 4, 3)), kept.Reason);
        var gone = Decide(footage, lawful);
        Assert.Equal((RetentionVerdict.Discard, lawful), (gone.Verdict, gone.LawfulFrom));
        Assert.Equal(new IdleAged(30, new(2026, 4, 3)), gone.Reason);
    }

    /// <summary>A segment without length is of its own end, and not of the millisecond behind it.</summary>
    [Fact]
    public void Idle_SegmentThatEndsWhereItBegins_IsOfThatInstant()
    {
        var footage = Footage(Nine.AddDays(2)) with { End = Nine.AddDays(2) };
        Assert.Equal(Nine.AddDays(2), Decide(footage, Nine.AddDays(3), spaceIsShort: true).LawfulFrom);
    }

    [Fact]
    public void Rules_OfWhichTwoAreInForce_TheLaterCountForIdleFootage()
    {
        var facts = Facts() with { Rules = [new(Rules with { IdleDays = 300 }, null), new(Rules with { IdleDays = 1 }, null)] };
        Assert.Equal(RetentionVerdict.Discard, Decide(Footage(Nine.AddDays(2)), Nine.AddDays(5), facts).Verdict);
    }

    /// <summary>Whichever of the times at which it can have been made keeps it longest.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Made_WithinEitherOfTwoSessions_IsKeptForTheLater(bool laterFirst)
    {
        MadeSpan[] spans = [Span(Nine), Span(Nine.AddDays(100))];
        var footage = Footage(Nine) with { Made = new(laterFirst ? [.. spans.Reverse()] : spans, true) };
        var decision = Decide(footage, Nine.AddDays(200));
        var duty = Assert.IsType<KeptByDuty>(decision.Reason);
        Assert.Equal((RetentionVerdict.Keep, "S2", true), (decision.Verdict, duty.Session.Text, duty.IsDateDoubtful));
        Assert.False(Assert.IsType<KeptByDuty>(Decide(Footage(Nine), Nine.AddDays(50)).Reason).IsDateDoubtful);
    }

    /// <summary>What may have been made later than anybody can say is kept whatever its age; a duty is named where there is one.</summary>
    [Fact]
    public void Made_PerhapsLaterThanIsKnown_IsKeptAndAskedAgain()
    {
        var late = Nine.AddYears(2);
        foreach (var at in new[] { Nine, Nine.AddDays(2) })
        {
            var footage = Footage(at) with { Made = new([Span(at)], false) };
            var decision = Decide(footage, late, spaceIsShort: true);
            Assert.Equal(new KeptUndecided(KeepCause.MadeUnknown), decision.Reason);
            Assert.Equal((RetentionVerdict.Keep, late), (decision.Verdict, decision.LawfulFrom));
            var bounded = footage with { Made = footage.Made! with { IsBounded = true } };
            Assert.Equal(RetentionVerdict.Discard, Decide(bounded, late).Verdict);
        }

        var duty = Footage(Nine) with { Made = new([Span(Nine)], false) };
        Assert.IsType<KeptByDuty>(Decide(duty, Nine.AddDays(1)).Reason);
    }

    /// <summary>Of the holds over every time at which it can have been made, the one that stands longest is named.</summary>
    [Theory]
    [InlineData(10, 20, "H2")]
    [InlineData(20, 10, "H1")]
    [InlineData(null, 20, "H1")]
    [InlineData(20, null, "H2")]
    public void Made_UnderTwoHolds_IsHeldByTheOneThatStandsLongest(int? first, int? second, string held)
    {
        var now = Nine.AddDays(3);
        var footage = Footage(Nine) with { Made = new([Span(Nine), Span(Nine.AddDays(1))], true) };
        var facts = Facts(
            Hold("H1", Nine, first is { } f ? now.AddDays(f) : null),
            Hold("H2", Nine.AddDays(1), second is { } s ? now.AddDays(s) : null)
        );
        var decision = Decide(footage, now, facts);
        Assert.Equal(held, Assert.IsType<KeptByHold>(decision.Reason).Hold.Text);
        Assert.Equal(first is null || second is null ? null : now.AddDays(20), decision.LawfulFrom);
    }
}
