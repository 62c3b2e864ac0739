using System.Diagnostics;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>Plays a file with the programs that everybody has.</summary>
internal static class PlayedFile
{
    /// <summary>ffprobe finds video and audio, ffmpeg decodes everything, neither says a word of complaint.</summary>
    public static async Task AssertPlaysAsync(string file)
    {
        var probe = await RunAsync("ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", file);
        Assert.Equal(
            (string.Empty, "audio,video"),
            (probe.Error, string.Join(',', probe.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()))
        );
        // In the file's own clock: on a grid of the declared rate two pictures that the network brought close together share a tick.
        var decode = await RunAsync("ffmpeg", "-v", "error", "-i", file, "-enc_time_base:v", "-1", "-f", "null", "-");
        Assert.True(decode.Error.Length == 0, decode.Error);
    }

    private static async Task<(string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        return (await output, error);
    }
}
