using System.Text.Json;
using System.Text.Json.Nodes;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt.Reading;
using Xunit;

namespace ExamMonitor.Mqtt.Tests;

public sealed class PayloadReaderTests
{
    private static readonly string RoomTopic = Samples.Topics.RoomStatus(Samples.Room);
    private readonly PayloadReader _reader = new();

    [Fact]
    public void Read_OlderOrSameSeq_IsStale()
    {
        Assert.IsType<Accepted>(_reader.Read(Room(seq: 5)));
        Assert.Equal(new Stale(RoomTopic, 5, 5), _reader.Read(Room(seq: 5)));
        Assert.IsType<Stale>(_reader.Read(Room(seq: 4)));
        Assert.IsType<Accepted>(_reader.Read(Room(seq: 6)));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(PayloadReader.MaxSeq + 1)]
    public void Read_ImpossibleNumber_IsMalformedAndSilencesNothing(long seq)
    {
        Assert.Contains("impossible", Problem(Room(seq)), StringComparison.Ordinal);
        Assert.IsType<Accepted>(_reader.Read(Room(seq: 6)));
    }

    [Fact]
    public void Read_OneNumberFarTooHigh_SilencesTheTopicForAMinuteOnly()
    {
        var time = new TestKit.ManualTimeProvider();
        var reader = new PayloadReader(time: time);
        Assert.IsType<Accepted>(reader.Read(Room(seq: 5)));
        Assert.IsType<Accepted>(reader.Read(Room(PayloadReader.MaxSeq)));
        for (var seq = 6; seq < 12; seq++)
        {
            Assert.IsType<Stale>(reader.Read(Room(seq)));
            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.IsType<Accepted>(reader.Read(Room(12)));
        Assert.IsType<Accepted>(reader.Read(Room(13)));
    }

    [Fact]
    public void Read_OldMessageRepeatedForHours_StaysStale()
    {
        var time = new TestKit.ManualTimeProvider();
        var reader = new PayloadReader(time: time);
        Assert.IsType<Accepted>(reader.Read(Room(seq: 9)));
        for (var i = 0; i < 60; i++)
        {
            Assert.IsType<Stale>(reader.Read(Room(8)));
            Assert.IsType<Stale>(reader.Read(Room(9)));
            time.Advance(TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public void Read_TwoAgentsOnOneTopic_KeepNumbersOfTheirOwn()
    {
        var b = Samples.Event(1) with { Agent = AgentId.Parse("b", null), Seq = 3 };
        Assert.IsType<Accepted>(_reader.Read(Of(Samples.Topics.Events, Samples.Event(1) with { Seq = 9 })));
        Assert.IsType<Accepted>(_reader.Read(Of(Samples.Topics.Events, b)));
        Assert.IsType<Stale>(_reader.Read(Of(Samples.Topics.Events, b)));
    }

    [Fact]
    public void Read_UnknownFields_AreAccepted()
    {
        var json = JsonNode.Parse(Room(seq: 1).Payload.Span)!.AsObject();
        json["somethingNew"] = new JsonObject { ["deep"] = 1 };
        Assert.IsType<Accepted>(_reader.Read(Client.Message(RoomTopic, json.ToJsonString())));
    }

    [Theory]
    [InlineData("", typeof(Cleared), "")]
    [InlineData("null", typeof(Malformed), "it is null")]
    [InlineData("{", typeof(Malformed), "byte")]
    [InlineData("[]", typeof(Malformed), "$")]
    [InlineData("{\"schema\":5}", typeof(Malformed), "$.schema")]
    [InlineData("{\"schema\":\"exam-monitor/room-status/1\"}", typeof(Malformed), "missing required properties")]
    public void Read_BadPayload_IsReportedWithItsPlace(string json, Type expected, string contains)
    {
        var outcome = _reader.Read(Client.Message(RoomTopic, json));
        Assert.IsType(expected, outcome);
        if (outcome is Malformed malformed)
            Assert.Contains(contains, malformed.Problem.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherSchemaOrOtherIds_IsMalformed()
    {
        Assert.Contains(
            "its schema is",
            Problem(Of(RoomTopic, Samples.RoomState(0) with { Schema = "exam-monitor/room-status/2" })),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "not those of the topic",
            Problem(Of(Samples.Topics.RoomStatus(RoomId.Of("R2")), Samples.RoomState(0))),
            StringComparison.Ordinal
        );
    }

    /// <summary>A room's topic that speaks of another room would change that room's page, and a room more with every message.</summary>
    [Fact]
    public void Read_AnswerOfAnotherRoomOrAgent_IsMalformed()
    {
        var readiness = new RoomReadiness(RoomReadiness.SchemaName, Samples.Now, 1, Samples.Room, null, null, null, null, true, []);
        var plates = new RoomPlates(RoomPlates.SchemaName, Samples.Now, 1, Samples.Room, []);
        var retention = new AgentRetention(
            AgentRetention.SchemaName,
            Samples.Now,
            1,
            Samples.Agent,
            [],
            1,
            1,
            null,
            0,
            0,
            null,
            0,
            null,
            null
        );
        var other = RoomId.Of("R2");
        Assert.Contains("not those of the topic", Problem(Of(Samples.Topics.RoomReadiness(other), readiness)), StringComparison.Ordinal);
        Assert.Contains("not those of the topic", Problem(Of(Samples.Topics.RoomPlates(other), plates)), StringComparison.Ordinal);
        Assert.Contains(
            "not those of the topic",
            Problem(Of(Samples.Topics.AgentRetention(AgentId.Of("a2")), retention)),
            StringComparison.Ordinal
        );
        Assert.IsType<Accepted>(_reader.Read(Of(Samples.Topics.RoomReadiness(Samples.Room), readiness)));
        Assert.IsType<Accepted>(_reader.Read(Of(Samples.Topics.RoomPlates(Samples.Room), plates)));
        Assert.IsType<Accepted>(_reader.Read(Of(Samples.Topics.AgentRetention(Samples.Agent), retention)));
    }

    /// <summary>Serialization checks members for null and not the elements of lists.</summary>
    [Theory]
    [InlineData("\"cameras\":[null]", true)]
    [InlineData("\"cameras\":[] , \"later\":{\"deep\":[1,{\"a\":null},[ null ]]}", true)]
    [InlineData("\"cameras\":[],\"later\":{\"deep\":[{\"a\":null}],\"b\":null}", false)]
    [InlineData("\"cameras\":[],\"later\":\"[null]\"", false)]
    public void Read_ListWithANull_IsMalformed(string members, bool refused)
    {
        var json = $$"""{"schema":"exam-monitor/footage-status/1","ts":"2026-03-02T01:00:00Z","seq":1,"room":"R1",{{members}}}""";
        var outcome = _reader.Read(Client.Message(Samples.Topics.FootageStatus(Samples.Room), json));
        Assert.IsType(refused ? typeof(Malformed) : typeof(Accepted), outcome);
    }

    [Theory]
    [InlineData("exam-monitor/v1/site/rooms/R1/stations/../status")]
    [InlineData("exam-monitor/v1/site/rooms/R1")]
    [InlineData("exam-monitor/v2/site/events")]
    [InlineData("exam-monitor/v1/")]
    [InlineData("else")]
    public void Read_OtherTopics_AreForeign(string topic) => Assert.IsType<Foreign>(_reader.Read(Client.Message(topic, "{}")));

    [Fact]
    public void Read_TooLargeOrTooManyTopics_IsRefused()
    {
        var small = new PayloadReader(maxPayloadBytes: 4096, maxTopics: 1);
        Assert.IsType<Malformed>(small.Read(new(RoomTopic, new byte[4097], Retain: false)));
        Assert.IsType<Accepted>(small.Read(Room(seq: 1)));
        Assert.IsType<Malformed>(small.Read(Of(Samples.Topics.Events, Samples.Event(1) with { Seq = 1 })));
        Assert.IsType<Accepted>(small.Read(Room(seq: 2)));
    }

    [Fact]
    public void Read_AnyByteOfAPayloadChanged_NeverThrows()
    {
        var good = Room(seq: 1).Payload.ToArray();
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var bad = (byte[])good.Clone();
            for (var n = random.Next(1, 4); n > 0; n--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            Assert.NotNull(new PayloadReader().Read(new(RoomTopic, bad, Retain: true)));
        }
    }

    [Fact]
    public void TopicAddress_EveryTopic_ParsesBackToItsKind()
    {
        var t = Samples.Topics;
        var camera = CameraId.Of("C1");
        var station = StationId.Of("S01");
        var expected = new Dictionary<string, TopicAddress>(StringComparer.Ordinal)
        {
            [t.AgentState(Samples.Agent)] = new(t.Site, TopicKind.AgentState, Agent: Samples.Agent),
            [t.AgentManifest(Samples.Agent)] = new(t.Site, TopicKind.AgentManifest, Agent: Samples.Agent),
            [t.RoomStatus(Samples.Room)] = new(t.Site, TopicKind.RoomStatus, Room: Samples.Room),
            [t.StationStatus(Samples.Room, station)] = new(t.Site, TopicKind.StationStatus, Room: Samples.Room, Station: station),
            [t.CameraStatus(Samples.Room, camera)] = new(t.Site, TopicKind.CameraStatus, Room: Samples.Room, Camera: camera),
            [t.FootageStatus(Samples.Room)] = new(t.Site, TopicKind.FootageStatus, Room: Samples.Room),
            [t.RetentionStatus] = new(t.Site, TopicKind.RetentionStatus),
            [t.AgentRetention(Samples.Agent)] = new(t.Site, TopicKind.AgentRetention, Agent: Samples.Agent),
            [t.RoomReadiness(Samples.Room)] = new(t.Site, TopicKind.RoomReadiness, Room: Samples.Room),
            [t.RoomPlates(Samples.Room)] = new(t.Site, TopicKind.RoomPlates, Room: Samples.Room),
            [t.AgentCheckpoint(Samples.Agent)] = new(t.Site, TopicKind.AgentCheckpoint, Agent: Samples.Agent),
            [t.Events] = new(t.Site, TopicKind.Events),
            [t.Checkpoints] = new(t.Site, TopicKind.Checkpoints),
        };
        Assert.Equal(TopicContract.All.Select(c => c.Kind).Order(), expected.Values.Select(a => a.Kind).Order());
        foreach (var (topic, address) in expected)
        {
            Assert.True(TopicAddress.TryParse(topic, out var parsed), topic);
            Assert.Equal(address, parsed);
        }
    }

    private static MqttMessage Room(long seq) => Of(RoomTopic, Samples.RoomState(0) with { Seq = seq });

    private static MqttMessage Of(string topic, Payload payload) =>
        new(topic, JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), ContractJson.Options), Retain: false);

    private string Problem(MqttMessage message) => Assert.IsType<Malformed>(_reader.Read(message)).Problem.En;
}
