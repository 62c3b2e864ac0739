using ExamMonitor.Agent.Cameras;
using ExamMonitor.Agent.Sound;
using ExamMonitor.Agent.Watching;
using ExamMonitor.Capture;
using ExamMonitor.Footage;

namespace ExamMonitor.Agent.Rooms;

/// <summary>One camera at work.</summary>
/// <param name="Setup">As configured.</param>
/// <param name="Recorder">Its writer.</param>
/// <param name="Pipeline">What hands over.</param>
/// <param name="Vitals">Asks capture how it goes.</param>
internal sealed record CameraRuntime(ConfiguredCamera Setup, CameraRecorder Recorder, CameraPipeline Pipeline, Func<CameraVitals> Vitals)
{
    /// <summary>Whether the camera rests because no session needs it.</summary>
    public Func<bool> IsOff { get; init; } = static () => false;

    /// <summary>Everything that is known now.</summary>
    public CameraFacts Facts(RoomId room, VerdictBoard verdicts, SoundBoard sounds, DateTimeOffset now)
    {
        var vitals = Vitals();
        var running = vitals.State == CaptureState.Running;
        var stream = new SignalFacts(
            running, running ? vitals.Since : null, vitals.LastFrameAtUtc, vitals.Stream, vitals.BitRateKbps, vitals.FramesPerSecond, vitals.ClockOffsetMs,
            running ? null : vitals.Failure?.Text, running ? null : vitals.Failure?.Cause, !running ? null : vitals.Failure?.Text ?? vitals.AnalysisFailure ?? verdicts.Refusal(room, Setup.Id))
        { IsOff = IsOff(), JudgedFrom = running ? vitals.JudgedFrom?.Text : null };
        var sound = running ? new SoundFacts(sounds.Of(room, Setup.Id, vitals, now), vitals.AudioOffsetMs) : SoundFacts.None;
        return new(Setup.Id, Setup.Name, stream, Pipeline.Recording, verdicts.Newest(room, Setup.Id)) { Sound = sound };
    }
}

/// <summary>One room at work.</summary>
/// <param name="Setup">As configured.</param>
/// <param name="Cameras">Its cameras.</param>
internal sealed record RoomRuntime(RoomSetup Setup, IReadOnlyList<CameraRuntime> Cameras)
{
    /// <summary>Room.</summary>
    public RoomId Id => Setup.Id;

    /// <summary>A camera; null when there is none of that id.</summary>
    public CameraRuntime? Find(CameraId camera) => Cameras.FirstOrDefault(c => c.Setup.Id == camera);
}
