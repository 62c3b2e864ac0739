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
        Assert.Equal((string.Empty, "audio,video"), (probe.Error, string.Join(',', probe.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order())));
        var decode = await RunAsync("ffmpeg", "-v", "error", "-i", file, "-f", "null", "-");
        Assert.Equal(string.Empty, decode.Error);
    }

    private static async Task<(string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        return (await output, error);
    }
}
