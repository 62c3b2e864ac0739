using System.Collections.Concurrent;
using System.Diagnostics;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Small clips made by ffmpeg, once per test run.</summary>
public sealed class Clips : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ConcurrentDictionary<string, Lazy<string>> _made = new(StringComparer.Ordinal);

    /// <summary>H.264 + AAC, 640×480, 25 frames/s, key frame each second, 30 s.</summary>
    public string Normal => Make("normal.mp4", "-g 25", 30);

    /// <summary>Key frames 6 s apart, as smart codecs make.</summary>
    public string LongGop => Make("long.mp4", "-g 150 -keyint_min 150", 30);

    /// <summary>H.265.</summary>
    public string Hevc => Make("hevc.mp4", "-g 25", 15, "libx265 -x265-params log-level=none:keyint=25:bframes=0");

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs a tool; throws when it fails.</summary>
    public static async Task<string> RunAsync(string tool, params string[] arguments)
    {
        var info = new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{tool} {string.Join(' ', arguments)}: {await errors}");
        return text.Trim() + (await errors).Trim();
    }

    private string Make(
        string name,
        string options,
        int seconds,
        string codec = "libx264 -preset ultrafast -tune zerolatency -bf 0 -sc_threshold 0"
    ) =>
        _made
            .GetOrAdd(
                name,
                _ => new Lazy<string>(() =>
                {
                    string[] words =
                    [
                        "-v",
                        "error",
                        "-y",
                        "-f",
                        "lavfi",
                        "-i",
                        $"testsrc2=s=640x480:r=25:d={seconds}",
                        "-f",
                        "lavfi",
                        "-i",
                        $"sine=440:d={seconds}:r=16000",
                        "-pix_fmt",
                        "yuv420p",
                        .. $"-c:v {codec} {options}".Split(' '),
                        "-c:a",
                        "aac",
                        _folder[name],
                    ];
                    RunAsync("ffmpeg", words).GetAwaiter().GetResult();
                    return _folder[name];
                })
            )
            .Value;
}
