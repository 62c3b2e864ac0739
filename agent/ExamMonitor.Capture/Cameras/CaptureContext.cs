using ExamMonitor.Capture.Rtsp;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Capture;

/// <summary>What every camera's capture shares.</summary>
/// <param name="Tools">ffmpeg.</param>
/// <param name="Options">Settings.</param>
/// <param name="Time">Clock.</param>
/// <param name="Log">Log; never sees an address with credentials.</param>
public sealed record CaptureContext(FfmpegTools Tools, CaptureOptions Options, TimeProvider Time, ILogger Log)
{
    /// <summary>When relays go on.</summary>
    internal MediaTick Tick { get; } = new(Time);
}
