using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Capture;

/// <summary>What a camera's capture is doing.</summary>
public enum CaptureState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped,

    /// <summary>Asking the camera what it sends, or waiting for its first fragment.</summary>
    Connecting,

    /// <summary>Fragments arrive.</summary>
    Running,

    /// <summary>An attempt failed; waits for the next one.</summary>
    Waiting,
}

/// <summary>A step of a camera's clock. It moves no footage: wall time comes from arrivals.</summary>
/// <param name="AtUtc">When it was seen.</param>
/// <param name="Milliseconds">Forward is positive.</param>
public sealed record CameraClockStep(DateTimeOffset AtUtc, double Milliseconds);

/// <summary>Which stream a camera is judged from.</summary>
public enum PictureBasis
{
    /// <summary>The recorded stream.</summary>
    Recorded,

    /// <summary>The sub-stream.</summary>
    SubStream,
}

/// <summary>What a camera is judged from.</summary>
/// <param name="Basis">Stream.</param>
/// <param name="KeyFrameSeconds">Seconds between key frames, rounded; null while unknown.</param>
/// <param name="BetweenToo">Whether pictures between key frames are judged, because key frames are rare.</param>
public sealed record JudgedFrom(PictureBasis Basis, double? KeyFrameSeconds, bool BetweenToo)
{
    /// <summary>As a sentence.</summary>
    public LocalText Text =>
        new(
            $"Judged from {(Basis == PictureBasis.SubStream ? "the sub-stream" : "the recorded stream")}: "
                + (
                    BetweenToo
                        ? FormattableString.Invariant(
                            $"a picture a second, since key frames are {KeyFrameSeconds:0} s apart. Whether it stands still is sure at key frames alone."
                        )
                    : KeyFrameSeconds is { } s ? FormattableString.Invariant($"its key frames, {s:0} s apart.")
                    : "its key frames."
                ),
            $"判断依据：{(Basis == PictureBasis.SubStream ? "子码流" : "录像码流")}，"
                + (
                    BetweenToo
                        ? FormattableString.Invariant($"关键帧间隔 {KeyFrameSeconds:0} 秒，因此每秒取一帧；画面是否静止以关键帧为准。")
                    : KeyFrameSeconds is { } t ? FormattableString.Invariant($"关键帧，间隔 {t:0} 秒。")
                    : "关键帧。"
                )
        );
}

/// <summary>A snapshot of one camera; cheap to take, immutable.</summary>
public sealed record CameraVitals
{
    /// <summary>Now.</summary>
    public CaptureState State { get; init; }

    /// <summary>When <see cref="State"/> last changed, UTC.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>What the stream is; null before the first successful probe.</summary>
    public StreamInfo? Stream { get; init; }

    /// <summary>Measured over the last fragments (up to 10 s), kbit/s; null while nothing arrives.</summary>
    public double? BitRateKbps { get; init; }

    /// <summary>Measured over the last fragments (up to 10 s); null while nothing arrives.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>Arrival of the newest fragment, UTC; null before the first.</summary>
    public DateTimeOffset? LastFrameAtUtc { get; init; }

    /// <summary>Arrival of the newest picture, UTC; null before the first.</summary>
    public DateTimeOffset? LastPictureAtUtc { get; init; }

    /// <summary>
    /// Camera clock minus ours, ms: from the camera's RTCP sender reports, transport delay included (some 10 to 100 ms too low). Null while
    /// the camera sends none.
    /// </summary>
    public double? ClockOffsetMs { get; init; }

    /// <summary>
    /// End of the audio track behind the end of the video track in the newest fragments, ms: whether both advance together. Null without an
    /// audio track.
    /// </summary>
    public double? AudioOffsetMs { get; init; }

    /// <summary>Whether the camera announced an audio track on which nothing comes.</summary>
    public bool AudioStopped { get; init; }

    /// <summary>Runs that began since start.</summary>
    public long Runs { get; init; }

    /// <summary>Attempts that failed in a row; 0 while running.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>Why it does not run, or why pictures are missing; null when all is well.</summary>
    public RunEnd? Failure { get; init; }

    /// <summary>Why pictures do not come from the sub-stream; null when they do, or none is configured.</summary>
    public LocalText? AnalysisFailure { get; init; }

    /// <summary>RTP packets of the picture that never came, since start.</summary>
    public long PacketsLost { get; init; }

    /// <summary>Share of the picture's packets that never came, over the last 10 s, [0, 1].</summary>
    public double LossShare { get; init; }

    /// <summary>Errors that the decoder of key frames met since start.</summary>
    public long DecodeErrors { get; init; }

    /// <summary>
    /// Since when pictures are broken: something was lost, and no whole key frame has come since. Null while they are whole.
    /// </summary>
    public DateTimeOffset? BrokenSinceUtc { get; init; }

    /// <summary>The newest step of the camera's clock; null while there was none.</summary>
    public CameraClockStep? ClockStep { get; init; }

    /// <summary>Steps of the camera's clock since start.</summary>
    public long ClockSteps { get; init; }

    /// <summary>Whether the time stamps of its pictures stand still: they lie by their arrival.</summary>
    public bool TimeStands { get; init; }

    /// <summary>What the camera is judged from; null before the first fragment.</summary>
    public JudgedFrom? JudgedFrom { get; init; }

    /// <summary>Pictures dropped since start because nobody took them in time.</summary>
    public long PicturesDropped { get; init; }
}
