using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.Mqtt.Reading;

namespace ExamMonitor.Dashboard.Tests.State;

public sealed class FloorReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Zone = SiteZone.Of("Asia/Shanghai");
    private static readonly LinkFact Up = new(DemoFloor.Site, DemoFloor.Agent, Up: true, Now.AddHours(-1));

    [Fact]
    public void Read_EverythingFresh_IsProved()
    {
        var room = Read(Whole()).Rooms.Single();
        Assert.Equal(Mark.Yes, room.Overall);
        Assert.Equal(10, room.Proved);
        Assert.Equal(Silence.None, room.Silence);
    }

    [Theory]
    [InlineData(29.9, Mark.Yes)]
    [InlineData(30, Mark.Unknown)]
    public void Read_StatusOfSomeAge_IsBelievedForThirtySeconds(double seconds, Mark expected) =>
        Assert.Equal(expected, Read(Whole(), at: Now.AddSeconds(seconds)).Rooms.Single().Overall);

    [Fact]
    public void Read_NothingLapsedYet_TellsWhenTheFirstWordLapses() => Assert.Equal(Now.AddSeconds(30), Read(Whole()).NextLapseAt);

    [Fact]
    public void Read_OneStationSilent_OnlyThatOneIsUnknown()
    {
        var later = Now.AddSeconds(40);
        var state = Whole();
        state = Put(state, new Topics(DemoFloor.Site).RoomStatus(DemoFloor.Room), DemoFloor.RoomWords(later, 100), later);
        state = Put(state, new Topics(DemoFloor.Site).FootageStatus(DemoFloor.Room), DemoFloor.Footage(later, 100), later);
        for (var i = 0; i < 3; i++)
            state = Put(
                state,
                new Topics(DemoFloor.Site).CameraStatus(DemoFloor.Room, DemoFloor.Cameras[i]),
                DemoFloor.Camera(i, later, 100),
                later
            );
        for (var i = 1; i < 10; i++)
            state = Put(
                state,
                new Topics(DemoFloor.Site).StationStatus(DemoFloor.Room, DemoFloor.Stations[i]),
                DemoFloor.Station(i, later, 100),
                later
            );
        var room = Read(state, at: later).Rooms.Single();
        Assert.Equal(9, room.Proved);
        Assert.Equal(Mark.Unknown, room.Stations[0].Overall);
        Assert.Equal(Silence.NothingHeard, room.Stations[0].Covered.Silence);
        Assert.Equal(Mark.Unknown, room.Overall);
    }

    [Fact]
    public void Read_BrokerGone_NothingIsClaimed() => AssertUnknown(Read(Whole(), link: Up with { Up = false }), Silence.BrokerGone);

    [Fact]
    public void Read_NoLinkAtAll_NothingIsClaimed()
    {
        var reading = FloorReader.Read(Whole(), [], Now, Heartbeat.BelievedFor, Zone);
        AssertUnknown(reading, Silence.BrokerGone);
    }

    [Fact]
    public void Read_AgentOffline_NothingIsClaimed() =>
        AssertUnknown(
            Read(
                Put(Whole(), new Topics(DemoFloor.Site).AgentState(DemoFloor.Agent), DemoFloor.State(AgentConnection.Offline, Now, 99), Now)
            ),
            Silence.AgentOffline
        );

    [Fact]
    public void Read_ManifestAlone_NothingIsClaimed()
    {
        var topics = new Topics(DemoFloor.Site);
        var state = Put(FloorState.Empty, topics.AgentManifest(DemoFloor.Agent), DemoFloor.Manifest(Now, 1), Now);
        AssertUnknown(Read(state), Silence.NeverHeard);
        state = Put(state, topics.AgentState(DemoFloor.Agent), DemoFloor.State(AgentConnection.Online, Now, 2), Now);
        AssertUnknown(Read(state), Silence.NeverHeard);
    }

    [Fact]
    public void Apply_RetainedWordsFromYesterday_AreNotBelieved()
    {
        var topics = new Topics(DemoFloor.Site);
        var state = Put(
            Whole(),
            topics.StationStatus(DemoFloor.Room, DemoFloor.Stations[3]),
            DemoFloor.Station(3, Now.AddDays(-1), 100),
            Now,
            retained: true
        );
        Assert.Equal(Mark.Unknown, Read(state).Rooms.Single().Stations[3].Overall);
    }

    [Fact]
    public void Apply_RetainedWordsOfAClockAhead_AreBelievedNoLongerThanOthers()
    {
        var topics = new Topics(DemoFloor.Site);
        var state = Put(
            Whole(),
            topics.StationStatus(DemoFloor.Room, DemoFloor.Stations[3]),
            DemoFloor.Station(3, Now.AddYears(5), 100),
            Now,
            retained: true
        );
        Assert.Equal(Mark.Unknown, Read(state, at: Now.AddSeconds(30)).Rooms.Single().Stations[3].Overall);
    }

    /// <summary>An answer whose clock is years ahead would be believed for years; one at the end of time would end the dashboard.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_DailyAnswersOfAClockAhead_AreBelievedNoLongerThanOthers(bool endOfTime)
    {
        var topics = new Topics(DemoFloor.Site);
        var ahead = endOfTime ? DateTimeOffset.MaxValue : Now.AddYears(5);
        var state = Put(
            Whole(),
            topics.RoomReadiness(DemoFloor.Room),
            DemoFloor.Ready(Now, 1, ready: true) with
            {
                Ts = ahead,
                SessionStart = null,
                SessionEnd = null,
            },
            Now
        );
        state = Put(
            state,
            topics.RoomPlates(DemoFloor.Room),
            DemoFloor.Plates(Now, 1, allSeen: true) with
            {
                Ts = ahead,
            },
            Now,
            retained: true
        );
        var room = Read(state).Rooms.Single();
        Assert.Equal((Mark.Yes, Mark.Yes), (room.Readiness!.Ready, room.Plates!.AtHome));
        room = Read(state, at: Now.AddHours(25)).Rooms.Single();
        Assert.Equal((ReadinessDoubt.Old, ReadinessDoubt.Old), (room.Readiness!.Doubt, room.Plates!.Doubt));
    }

    [Fact]
    public void Reconcile_AgentNamesAProblemTwice_IsTakenOnce()
    {
        OpenProblem Open(Severity severity) => new("p", "code", severity, new(null, null, null), Now, new("x", "x"), null);
        var state = FloorReducer.Reconcile(Whole(), DemoFloor.Site, DemoFloor.Agent, [], [Open(Severity.Notice), Open(Severity.Critical)]);
        Assert.Equal("p", Assert.Single(Read(state).Sites[0].Problems).Problem.Id);
    }

    [Fact]
    public void Read_ClaimWithoutVerdict_IsUnknownWithTheAgentsReason()
    {
        var why = new LocalText("The camera is covered.", "摄像头被遮挡。");
        var state = Put(
            Whole(),
            new Topics(DemoFloor.Site).StationStatus(DemoFloor.Room, DemoFloor.Stations[0]),
            DemoFloor.Station(0, Now, 100, covered: new(null, Now, "camera-covered", why)),
            Now
        );
        var station = Read(state).Rooms.Single().Stations[0];
        Assert.Equal((Mark.Unknown, why, Silence.None), (station.Covered.Mark, station.Covered.Why, station.Covered.Silence));
        Assert.Equal(Mark.Unknown, station.Overall);
    }

    [Fact]
    public void Read_CameraWithoutMeasurement_IsNotHealthy()
    {
        var state = Put(
            Whole(),
            new Topics(DemoFloor.Site).CameraStatus(DemoFloor.Room, DemoFloor.Cameras[0]),
            DemoFloor.Camera(0, Now, 100) with
            {
                Health = [],
            },
            Now
        );
        Assert.Equal(Mark.Unknown, Read(state).Rooms.Single().Cameras[0].Healthy);
    }

    [Fact]
    public void Clear_StationTopicEmptied_StationIsUnknown()
    {
        Assert.True(TopicAddress.TryParse(new Topics(DemoFloor.Site).StationStatus(DemoFloor.Room, DemoFloor.Stations[0]), out var topic));
        Assert.Equal(Mark.Unknown, Read(FloorReducer.Clear(Whole(), topic)).Rooms.Single().Stations[0].Overall);
    }

    [Fact]
    public void Apply_ProblemOpenedAndClosed_ComesAndGoes()
    {
        var topic = new Topics(DemoFloor.Site).Events;
        var state = Put(Whole(), topic, DemoFloor.Problem("p", ProblemChange.Opened, Now, 1), Now);
        Assert.Equal("p", Assert.Single(Read(state).Sites[0].Problems).Problem.Id);
        Assert.Empty(Read(Put(state, topic, DemoFloor.Problem("p", ProblemChange.Closed, Now, 2), Now)).Sites[0].Problems);
    }

    [Fact]
    public void Check_HostileManifests_AreRefused()
    {
        var fine = DemoFloor.Manifest(Now, 1);
        Assert.Null(PayloadBounds.Check(fine));
        var room = fine.Rooms[0];
        AgentManifest With(ManifestRoom changed) => fine with { Rooms = [changed] };
        AgentManifest[] hostile =
        [
            fine with
            {
                Rooms = [.. Enumerable.Range(0, 300).Select(i => room with { Id = RoomId.Of($"R{i}") })],
            },
            fine with
            {
                Rooms = [room, room],
            },
            With(room with { Name = new string('x', 300) }),
            With(room with { Outline = [.. Enumerable.Range(0, 5000).Select(i => new Contracts.Maps.PlanPoint(i, i))] }),
            With(room with { Outline = [new(1e300, 0), new(0, 0), new(0, 1)] }),
            With(room with { Stations = [room.Stations[0], room.Stations[0]] }),
            With(room with { Stations = [room.Stations[0] with { Size = new(0, 1) }] }),
            With(room with { Cameras = [.. Enumerable.Range(0, 100).Select(i => room.Cameras[0] with { Id = CameraId.Of($"C{i}") })] }),
        ];
        Assert.All(hostile, m => Assert.NotNull(PayloadBounds.Check(m)));
        Assert.NotNull(PayloadBounds.Check(DemoFloor.Station(0, Now, 1) with { VisibleShare = 1.5 }));
        Assert.NotNull(
            PayloadBounds.Check(DemoFloor.Problem("p", ProblemChange.Opened, Now, 1) with { Text = new(new string('x', 2000), "x") })
        );
    }

    private static void AssertUnknown(FloorReading reading, Silence why)
    {
        var room = reading.Rooms.Single();
        Assert.Equal(why, room.Silence);
        Assert.All(room.Stations, s => Assert.All(s.Claims, c => Assert.Equal((Mark.Unknown, why), (c.Mark, c.Silence))));
        Assert.All(room.Cameras, c => Assert.Equal((Mark.Unknown, Mark.Unknown), (c.Healthy, c.Recording)));
        Assert.Equal(Mark.Unknown, room.Overall);
        Assert.Null(room.Words);
    }

    private static FloorReading Read(FloorState state, LinkFact? link = null, DateTimeOffset? at = null) =>
        FloorReader.Read(state, [link ?? Up], at ?? Now, Heartbeat.BelievedFor, Zone);

    private static FloorState Whole()
    {
        var topics = new Topics(DemoFloor.Site);
        var state = Put(FloorState.Empty, topics.AgentManifest(DemoFloor.Agent), DemoFloor.Manifest(Now, 1), Now);
        state = Put(state, topics.AgentState(DemoFloor.Agent), DemoFloor.State(AgentConnection.Online, Now, 1), Now);
        state = Put(state, topics.RoomStatus(DemoFloor.Room), DemoFloor.RoomWords(Now, 1), Now);
        state = Put(state, topics.FootageStatus(DemoFloor.Room), DemoFloor.Footage(Now, 1), Now);
        foreach (var i in Enumerable.Range(0, 3))
            state = Put(state, topics.CameraStatus(DemoFloor.Room, DemoFloor.Cameras[i]), DemoFloor.Camera(i, Now, 1), Now);
        return Enumerable
            .Range(0, 10)
            .Aggregate(
                state,
                (s, i) => Put(s, topics.StationStatus(DemoFloor.Room, DemoFloor.Stations[i]), DemoFloor.Station(i, Now, 1), Now)
            );
    }

    private static FloorState Put(FloorState state, string topic, Payload body, DateTimeOffset at, bool retained = false)
    {
        Assert.True(TopicAddress.TryParse(topic, out var address));
        return FloorReducer.Apply(state, new Accepted(topic, address, body, retained), at);
    }
}
