using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>What was seen of a child of ours, and of its camera, when a session ended. Immutable.</summary>
/// <param name="Address">Camera's address, without credentials.</param>
/// <param name="Lines">Last lines that the child wrote to standard error.</param>
/// <param name="ExitCode">Its exit code, 128 + n after signal n (Linux); null while it was not known to have ended.</param>
internal sealed record ChildEnding(Uri Address, IReadOnlyList<string> Lines, int? ExitCode)
{
    private const int FirstSignal = 128;
    private const int LastSignal = FirstSignal + 64;

    /// <summary>How long nothing had come when we ended the child; null when it ended by itself.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>
    /// Whether, asked to stop after that silence, it ended by itself. One that does not is stuck, and says nothing about its camera.
    /// </summary>
    public bool Answered { get; init; } = true;

    /// <summary>Whether footage of this session had come before.</summary>
    public bool Began { get; init; }

    /// <summary>Whether fragments without video came until a moment ago.</summary>
    public bool SoundAlone { get; init; }

    /// <summary>What the relay saw of the camera; null without one.</summary>
    public Rtsp.RelayView? Seen { get; init; }

    /// <summary>How long the camera had been asked to play.</summary>
    public TimeSpan Played { get; init; }

    /// <summary>The one rule from what was seen to the cause of the gap. Pure.</summary>
    /// <remarks>
    /// What the child did comes before what it said: a child that hung or was ended by a signal is our own loss, whatever its last lines
    /// blame. Where there are no signals (Windows), a crash shows as a negative code, and a hang cannot be told from silence.
    /// </remarks>
    public StreamFailure Explain() =>
        this switch
        {
            { Silence: not null, Answered: false } => Stuck(Address.Authority),
            _ when Certain() is { } certain => certain,
            { Silence: not null, SoundAlone: true } => StreamFailure.NoPicture(Address.Authority, Silence.Value),
            { Silence: not null, Began: true } => StreamFailure.Silent(Address.Authority, Silence.Value),
            { Silence: not null } => StreamFailure.Explain([.. Lines, "timed out"], Address),
            { ExitCode: > FirstSignal and <= LastSignal } => Killed(
                FormattableString.Invariant($"signal {ExitCode - FirstSignal}"),
                FormattableString.Invariant($"信号 {ExitCode - FirstSignal}")
            ),
            { ExitCode: < 0 } => Killed(
                FormattableString.Invariant($"code 0x{ExitCode:x8}"),
                FormattableString.Invariant($"代码 0x{ExitCode:x8}")
            ),
            _ when Lines.Any(l => l.Contains("received signal", StringComparison.Ordinal)) => Killed(
                "another program that asked it to stop",
                "其他程序要求其停止"
            ),
            _ => StreamFailure.Explain(Lines, Address),
        };

    /// <summary>
    /// What is known for certain of the camera; null when that is nothing. A child that was ended from outside says nothing about it.
    /// </summary>
    private StreamFailure? Certain() =>
        this switch
        {
            { ExitCode: > FirstSignal and <= LastSignal } or { ExitCode: < 0 } => null,
            _ when Lines.Any(l => l.Contains("received signal", StringComparison.Ordinal)) && Silence is null => null,
            { Seen.Refused: { } status } => StreamFailure.OfStatus(status, Address),
            { Seen.Garbage: true } => StreamFailure.NoRtsp(Host),
            { Seen.Closed: true } => StreamFailure.Broke(Host),
            { Seen: { Playing: true, SawKeyFrame: false, VideoPackets: > 0 } } => StreamFailure.NoKeyFrame(Host),
            { Seen: { Playing: true, VideoPackets: 0, SoundPackets: > 0 } } => StreamFailure.NoPicture(Host, Played),
            { Seen: { Playing: true, VideoPackets: 0 }, Silence: not null } => StreamFailure.NothingSent(Host),
            { Seen.Playing: true, Silence: not null, Began: false } => StreamFailure.Unreadable(Host),
            { Seen.Playing: false, Silence: not null } => StreamFailure.NoAnswer(Host),
            _ => null,
        };

    private string Host => StreamFailure.HostOf(Address);

    private static StreamFailure Stuck(string host) =>
        new(
            GapCause.Agent,
            new(
                $"The program that records {host} (ffmpeg) hung and did not stop when asked; it was ended and is started again. Look at this computer's load, memory and disk.",
                $"录制 {host} 的程序 (ffmpeg) 无响应且未按要求停止；已将其结束并重新启动。请检查本机负载、内存和磁盘。"
            )
        );

    private static StreamFailure Killed(string by, string chinese) =>
        new(
            GapCause.Agent,
            new(
                $"The program that records the camera (ffmpeg) was ended from outside or crashed ({by}); it is started again. Look at this computer's memory and system log.",
                $"录制摄像机的程序 (ffmpeg) 被外部结束或崩溃（{chinese}）；正在重新启动。请检查本机内存和系统日志。"
            )
        );
}
