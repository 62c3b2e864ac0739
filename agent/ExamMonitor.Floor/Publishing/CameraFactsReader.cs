using ExamMonitor.Capture;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Sound;
using ExamMonitor.Floor.Views;
using ExamMonitor.Floor.Watching;

namespace ExamMonitor.Floor.Publishing;

/// <summary>Gathers everything that is known of a camera now.</summary>
/// <param name="verdicts">Verdicts.</param>
/// <param name="sounds">Sound.</param>
internal sealed class CameraFactsReader(VerdictStore verdicts, SoundStore sounds)
{
    private static readonly TimeSpan ClockStepIsNews = TimeSpan.FromMinutes(10);

    /// <summary>Everything that is known now.</summary>
    public CameraFacts Read(RoomId room, CameraRuntime camera, DateTimeOffset now)
    {
        var (id, vitals) = (camera.Setup.Id, camera.Vitals());
        var running = vitals.State == CaptureState.Running;
        var stream = new SignalFacts(
            running,
            running ? vitals.Since : null,
            vitals.LastFrameAtUtc,
            vitals.Stream,
            vitals.BitRateKbps,
            vitals.FramesPerSecond,
            vitals.ClockOffsetMs,
            running ? null : vitals.Failure?.Text,
            running ? null : vitals.Failure?.Cause,
            !running ? null : vitals.Failure?.Text ?? vitals.AnalysisFailure ?? verdicts.Refusal(room, id)
        )
        {
            IsOff = camera.IsOff(),
            JudgedFrom = running ? vitals.JudgedFrom?.Text : null,
            TimeStands = running && vitals.TimeStands,
            LossShare = running ? vitals.LossShare : 0,
            ClockStepMs = vitals.ClockStep is { } step && now - step.AtUtc < ClockStepIsNews ? step.Milliseconds : null,
        };
        var sound = running
            ? new SoundFacts(sounds.Of(room, id, vitals, now), vitals.AudioOffsetMs) { IsMissing = vitals.AudioStopped }
            : SoundFacts.None;
        return new(id, camera.Setup.Name, stream, camera.Pipeline.Recording, verdicts.Newest(room, id)) { Sound = sound };
    }
}
