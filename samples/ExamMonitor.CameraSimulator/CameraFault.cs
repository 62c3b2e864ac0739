using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.CameraSimulator;

/// <summary>What can go wrong with a simulated camera. Kinds that differ add up; <see cref="Ok"/> ends them all.</summary>
public enum CameraFaultKind
{
    /// <summary>Everything right again: the configured clips, no fault.</summary>
    Ok,

    /// <summary>Plays <see cref="CameraFault.Clip"/> from the next key frame on, looped. RTP time and sequence numbers run on.</summary>
    Play,

    /// <summary>Connections stay open and requests are answered, but no media and no RTCP is sent.</summary>
    Stall,

    /// <summary>Accepts connections but answers nothing, and sends no media.</summary>
    Hang,

    /// <summary>
    /// Ends every connection once: with BYE and close, or with a TCP reset if <see cref="CameraFault.Reset"/>. New ones are accepted.
    /// </summary>
    Drop,

    /// <summary>Answers every request with <see cref="CameraFault.Status"/> (503 unless given), and ends every connection once.</summary>
    Refuse,

    /// <summary>
    /// The listener is closed and every connection reset. On a port shared with other cameras, a connection that asks for this camera is
    /// reset.
    /// </summary>
    Unreachable,

    /// <summary>Media and RTCP arrive <see cref="CameraFault.Milliseconds"/> late (0 to 60 000).</summary>
    Lag,

    /// <summary>
    /// Each UDP packet is held for up to <see cref="CameraFault.Milliseconds"/> (0 to 5 000), so packets overtake one another. Without
    /// effect over TCP.
    /// </summary>
    Jitter,

    /// <summary><see cref="CameraFault.Percent"/> of the UDP packets are lost. Without effect over TCP.</summary>
    Loss,

    /// <summary>
    /// The camera's clock, as its sender reports tell it, is <see cref="CameraFault.Milliseconds"/> off (positive: ahead).
    /// </summary>
    Clock,

    /// <summary>No sender reports are sent.</summary>
    NoSenderReports,

    /// <summary>Every password is wrong: 401 to all, and every connection is ended once.</summary>
    WrongPassword,

    /// <summary>One byte of the payload of <see cref="CameraFault.Percent"/> of the media packets is changed.</summary>
    Corrupt,

    /// <summary>
    /// The session description declares <see cref="CameraFault.FramesPerSecond"/> and <see cref="CameraFault.KilobitsPerSecond"/>, whatever
    /// is sent.
    /// </summary>
    Declare,

    /// <summary>A client that starts to play gets pictures at once, from the middle of a group of pictures.</summary>
    MidGroup,

    /// <summary>Each client is cut off <see cref="CameraFault.Seconds"/> (1 to 86 400) after it started to play, every time.</summary>
    Restart,

    /// <summary>The sound is announced and set up, and no packet of it is sent.</summary>
    NoSound,

    /// <summary>The RTP time of every track is <see cref="CameraFault.Milliseconds"/> off; the sender reports are not.</summary>
    TimeJump,

    /// <summary>The RTP time of the picture stands at 0.</summary>
    TimeStands,

    /// <summary>No key frame is sent; everything between them is.</summary>
    NoKeyFrame,

    /// <summary>
    /// One packet in every <see cref="CameraFault.Percent"/> per hundred is not sent, over TCP as well; its sequence number is used up.
    /// </summary>
    Holes,

    /// <summary>Asks for the password in clear: the only challenge is <c>Basic</c>.</summary>
    Basic,

    /// <summary>Answers DESCRIBE with 302 and <see cref="CameraFault.Address"/>.</summary>
    Redirect,

    /// <summary>Answers every request with what is no RTSP.</summary>
    Garbage,
}

/// <summary>One fault, as posted to the control endpoint or given in-process.</summary>
public sealed record CameraFault
{
    /// <summary>What goes wrong.</summary>
    public required CameraFaultKind Kind { get; init; }

