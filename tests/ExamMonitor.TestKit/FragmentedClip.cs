using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ExamMonitor.TestKit;

/// <summary>Fragmented MP4 as ffmpeg writes it to a pipe for the agent, made once per test process and shape.</summary>
/// <param name="Seconds">Length.</param>
/// <param name="Fps">Frames per second.</param>
/// <param name="Gop">Frames between key frames.</param>
/// <param name="Audio">Whether a tone is added.</param>
/// <param name="Hevc">H.265 instead of H.264.</param>
/// <param name="BFrames">Frames between references.</param>
/// <param name="Size">Picture size.</param>
/// <param name="FragmentSeconds">Longest fragment, as the agent asks for when key frames are far apart; 0 for one a group.</param>
/// <param name="HoleFrom">Second from which no picture comes: what a muxer makes of lost packets.</param>
/// <param name="HoleTo">Second at which pictures come again; 0 for no hole.</param>
public sealed record FragmentedClip(
    int Seconds = 6,
    int Fps = 25,
    int Gop = 25,
    bool Audio = true,
    bool Hevc = false,
    int BFrames = 0,
    string Size = "320x180",
    int FragmentSeconds = 0,
    int HoleFrom = 0,
    int HoleTo = 0
)
{
    private static readonly ConcurrentDictionary<FragmentedClip, Lazy<Task<byte[]>>> Made = new();

    /// <summary>The bytes; a copy, which a test may spoil.</summary>
    public async Task<byte[]> BytesAsync() =>
        [.. await Made.GetOrAdd(this, clip => new(() => clip.MakeAsync())).Value.ConfigureAwait(false)];

    private async Task<byte[]> MakeAsync()
    {
        string[] audio = Audio ? ["-f", "lavfi", "-t", Text(Seconds), "-i", "sine=f=440:r=48000", "-c:a", "aac"] : [];
        string[] video = Hevc
            ?
            [
                "-c:v",
                "libx265",
                "-x265-params",
                $"keyint={Gop}:min-keyint={Gop}:scenecut=0:bframes={BFrames}:log-level=error",
                "-preset",
                "ultrafast",
                "-tag:v",
                "hvc1",
            ]
            :
            [
                "-c:v",
                "libx264",
                "-g",
                Text(Gop),
                "-keyint_min",
                Text(Gop),
                "-sc_threshold",
                "0",
                "-bf",
                Text(BFrames),
                "-preset",
                "ultrafast",
            ];
        string[] arguments =
        [
            "-v",
            "error",
            "-nostdin",
            "-f",
            "lavfi",
            "-t",
            Text(Seconds),
            "-i",
            $"testsrc2=s={Size}:r={Fps}",
            .. audio,
            .. video,
            "-pix_fmt",
            "yuv420p",
            .. HoleTo > 0 ? new[] { "-vf", $"select=lt(t\\,{HoleFrom})+gte(t\\,{HoleTo})", "-fps_mode", "passthrough" } : [],
            "-map",
            "0:v",
            .. Audio ? new[] { "-map", "1:a" } : [],
            "-movflags",
            "+frag_keyframe+empty_moov+default_base_moof",
            .. FragmentSeconds > 0 ? new[] { "-frag_duration", Text(FragmentSeconds * 1_000_000) } : [],
            "-f",
            "mp4",
            "pipe:1",
        ];
        using var process = Process.Start(
            new ProcessStartInfo("ffmpeg", arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        using var bytes = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(bytes).ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0
            ? bytes.ToArray()
            : throw new InvalidOperationException($"ffmpeg failed: {await errors.ConfigureAwait(false)}");
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
