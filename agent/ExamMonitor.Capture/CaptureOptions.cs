using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.Capture;

/// <summary>Settings of capture, the same for all cameras.</summary>
public sealed class CaptureOptions
{
    /// <summary>Path of ffmpeg; null looks on PATH.</summary>
    public string? FfmpegPath { get; init; }

    /// <summary>Path of ffprobe; null looks beside ffmpeg, then on PATH.</summary>
    public string? FfprobePath { get; init; }

    /// <summary>Time without a byte after which a stream counts as dead. Default 8 s, range 2 s to 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:02:00")]
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Time for connecting, asking and the first fragment. Default 25 s (a key frame may be 10 s away), range 5 s to 2 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:02:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Longest wait between two attempts, before jitter of ±25 %. Default 1 s, range 200 ms to 1 min. A camera that refuses the password is
    /// asked less often: see <see cref="RefusedRetryDelay"/>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "00:01:00")]
    public TimeSpan MaximumRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Wait after a refused password, since cameras lock an account after a few. Default 30 s, range 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RefusedRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest fragment; key frames that are further apart are split, so that a power cut costs no more and a live picture is no older.
    /// Default 1 s, range 0.5 s to 5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:00:05")]
    public TimeSpan MaximumFragment { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A failure that repeats is logged once per this interval, with its count. Default 1 min, range 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RepeatedFailureInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Folder for local pipes (Linux), readable by our user alone; null makes one under the runtime or temporary folder.</summary>
    public string? PipeFolder { get; init; }
}
