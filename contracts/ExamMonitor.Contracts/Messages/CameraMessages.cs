using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Messages;

/// <summary>A condition of a camera's picture. The words of <c>audit</c> and MQTT alike.</summary>
public enum CameraHealth
{
    /// <summary>Nothing is wrong; never beside another condition.</summary>
    Ok,

    /// <summary>The view differs from the commissioned reference.</summary>
    Moved,

    /// <summary>Something covers the lens, wholly or in part.</summary>
    Covered,

    /// <summary>Out of focus.</summary>
    Defocused,

    /// <summary>Too dark to see.</summary>
    Dark,

    /// <summary>Too bright to see.</summary>
    Overexposed,

    /// <summary>The picture stands still, or repeats.</summary>
    Frozen,

    /// <summary>Noise drowns the picture.</summary>
    Noisy,

    /// <summary>Colours are wrong.</summary>
    ColourCast,

    /// <summary>No picture arrives.</summary>
    SignalLost,
}

/// <summary>What is known of a camera's sound.</summary>
public enum AudioState
{
    /// <summary>Not measured, or not for long enough.</summary>
    Unknown,

    /// <summary>The stream has no audio track, or one on which nothing comes.</summary>
    Absent,

    /// <summary>Sound is heard.</summary>
    Present,

    /// <summary>A track without sound for five minutes, not even the noise of a quiet room.</summary>
    Silent,

    /// <summary>Over-driven.</summary>
    Clipped,
}

/// <summary>What the stream is.</summary>
/// <param name="VideoCodec">Such as <c>h264</c>, <c>hevc</c>.</param>
/// <param name="Width">Recorded width, px.</param>
/// <param name="Height">Recorded height, px.</param>
/// <param name="AudioCodec">As sent by the camera, such as <c>aac</c>, <c>pcm_alaw</c>; null without audio.</param>
/// <param name="AudioTranscoded">Whether audio was turned into AAC because MP4 cannot carry it.</param>
public sealed record StreamInfo(string VideoCodec, int Width, int Height, string? AudioCodec, bool AudioTranscoded);

/// <summary>How far the view has moved from the reference.</summary>
/// <param name="Pixels">At the recorded size, px, ≥ 0.</param>
/// <param name="Degrees">Turn of the camera, degrees, ≥ 0.</param>
public sealed record Displacement(double Pixels, double Degrees);

/// <summary><c>rooms/{room}/cameras/{camera}/status</c>, retained.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Health">Every settled condition; <see cref="CameraHealth.Ok"/> alone when there is none; empty while nothing was
/// measured.</param>
/// <param name="Since">When <paramref name="Health"/> last changed, UTC.</param>
/// <param name="Text">Why it is not ok, for a person; null when it is.</param>
/// <param name="Stream">What the stream is; null before the first probe.</param>
/// <param name="Displacement">Null while unknown.</param>
/// <param name="Sharpness">Relative to the reference, 1 = as commissioned; null while unknown.</param>
/// <param name="LumaMean">Mean luma of the picture, [0, 255]; null while unknown.</param>
/// <param name="ClippedShare">Share of burnt-out pixels, [0, 1]; null while unknown.</param>
/// <param name="BitRateKbps">Measured over the last fragments, kbit/s; null while nothing arrives.</param>
/// <param name="FramesPerSecond">Measured, not declared; null while nothing arrives.</param>
/// <param name="LastFrameAt">Arrival of the newest fragment, UTC; null before the first.</param>
/// <param name="ClockOffsetMs">Camera clock minus ours, ms; null while unknown.</param>
/// <param name="Audio">Sound.</param>
/// <param name="AudioOffsetMs">End of the audio track behind the end of the video track on their common timeline, ms; null while unknown.
/// Says nothing of lips and voice.</param>
/// <param name="JudgedFrom">What the camera is judged from, key frames or pictures between them too, and what cannot be told from it; null
/// before the first fragment.</param>
public sealed record CameraStatus(
    string Schema,
    DateTimeOffset Ts,
    long Seq,
    RoomId Room,
    CameraId Camera,
    IReadOnlyList<CameraHealth> Health,
    DateTimeOffset Since,
    LocalText? Text,
    StreamInfo? Stream,
    Displacement? Displacement,
    double? Sharpness,
    double? LumaMean,
    double? ClippedShare,
    double? BitRateKbps,
    double? FramesPerSecond,
    DateTimeOffset? LastFrameAt,
    double? ClockOffsetMs,
    AudioState Audio,
    double? AudioOffsetMs,
    LocalText? JudgedFrom = null
) : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/camera-status/1";

    /// <summary>Share of the picture's packets that never came, over the last 10 s, [0, 1]; null while none was lost.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LossShare { get; init; }

    /// <summary>Whether pictures of the newest fragment are broken; null while they are whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsPictureBroken { get; init; }

    /// <summary>
    /// Size of a step of the camera's clock within the last ten minutes, ms, forward positive; null while there was none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ClockStepMs { get; init; }
}
