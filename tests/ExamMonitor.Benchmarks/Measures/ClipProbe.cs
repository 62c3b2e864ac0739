using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>Asks ffprobe for a clip's size.</summary>
internal static class ClipProbe
{
    /// <summary>The size at a width, aspect kept, both even.</summary>
    public static async Task<PixelSize> SizeAsync(string path, int width)
    {
        var start = new ProcessStartInfo("ffprobe") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (
            var argument in new[]
            {
                "-v",
                "error",
                "-select_streams",
                "v:0",
                "-show_entries",
                "stream=width,height",
                "-of",
                "csv=p=0",
                path,
            }
        )
            start.ArgumentList.Add(argument);
        using var ffprobe = Process.Start(start)!;
        var said = await ffprobe.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await ffprobe.WaitForExitAsync().ConfigureAwait(false);
        var numbers = said.Trim().Split(',');
        if (numbers.Length < 2)
            throw new IOException($"{path} has no pictures.");
        var (w, h) = (double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture));
        return new(width, (int)Math.Round(width * h / w / 2) * 2);
    }
}
