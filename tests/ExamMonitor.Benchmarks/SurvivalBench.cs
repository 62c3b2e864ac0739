using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.TestKit;

namespace ExamMonitor.Benchmarks;

/// <summary>Kills and faults over one volume.</summary>
internal static class SurvivalBench
{
    private const int LivesBetweenVerifications = 25;

    /// <summary>KILLS FAULTS [SEED] [FOLDER].</summary>
    public static async Task<int> RunAsync(string kills, string faults, string[] rest)
    {
        if (SmallDisk.WhyNot is { } why)
        {
            await Console.Error.WriteLineAsync(why).ConfigureAwait(false);
            return 2;
        }

        var seed = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 1;
        var folder = rest.Length > 1 ? Directory.CreateDirectory(rest[1]).FullName : Directory.CreateTempSubdirectory("exam-monitor-bench-").FullName;
        var clip = Path.Combine(folder, "clip.mp4");
        await File.WriteAllBytesAsync(clip, await new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64").BytesAsync().ConfigureAwait(false)).ConfigureAwait(false);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var report = await SurvivalLoop.RunAsync(
                Path.Combine(folder, "agent"), clip, int.Parse(kills, CultureInfo.InvariantCulture), int.Parse(faults, CultureInfo.InvariantCulture), [Environment.ProcessPath!], seed,
                LivesBetweenVerifications, Tell).ConfigureAwait(false);
            foreach (var line in report.Lines(Stopwatch.GetElapsedTime(began))) Console.WriteLine(line);
        }
        catch (SurvivalLieException e)
        {
            await Console.Error.WriteLineAsync($"A lie: {e.Message}").ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"Again: exam-monitor-benchmarks survival {kills} {faults} {seed}").ConfigureAwait(false);
            return 1;
        }

        if (rest.Length < 2) Directory.Delete(folder, recursive: true);
        return 0;

        void Tell(string life) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds,6:0} s  {life}"));
    }
}