    /// <summary>A clip's file name, for <see cref="CameraFaultKind.Play"/>; relative to the clip folder.</summary>
    public string? Clip { get; init; }

    /// <summary>Where a redirect leads, for <see cref="CameraFaultKind.Redirect"/>.</summary>
    public Uri? Address { get; init; }

    /// <summary>Milliseconds, for kinds that name them.</summary>
    public double Milliseconds { get; init; }

    /// <summary>0 to 100, for kinds that name it.</summary>
    [Range(0, 100)]
    public double Percent { get; init; }

    /// <summary>Seconds, for kinds that name them.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether a drop is a TCP reset.</summary>
    public bool Reset { get; init; }

    /// <summary>RTSP status of a refusal: 400 to 599, or 0 for 503.</summary>
    public int Status { get; init; }

    /// <summary>Declared frames per second, or null for none.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>Declared kbit/s, or null for none.</summary>
    public int? KilobitsPerSecond { get; init; }

    /// <summary>A fault that needs nothing but its kind.</summary>
    public static CameraFault Of(CameraFaultKind kind) => new() { Kind = kind };

    /// <summary>Plays another clip.</summary>
    public static CameraFault Play(string clip) => new() { Kind = CameraFaultKind.Play, Clip = clip };

    /// <summary>What is wrong with this fault, or null.</summary>
    internal string? Complaint() =>
        Kind switch
        {
            CameraFaultKind.Play when string.IsNullOrWhiteSpace(Clip) => "clip: name the file to play",
            CameraFaultKind.Lag when Milliseconds is not (>= 0 and <= 60_000) => "milliseconds: expected 0 to 60000",
            CameraFaultKind.Jitter when Milliseconds is not (>= 0 and <= 5_000) => "milliseconds: expected 0 to 5000",
            CameraFaultKind.Redirect when Address is null => "address: name where it leads",
            CameraFaultKind.Clock or CameraFaultKind.TimeJump when Math.Abs(Milliseconds) is not <= 1e12 =>
                "milliseconds: expected at most 1e12 either way",
            CameraFaultKind.Loss or CameraFaultKind.Corrupt or CameraFaultKind.Holes when Percent is not (>= 0 and <= 100) =>
                "percent: expected 0 to 100",
            CameraFaultKind.Refuse when Status is not (0 or (>= 400 and <= 599)) => "status: expected 400 to 599",
            CameraFaultKind.Restart when Seconds is not (>= 1 and <= 86_400) => "seconds: expected 1 to 86400",
            CameraFaultKind.Declare
                when FramesPerSecond is not (null or (> 0 and <= 1000)) || KilobitsPerSecond is not (null or (> 0 and <= 1_000_000)) =>
                "framesPerSecond: expected above 0 and up to 1000; kilobitsPerSecond: 1 to 1000000",
            _ => null,
        };
}

/// <summary>What a simulated camera is doing, as GET /cameras tells it.</summary>
/// <param name="Id">The camera.</param>
/// <param name="Address">RTSP address of the main stream, without credentials.</param>
/// <param name="SubAddress">RTSP address of the sub-stream; null if it has none.</param>
/// <param name="Clip">File name of the clip that plays in the main stream.</param>
/// <param name="Faults">The faults in force, empty if there are none.</param>
/// <param name="Clients">Clients that play, all streams.</param>
/// <param name="Connections">Open RTSP connections.</param>
/// <param name="SentBytes">RTP and RTCP bytes handed to the network since the start, all clients.</param>
/// <param name="DroppedFrames">Frames not sent to a client because it did not read fast enough.</param>
public sealed record CameraState(
    string Id,
    Uri Address,
    Uri? SubAddress,
    string Clip,
    IReadOnlyList<CameraFault> Faults,
    int Clients,
    int Connections,
    long SentBytes,
    long DroppedFrames
);
