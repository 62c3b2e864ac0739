using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>A run has begun: its initialization segment is known and the first fragment follows.</summary>
/// <param name="Source">Camera.</param>
/// <param name="Initialization"><c>ftyp</c> + <c>moov</c>.</param>
/// <param name="Stream">What the stream is.</param>
/// <param name="StartedAtUtc">UTC, from the run's wall offset.</param>
public sealed record RunStart(CameraSource Source, InitializationSegment Initialization, StreamInfo Stream, DateTimeOffset StartedAtUtc)
{
    /// <summary>
    /// When the camera was asked for the session, UTC, by the run's clock: no picture of the run is older. Null when the clock was set
    /// since.
    /// </summary>
    public DateTimeOffset? ConnectedAtUtc { get; init; }
}

/// <summary>A fragment with its arrival.</summary>
/// <param name="Fragment">Media.</param>
/// <param name="ArrivedAtUtc">When its last byte arrived: monotonic clock plus the one wall offset of the run; never goes backward inside a
/// run.</param>
/// <param name="FirstFrameAtUtc">When its first frame arrived: the end of the fragment before it, or <paramref name="ArrivedAtUtc"/> less
/// the duration for the first of a run.</param>
public sealed record CapturedFragment(Fragment Fragment, DateTimeOffset ArrivedAtUtc, DateTimeOffset FirstFrameAtUtc)
{
    /// <summary>
    /// When the camera had sent all of it, as far as that is known: the arrival without the time that ffmpeg kept it. Not after
    /// <see cref="ArrivedAtUtc"/>. What it lies by in wall time.
    /// </summary>
    public DateTimeOffset SentByUtc { get; init; } = ArrivedAtUtc;

    /// <summary>
    /// Whether pictures in it are broken: packets were lost since the last whole key frame, or a picture could not be decoded.
    /// </summary>
    public bool IsBroken { get; init; }
}

/// <summary>A run has ended, or an attempt failed before one began.</summary>
/// <param name="Cause">For the gap that follows.</param>
/// <param name="Text">What happened and how to mend it; carries no credentials.</param>
/// <param name="AtUtc">UTC.</param>
public sealed record RunEnd(GapCause Cause, LocalText Text, DateTimeOffset AtUtc);

/// <summary>
/// Takes what a camera delivers. Calls for one camera come one after another, except <see cref="Picture"/>, which comes from a thread of
/// its own.
/// </summary>
public interface ICameraSink
{
    /// <summary>Before the first fragment of a run. An exception ends the run with cause <see cref="GapCause.Disk"/>.</summary>
    ValueTask RunStartedAsync(RunStart run, CancellationToken cancellationToken);

    /// <summary>
    /// Every fragment in order, on the thread that reads the stream: it is taken or given up at once. Whoever writes to a disk has a
    /// bounded queue of its own. An exception ends the run with cause <see cref="GapCause.Disk"/>.
    /// </summary>
    ValueTask FragmentAsync(CapturedFragment fragment, CancellationToken cancellationToken);

    /// <summary>A picture for analysis; the sink owns it and disposes it. Must return at once; must not throw.</summary>
    void Picture(AnalysisPicture picture);

    /// <summary>
    /// After the last fragment of a run, once for every <see cref="RunStartedAsync"/>; also on an orderly stop (then the token is not
    /// cancelled, and the call must end in a few seconds).
    /// </summary>
    ValueTask RunEndedAsync(RunEnd end, CancellationToken cancellationToken);

    /// <summary>An attempt failed before a run began: the open gap's cause may now be known better. Called for each attempt.</summary>
    ValueTask AttemptFailedAsync(RunEnd failure, CancellationToken cancellationToken);
}
