using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Proofs;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Recording;
using Xunit;

namespace ExamMonitor.Agent.Tests.Proofs;

public sealed class SessionProverTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 1, 0, 0, TimeSpan.Zero);
    private static readonly StationId s_station = StationId.Of("S1");
    private static readonly ExamSession s_session = new(
        ExamSessionId.Of("E1"),
        BatchId.Of("B1"),
        RoomId.Of("R1"),
        s_start,
        s_start.AddHours(2),
        "",
        null,
        false
    );

    private static readonly CameraId s_camera = CameraId.Of("C1");

    private static StationSpan Span(double from, double to, bool? value = true, string? reason = null) =>
        new(s_station, Lane.Covered, s_start.AddSeconds(from), s_start.AddSeconds(to), value, reason);

    private static SessionProof Prove(StationSpan[] covered, double nowSeconds = 7200, Func<UnprovedSpan, string?>? picture = null)
    {
        var whole = Span(-600, 7800);
        StationSpan[] spans = [.. covered, whole with { Lane = Lane.Lit }, whole with { Lane = Lane.Recorded, Cameras = [s_camera] }];
        var held = new HeldFootage(
            new Dictionary<CameraId, IReadOnlyList<WallSpan>> { [s_camera] = [new(whole.Start, whole.End)] },
            whole.End
        );
        MapStation[] stations = [new(s_station, "1", new(1, 1), new(1.2, 0.6), 0.75)];
        return SessionProver.Of(
            s_session.Room,
            s_session.Start,
            s_session.End,
            stations,
            spans,
            held,
            s_start.AddSeconds(nowSeconds),
            picture ?? (_ => null)
        );
    }

    [Fact]
    public void Of_WholeSessionProved_IsExactlyAHundredWithoutException()
    {
        var proof = Prove([Span(-60, 3000), Span(3000, 7300)]);
        Assert.Equal((100, 100, 100), (proof.Stations[0].CoveredPercent, proof.Stations[0].LitPercent, proof.Stations[0].RecordedPercent));
        Assert.Equal("Station 1: covered 100 %, lit 100 %, recorded 100 %.", proof.Stations[0].Text.En);
        Assert.Empty(proof.Exceptions);
    }

    [Theory]
    [InlineData(0.001, 99.99)]
    [InlineData(0.8, 99.98)]
    [InlineData(720, 90)]
    public void Of_AnythingMissing_IsNeverAHundredAndRoundsDown(double missing, double percent)
    {
        var proof = Prove(
            [Span(0, 3000), Span(3000, 3000 + missing, false, "obstructed"), Span(3000 + missing, 7200)],
            picture: e => $"/{e.Reason}"
        );
        Assert.Equal(percent, proof.Stations[0].CoveredPercent);
        var exception = Assert.Single(proof.Exceptions);
        Assert.Equal(
            ("covered", false, "obstructed", "/obstructed"),
            (exception.Claim, exception.Value, exception.Reason, exception.Picture)
        );
        Assert.Equal(missing, (exception.End - exception.Start).TotalSeconds, 3);
    }

    [Fact]
    public void Of_TimeOfWhichNothingIsKnown_IsAnExceptionAndProvesNothing()
    {
        var proof = Prove([Span(600, 3600), Span(3600, 4320, null, "camera:covered"), Span(5040, 7200)]);
        Assert.Equal(71.66, proof.Stations[0].CoveredPercent);
        Assert.Equal(["agent-stopped", "camera:covered", "agent-stopped"], proof.Exceptions.Select(e => e.Reason));
        Assert.Equal([600, 720, 720], proof.Exceptions.Select(e => (e.End - e.Start).TotalSeconds));
        Assert.Equal(0, Prove([]).Stations[0].CoveredPercent);
    }

    [Fact]
    public void Of_ARunningSession_RequiresWhatIsPast_AndTheNewestTickIsNoGap()
    {
        var proof = Prove([Span(0, 1798)], nowSeconds: 1800);
        Assert.Equal((100, 1798), (proof.Stations[0].CoveredPercent, proof.RequiredSeconds));
        Assert.Equal("agent-stopped", Assert.Single(Prove([Span(0, 1790)], nowSeconds: 1800).Exceptions).Reason);
        Assert.Null(Prove([Span(-60, -1)], nowSeconds: -1).Stations[0].CoveredPercent);
    }

    [Fact]
    public void Of_SessionThatHasEnded_RequiresItsLastSecondsToo()
    {
        var proof = Prove([Span(0, 7198)], nowSeconds: 7200);
        Assert.Equal((7200, s_session.End), (proof.RequiredSeconds, proof.To));
        var missing = Assert.Single(proof.Exceptions);
        Assert.Equal(("covered", "agent-stopped", 2.0), (missing.Claim, missing.Reason, (missing.End - missing.Start).TotalSeconds));
        Assert.Equal(7200, Prove([Span(0, 7198)], nowSeconds: 9000).RequiredSeconds);
    }

    [Theory]
    [InlineData(1795, 1795)]
    [InlineData(1794.999, 1800)]
    [InlineData(1800, 1800)]
    [InlineData(1900, 1800)]
    public void Of_ARunningSession_RequiresItsTimeUpToTheNewestVerdictOfTheLastFiveSeconds(double newest, double required) =>
        Assert.Equal(required, Prove([Span(0, 900), Span(900, newest)], nowSeconds: 1800).RequiredSeconds);

    [Fact]
    public void Of_ARunningSessionWithoutAnyVerdict_RequiresWhatIsPast() => Assert.Equal(1800, Prove([], nowSeconds: 1800).RequiredSeconds);

    [Fact]
    public void Of_ASessionThatHasNotBegun_RequiresNothingAndSaysSo()
    {
        var proof = Prove([Span(-60, -1)], nowSeconds: -1);
        Assert.Equal((0, s_start, s_start), (proof.RequiredSeconds, proof.From, proof.To));
        Assert.Equal("Station 1: nothing was required yet.", proof.Stations[0].Text.En);
        Assert.Empty(proof.Exceptions);
    }

    /// <summary>Each of the three claims has its exceptions; they are in order of time, of one moment in that of the stations.</summary>
    [Fact]
    public void Of_TwoStationsWithoutProof_TellsEveryClaimInOrderOfTimeAndStation()
    {
        MapStation[] stations =
        [
            new(StationId.Of("S2"), "2", new(1, 1), new(1.2, 0.6), 0.75),
            new(s_station, "1", new(3, 1), new(1.2, 0.6), 0.75),
        ];
        StationSpan[] spans =
        [
            Span(0, 7200) with
            {
                Lane = Lane.Lit,
            },
            Span(0, 3600, false, "dark") with
            {
                Lane = Lane.Lit,
                Station = stations[0].Id,
            },
            Span(3600, 7200) with
            {
                Lane = Lane.Lit,
                Station = stations[0].Id,
            },
        ];
        var nothing = new HeldFootage(new Dictionary<CameraId, IReadOnlyList<WallSpan>>(), s_session.End);
        var proof = SessionProver.Of(s_session.Room, s_start, s_session.End, stations, spans, nothing, s_session.End, _ => null);
        Assert.Equal(
            [
                ("S1", "covered", "agent-stopped"),
                ("S1", "recorded", "agent-stopped"),
                ("S2", "covered", "agent-stopped"),
                ("S2", "lit", "dark"),
                ("S2", "recorded", "agent-stopped"),
            ],
            proof.Exceptions.Select(e => (e.Station.Text, e.Claim, e.Reason))
        );
        Assert.Equal([50.0, 100.0], proof.Stations.Select(s => s.LitPercent!.Value));
    }
}
