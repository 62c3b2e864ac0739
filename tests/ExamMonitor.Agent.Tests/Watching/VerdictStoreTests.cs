using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Views;
using ExamMonitor.Floor.Watching;
using Xunit;

namespace ExamMonitor.Agent.Tests.Watching;

public sealed class VerdictStoreTests
{
    private static readonly RoomId Room = RoomId.Of("R1");
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly VerdictStore _board = new();

    private CameraMeasurement? Put(int second, CameraHealth health, bool settled)
    {
        _board.Put(
            Room,
            Camera,
            new(Start.AddSeconds(second), [health], null, null, null, null, null, new Dictionary<StationId, StationByCamera>(), settled)
        );
        return _board.Newest(Room, Camera);
    }

    [Fact]
    public void Put_FreshProcessKnowsOfNothing_WhatWasKnownHoldsOn()
    {
        Put(0, CameraHealth.Covered, settled: true);
        var held = Put(2, CameraHealth.Ok, settled: false);
        Assert.Equal([CameraHealth.Covered], held!.Health);
        Assert.Equal(Start.AddSeconds(2), held.AtUtc);
        Assert.Equal([CameraHealth.Ok], Put(15, CameraHealth.Ok, settled: true)!.Health);
    }

    [Fact]
    public void Put_FreshProcessNamesACondition_ItCountsAtOnce()
    {
        Put(0, CameraHealth.Ok, settled: true);
        Assert.Equal([CameraHealth.Dark], Put(2, CameraHealth.Dark, settled: false)!.Health);
    }

    [Fact]
    public void Put_OlderVerdict_IsIgnored()
    {
        Put(5, CameraHealth.Dark, settled: true);
        Assert.Equal([CameraHealth.Dark], Put(4, CameraHealth.Ok, settled: true)!.Health);
    }
}
