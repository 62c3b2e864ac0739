namespace ExamMonitor.Footage.Tests.Field;

/// <summary>What happens to a camera at a moment of its time line.</summary>
public enum FieldKind
{
    /// <summary>The clock in its sender reports steps by <see cref="FieldEvent.Value"/> s.</summary>
    ReportStep,

    /// <summary>The RTP time of its picture steps by <see cref="FieldEvent.Value"/> s.</summary>
    TimeStep,

    /// <summary>The RTP time stands for <see cref="FieldEvent.Value"/> s.</summary>
    TimeStands,

    /// <summary>The RTP time runs <see cref="FieldEvent.Value"/> times as fast for 8 s.</summary>
    OtherRate,

    /// <summary>No picture is taken for <see cref="FieldEvent.Value"/> s; RTP time runs on.</summary>
    PauseTold,

    /// <summary>No picture is taken for <see cref="FieldEvent.Value"/> s; RTP time stands meanwhile.</summary>
    PauseUntold,

    /// <summary>The network holds everything back for <see cref="FieldEvent.Value"/> s, then it comes at once.</summary>
    Delay,

    /// <summary>No packet of sound is sent for <see cref="FieldEvent.Value"/> s.</summary>
    SoundOff,

    /// <summary>Every twentieth packet is lost for <see cref="FieldEvent.Value"/> s.</summary>
    Loss,

    /// <summary>No key frame is sent for <see cref="FieldEvent.Value"/> s.</summary>
    NoKeyFrame,

    /// <summary>The connection breaks; the camera is back after <see cref="FieldEvent.Value"/> s, with a new RTP time.</summary>
    Reconnect,

    /// <summary>The camera restarts its stream with another size, and is back after <see cref="FieldEvent.Value"/> s.</summary>
    OtherSize,
}

/// <summary>An event of a time line.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="At">Seconds after the start.</param>
/// <param name="Value">Seconds, but for <see cref="FieldKind.OtherRate"/>.</param>
public sealed record FieldEvent(FieldKind Kind, double At, double Value);

/// <summary>What a camera does, from its start to its end.</summary>
/// <param name="Fps">Pictures a second.</param>
/// <param name="Gop">Pictures from key frame to key frame.</param>
/// <param name="RtpStart">Its first RTP time.</param>
/// <param name="Seconds">Length.</param>
/// <param name="Jitter">Longest that the network delays a picture, seconds.</param>
/// <param name="Sound">Whether sound is announced.</param>
/// <param name="Events">In their order, at least ten seconds apart.</param>
public sealed record FieldTimeLine(
    int Fps,
    int Gop,
    uint RtpStart,
    int Seconds,
    double Jitter,
    bool Sound,
    IReadOnlyList<FieldEvent> Events
);
