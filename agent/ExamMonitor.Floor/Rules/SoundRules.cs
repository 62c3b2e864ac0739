using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Views;
using ExamMonitor.Problems;

namespace ExamMonitor.Floor.Rules;

/// <summary>What is wrong with a room's sound (COV-3, COV-5: sound and picture are recorded together). Pure.</summary>
internal static class SoundRules
{
    /// <summary>
    /// Difference of the tracks from which sound and picture no longer belong together, ms: ffmpeg itself evens out up to a second while it
    /// writes, so what is left is real.
    /// </summary>
    private const double OffsetMs = 1000;

    private const string Prefix = "sound-";
    private const string Offset = Prefix + "offset";
    private const string Missing = Prefix + "missing";
    private const string NotSent = Prefix + "not-sent";

    /// <summary>Whether a problem is about sound.</summary>
    public static bool IsSound(string code) => code.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Everything that is wrong with the room's sound now.</summary>
    public static IEnumerable<Observation> Of(RoomView view)
    {
        foreach (var facts in view.Facts)
        {
            var subject = new ProblemSubject(view.Map.Room.Id, facts.Camera, null);
            if (facts.Sound.IsMissing)
                yield return new(
                    NotSent,
                    subject,
                    Severity.Warning,
                    ProblemRules.Named(
                        facts.Name,
                        new(
                            "The camera announces sound and sends none; the picture is recorded without it. Switch the camera's microphone on, or its audio off.",
                            "摄像机声明有声音但未发送；正在录制无声画面。请启用摄像机麦克风，或关闭其音频。"
                        )
                    )
                );
            if (facts.Sound.State == AudioState.Silent)
                yield return new(
                    Prefix + "silent",
                    subject,
                    Severity.Warning,
                    ProblemRules.Named(
                        facts.Name,
                        new(
                            "No sound for 5 minutes, not even the noise of a quiet room: the microphone is dead, muted or unplugged.",
                            "已 5 分钟没有声音，连安静房间的底噪也没有：麦克风损坏、静音或未连接。"
                        )
                    )
                );
            if (facts.Sound.State == AudioState.Clipped)
                yield return new(
                    Prefix + "clipped",
                    subject,
                    Severity.Warning,
                    ProblemRules.Named(
                        facts.Name,
                        new(
                            "The sound is over-driven and hard to understand: lower the microphone's gain.",
                            "声音过载失真，难以听清：请调低麦克风增益。"
                        )
                    )
                );
            if (facts.Sound is { State: not AudioState.Absent, OffsetMs: { } ms } && Math.Abs(ms) >= OffsetMs)
                yield return new(
                    Offset,
                    subject,
                    Severity.Warning,
                    ProblemRules.Named(
                        facts.Name,
                        new(
                            "Sound and picture have drifted apart by more than a second in the recording: restart the camera, and check its clock.",
                            "录像中声音与画面相差超过 1 秒：请重启摄像机并检查其时钟。"
                        )
                    )
                );
        }

        if (view.SoundRequired && view.Facts.Count > 0 && view.Facts.All(f => f.Sound.State == AudioState.Absent))
            yield return new(
                Missing,
                new(view.Map.Room.Id, null, null),
                Severity.Notice,
                new(
                    "No camera of this room sends sound, and exam rooms are to be recorded with sound: switch a microphone on, or set soundRequired: false for a room that needs none.",
                    "本考场没有摄像机提供声音，而考场应同步录音录像：请启用麦克风；若该房间不需要录音，请设置 soundRequired: false。"
                )
            );
    }

    /// <summary>Whether the view can tell that a problem has ended: what is unknown closes nothing.</summary>
    public static bool CanTell(RoomView view, ProblemKey key) =>
        key.Subject.Camera is { } camera
            ? view.Facts.FirstOrDefault(f => f.Camera == camera) is not { } facts
                || (
                    key.Code == NotSent ? facts.Stream.IsRunning
                    : key.Code == Offset ? facts.Sound.OffsetMs is not null
                    : facts.Sound.State != AudioState.Unknown
                )
            : !view.SoundRequired || view.Facts.Any(f => f.Sound.State is not (AudioState.Unknown or AudioState.Absent));
}
