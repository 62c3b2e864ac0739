using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Mqtt.Tests;

internal static class Samples
{
    public static readonly AgentId Agent = AgentId.Parse("a1", null);
    public static readonly RoomId Room = RoomId.Of("R1");
    public static readonly Topics Topics = new(SiteId.Parse("site", null));
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    public static ProblemEvent Event(int number) =>
        new(
            ProblemEvent.SchemaName,
            Now,
            0,
            Agent,
            $"p{number}",
            ProblemChange.Opened,
            "camera-covered",
            Severity.Critical,
            new(Room, null, null),
            Now,
            new("The camera is covered.", "摄像机被遮挡。"),
            null
        );

    public static RoomStatus RoomState(int problems) =>
        new(RoomStatus.SchemaName, Now, 0, Room, new(12, 12, 12, 12), 98.5, null, null, null, problems);

    public static AgentState Presence(AgentConnection state) => new(AgentState.SchemaName, Now, 0, state, "0.1.0", Now, null, null);
}
