using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.TestKit;

namespace ExamMonitor.Benchmarks;

/// <summary>Kills and faults over one volume.</summary>
internal static class SurvivalBench
{
    private const int LivesBetweenVerifications = 25;

    /// <summary>KILLS FAULTS [SEED] [FOLDER]. Ends with 1 at the first lie; interrupted, it ends with 3 after telling what was survived.</summary>
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
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) => (e.Cancel, _) = (true, stop.CancelAsync());
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => (c.Cancel, _) = (true, stop.CancelAsync()));
        try
        {
            var report = await SurvivalLoop.RunAsync(
                Path.Combine(folder, "agent"), clip, int.Parse(kills, CultureInfo.InvariantCulture), int.Parse(faults, CultureInfo.InvariantCulture), [Environment.ProcessPath!], seed,
                LivesBetweenVerifications, Tell, stop: stop.Token).ConfigureAwait(false);
            foreach (var line in report.Lines(Stopwatch.GetElapsedTime(began))) Console.WriteLine(line);
            if (stop.IsCancellationRequested) Console.WriteLine("stopped before its end; nothing above is a lie");
        }
        catch (SurvivalLieException e)
        {
            await Console.Error.WriteLineAsync($"A lie: {e.Message}").ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"Again: exam-monitor-benchmarks survival {kills} {faults} {seed}").ConfigureAwait(false);
            return 1;
        }

        if (rest.Length < 2) Directory.Delete(folder, recursive: true);
        return stop.IsCancellationRequested ? 3 : 0;

        void Tell(string life) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds,6:0} s  {life}"));
    }
}
