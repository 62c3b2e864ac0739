using ExamMonitor.Capture;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Sound;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sound;

public sealed class SoundJudgeTests
{
    private static readonly SoundSecond s_quietRoom = new(-58, -45, 0);
    private static readonly SoundSecond s_dead = new(-120, -120, 0);
    private static readonly SoundSecond s_driven = new(-3, 0, 0.2);
    private readonly SoundJudge _judge = new();

    private AudioState Take(SoundSecond second, int seconds) => _judge.Take(Enumerable.Repeat(second, seconds));

    [Fact]
    public void Take_AQuietRoom_IsPresentAfterThreeSeconds()
    {
        Assert.Equal(AudioState.Unknown, Take(s_quietRoom, 2));
        Assert.Equal(AudioState.Present, Take(s_quietRoom, 1));
        Assert.Equal(AudioState.Present, Take(s_quietRoom, 3600));
    }

    [Fact]
    public void Take_FiveMinutesOfNothing_AreSilentAndNotSooner()
    {
        Take(s_quietRoom, 10);
        Assert.Equal(AudioState.Present, Take(s_dead, 299));
        Assert.Equal(AudioState.Silent, Take(s_dead, 10));
    }

    [Fact]
    public void Take_AClickInTheSilence_EndsNothing()
    {
        Take(s_dead, 299);
        Assert.Equal(AudioState.Unknown, Take(new(-30, -3, 0), 1));
        Assert.Equal(AudioState.Silent, Take(s_dead, 1));
        Assert.Equal(AudioState.Silent, Take(new(-68, -50, 0), 60));
        Assert.Equal(AudioState.Present, Take(s_quietRoom, 3));
    }

    [Fact]
    public void Take_OverDriven_IsClippedUntilAMinuteWithout()
    {
        Take(s_quietRoom, 60);
        Assert.Equal(AudioState.Present, Take(s_driven, 5));
        Assert.Equal(AudioState.Clipped, Take(s_driven, 1));
        Assert.Equal(AudioState.Clipped, Take(s_quietRoom, 59));
        Assert.Equal(AudioState.Present, Take(s_quietRoom, 1));
    }

    [Fact]
    public void Of_TrackMissingStoppedOldOrUnmeasured_IsSaidAsSuch()
    {
        var (board, room, camera, now) = (new SoundStore(), RoomId.Of("R1"), CameraId.Of("C1"), DateTimeOffset.UnixEpoch);
        var sends = new CameraVitals { Stream = new("h264", 640, 360, "aac", false) };
        AudioState Of(CameraVitals vitals, int minutes = 0) => board.Of(room, camera, vitals, now.AddMinutes(minutes));
        Assert.Equal(AudioState.Unknown, Of(new()));
        Assert.Equal(AudioState.Absent, Of(new() { Stream = sends.Stream with { AudioCodec = null } }));
        Assert.Equal(AudioState.Absent, Of(sends with { AudioStopped = true }));
        Assert.Equal(AudioState.Unknown, Of(sends));
        board.Put(room, camera, AudioState.Present, now);
        Assert.Equal((AudioState.Present, AudioState.Unknown), (Of(sends, 14), Of(sends, 16)));
    }
}
