using System.Globalization;
using System.Text.RegularExpressions;

namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>
/// Measures sound against picture in a recording of av-sync.mp4: seconds from each flash to its click (positive: the click is late).
/// </summary>
internal static class AvOffset
{
    public static async Task<IReadOnlyList<double>> MeasureAsync(string recording)
    {
        var flashes = await TimesAsync(
            recording,
            "-vf",
            "signalstats,metadata=mode=print:key=lavfi.signalstats.YAVG:file=-",
            value => value > 150
        );

        // 1 ms windows of sound with their peaks.
        var clicks = await TimesAsync(
            recording,
            "-af",
            "aresample=48000,asetnsamples=48,astats=metadata=1:reset=1,ametadata=mode=print:key=lavfi.astats.Overall.Peak_level:file=-",
            value => value > -14
        );
        var starts = clicks.Where((t, i) => i == 0 || t - clicks[i - 1] > 0.1).ToArray();
        return
        [
            .. flashes.Select(f => starts.Select(c => c - f).Where(d => Math.Abs(d) < 0.45).OrderBy(Math.Abs).Take(1)).SelectMany(d => d),
        ];
    }

    private static async Task<List<double>> TimesAsync(string recording, string option, string filter, Func<double, bool> counts)
    {
        var run = await Tools.RunAsync(
            "ffmpeg",
            TimeSpan.FromSeconds(30),
            "-v",
            "error",
            "-i",
            recording,
            option == "-vf" ? "-an" : "-vn",
            option,
            filter,
            "-f",
            "null",
            "-"
        );
        return
        [
            .. Regex
                .Matches(run.Out, @"pts_time:(\S+)\s+lavfi\.\S+=(\S+)")
                .Where(m =>
                    counts(
                        m.Groups[2].Value == "-inf"
                            ? double.NegativeInfinity
                            : double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)
                    )
                )
                .Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)),
        ];
    }
}
