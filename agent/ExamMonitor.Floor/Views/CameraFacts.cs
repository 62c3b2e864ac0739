using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Floor.Views;

/// <summary>What the measuring process says of one camera.</summary>
/// <param name="AtUtc">Arrival of the picture it speaks of.</param>
/// <param name="Health">Settled conditions; ok alone when there is none.</param>
/// <param name="Text">Why it is not ok, for a person; null when it is.</param>
/// <param name="Displacement">Null while unknown.</param>
/// <param name="Sharpness">Relative to the reference; null while unknown.</param>
/// <param name="LumaMean">[0, 255]; null while unknown.</param>
/// <param name="ClippedShare">[0, 1]; null while unknown.</param>
/// <param name="Stations">What it says of each station that it may see.</param>
/// <param name="IsSettled">Whether it was judged long enough for silence to mean that nothing is wrong; a condition that is named counts at
/// once.</param>
internal sealed record CameraMeasurement(
    DateTimeOffset AtUtc,
    IReadOnlyList<CameraHealth> Health,
    LocalText? Text,
    Displacement? Displacement,
    double? Sharpness,
    double? LumaMean,
    double? ClippedShare,
    IReadOnlyDictionary<StationId, StationByCamera> Stations,
    bool IsSettled = true
)
{
    /// <summary>
    /// Homography from the commissioned picture to the present one, at the map's picture size, while the camera has moved by so little that
    /// its stations are judged where they lie now; null otherwise.
    /// </summary>
    public IReadOnlyList<double>? JudgedAt { get; init; }

    /// <summary>Part of the day whose picture light is compared with; null for the commissioned picture.</summary>
    public string? Reference { get; init; }
}

/// <summary>What is known of a camera's stream.</summary>
/// <param name="IsRunning">Whether fragments arrive.</param>
/// <param name="RunningSince">Start of the run; null while there is none.</param>
/// <param name="LastFragmentAt">Arrival of the newest fragment, UTC; null before the first.</param>
/// <param name="Stream">Null before the first probe.</param>
/// <param name="BitRateKbps">Null while nothing arrives.</param>
/// <param name="FramesPerSecond">Null while nothing arrives.</param>
/// <param name="ClockOffsetMs">Null while unknown.</param>
/// <param name="Failure">Why it does not run; null when it does.</param>
/// <param name="FailureCause">Cause of the same.</param>
/// <param name="PictureFailure">Why pictures are missing although the stream runs; null when they are not.</param>
internal sealed record SignalFacts(
    bool IsRunning,
    DateTimeOffset? RunningSince,
    DateTimeOffset? LastFragmentAt,
    StreamInfo? Stream,
    double? BitRateKbps,
    double? FramesPerSecond,
    double? ClockOffsetMs,
    LocalText? Failure,
    GapCause? FailureCause,
    LocalText? PictureFailure
)
{
    /// <summary>Whether the camera rests because no session needs it.</summary>
    public bool IsOff { get; init; }

    /// <summary>Share of the picture's packets that never came, over the last 10 s, [0, 1].</summary>
    public double LossShare { get; init; }

    /// <summary>Whether the time stamps of its pictures stand still.</summary>
    public bool TimeStands { get; init; }

    /// <summary>Size of a step of the camera's clock within the last ten minutes, ms; null while there was none.</summary>
    public double? ClockStepMs { get; init; }

    /// <summary>What the camera is judged from; null before the first fragment.</summary>
    public LocalText? JudgedFrom { get; init; }

    /// <summary>Before anything is known.</summary>
    public static SignalFacts None { get; } = new(false, null, null, null, null, null, null, null, null, null);
}

/// <summary>What is known of a camera's recording.</summary>
/// <param name="IsRecording">Whether fragments are being written.</param>
/// <param name="Since">When that last changed, UTC.</param>
/// <param name="Cause">Cause of the open gap; null while recording.</param>
/// <param name="Detail">The same for a person.</param>
internal sealed record RecordingFacts(bool IsRecording, DateTimeOffset Since, GapCause? Cause, LocalText? Detail)
{
    /// <summary>Whether pictures of the newest fragment are broken: packets were lost, or a picture could not be decoded.</summary>
    public bool IsBroken { get; init; }
}

/// <summary>What is known of a camera's sound.</summary>
/// <param name="State">Unknown before the first segment was measured.</param>
/// <param name="OffsetMs">Audio track behind the video track, ms; null without one.</param>
internal sealed record SoundFacts(AudioState State, double? OffsetMs)
{
    /// <summary>Whether the camera announces sound and sends none.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Before anything is known.</summary>
    public static SoundFacts None { get; } = new(AudioState.Unknown, null);
}

/// <summary>Everything that is known of a camera at one moment.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="Name">For people.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Recording">Its recording.</param>
/// <param name="Verdict">Newest verdict; null before the first.</param>
internal sealed record CameraFacts(CameraId Camera, string Name, SignalFacts Stream, RecordingFacts Recording, CameraMeasurement? Verdict)
{
    /// <summary>Its sound.</summary>
    public SoundFacts Sound { get; init; } = SoundFacts.None;
}
