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

    /// <summary>
    /// KILLS FAULTS [SEED] [FOLDER] [VOLUMES]. Ends with 1 at the first lie; interrupted, it ends with 3 after telling what was survived.
    /// </summary>
    public static async Task<int> RunAsync(string kills, string faults, string[] rest)
    {
        if (SmallDisk.WhyNot is { } why)
        {
            await Console.Error.WriteLineAsync(why).ConfigureAwait(false);
            return 2;
        }

        var seed = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 1;
        var folder =
            rest.Length > 1
                ? Directory.CreateDirectory(rest[1]).FullName
                : Directory.CreateTempSubdirectory("exam-monitor-bench-").FullName;
        var volumes = rest.Length > 2 ? int.Parse(rest[2], CultureInfo.InvariantCulture) : 1;
        var clip = Path.Combine(folder, "clip.mp4");
        await File.WriteAllBytesAsync(
                clip,
                await new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64").BytesAsync().ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        var began = Stopwatch.GetTimestamp();
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) => (e.Cancel, _) = (true, stop.CancelAsync());
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => (c.Cancel, _) = (true, stop.CancelAsync()));
        try
        {
            // Side by side, each volume with its share and a seed of its own: most of a life is waiting.
            var reports = await Task.WhenAll(Enumerable.Range(0, volumes).Select(v => RunOneAsync(v))).ConfigureAwait(false);
            Console.WriteLine(
                Invariant(
                    $"{reports.Sum(r => r.Kills)} kills and {reports.Sum(r => r.Faults)} faults on {volumes} volumes, seeds {seed} to {seed + volumes - 1}"
                )
            );
            foreach (var report in reports)
            {
                foreach (var line in report.Lines(Stopwatch.GetElapsedTime(began)))
                    Console.WriteLine(line);
            }

            if (stop.IsCancellationRequested)
                Console.WriteLine("stopped before its end; nothing above is a lie");
        }
        catch (SurvivalLieException e)
        {
            await Console.Error.WriteLineAsync($"A lie: {e.Message}").ConfigureAwait(false);
            await Console
                .Error.WriteLineAsync(Invariant($"Again: exam-monitor-benchmarks survival {kills} {faults} {seed} FOLDER {volumes}"))
                .ConfigureAwait(false);
            return 1;
        }

        if (rest.Length < 2)
            Directory.Delete(folder, recursive: true);
        return stop.IsCancellationRequested ? 3 : 0;

        async Task<SurvivalReport> RunOneAsync(int volume)
        {
            try
            {
                return await SurvivalLoop
                    .RunAsync(
                        Path.Combine(folder, Invariant($"agent-{volume}")),
                        clip,
                        Share(kills, volume, volumes),
                        Share(faults, volume, volumes),
                        [Environment.ProcessPath!],
                        seed + volume,
                        LivesBetweenVerifications,
                        life => Tell(volume, life),
                        stop: stop.Token
                    )
                    .ConfigureAwait(false);
            }
            catch (SurvivalLieException)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }

        void Tell(int volume, string life) =>
            Console.WriteLine(
                Invariant(
                    $"{Stopwatch.GetElapsedTime(began).TotalSeconds, 6:0} s  {(volumes > 1 ? Invariant($"volume {volume}, ") : "")}{life}"
                )
            );
    }

    private static int Share(string all, int volume, int volumes)
    {
        var number = int.Parse(all, CultureInfo.InvariantCulture);
        return (number / volumes) + (volume < number % volumes ? 1 : 0);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
