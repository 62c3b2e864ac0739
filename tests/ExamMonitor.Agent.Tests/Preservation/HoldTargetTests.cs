using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Preservation;

/// <summary>A hold names what there is.</summary>
public sealed class HoldTargetTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly ILookup<RoomId, CameraId> Cameras = new[] { (Room: RoomId.Of("R7"), Camera: CameraId.Of("C1")) }.ToLookup(
        c => c.Room,
        c => c.Camera
    );

    private static readonly ExamSession[] Sessions =
    [
        new(ExamSessionId.Of("AM"), BatchId.Of("B1"), RoomId.Of("R7"), Noon, Noon.AddHours(2), string.Empty, null, Cancelled: false),
    ];

    [Theory]
    [InlineData("AM", null, null, null, null)]
    [InlineData("PM", null, null, null, "no session PM")]
    [InlineData(null, "B1", null, null, null)]
    [InlineData(null, "B2", null, null, "batch B2")]
    [InlineData(null, null, "R7", "C1", null)]
    [InlineData(null, null, "R7", "C9", "no camera C9")]
    [InlineData(null, null, "R8", null, "no room R8")]
    [InlineData(null, null, "OLD", "C3", null)]
    [InlineData(null, null, "OLD", "C4", "no camera C4")]
    public void Hold_OnAName_IsRefusedWhenItWouldKeepNothing(string? session, string? batch, string? room, string? camera, string? part)
    {
        var fault = Find(Scope(session, batch, room, camera), Sessions);
        if (part is null)
            Assert.Null(fault);
        else
            Assert.Contains(part, fault, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Hold_WhileTheScheduleCannotBeRead_IsNotRefused() => Assert.Null(Find(Scope("PM", null, null, null), null));

    [Fact]
    public void Footage_OfARoomThatIsConfiguredNoMore_IsSeenOnTheVolume()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "2026", "03-02", "OLD", "C3"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "ledger", "entries"));
        Assert.True(HoldTarget.HasFootage(folder.Path, RoomId.Of("OLD"), null));
        Assert.True(HoldTarget.HasFootage(folder.Path, RoomId.Of("OLD"), CameraId.Of("C3")));
        Assert.False(HoldTarget.HasFootage(folder.Path, RoomId.Of("OLD"), CameraId.Of("C4")));
    }

    private static string? Find(HoldScope scope, IReadOnlyCollection<ExamSession>? sessions) =>
        HoldTarget.FindFault(scope, sessions, Cameras, (room, camera) => room.Text == "OLD" && camera?.Text is null or "C3");

    private static HoldScope Scope(string? session, string? batch, string? room, string? camera) =>
        new(
            room is null ? null : RoomId.Of(room),
            camera is null ? null : CameraId.Of(camera),
            null,
            null,
            session is null ? null : ExamSessionId.Of(session),
            batch is null ? null : BatchId.Of(batch)
        );
}
