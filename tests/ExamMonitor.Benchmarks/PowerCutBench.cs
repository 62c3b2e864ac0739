using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Footage.Tests.Survival;

namespace ExamMonitor.Benchmarks;

/// <summary>
/// Power cuts at random moments over a disk that forgets what was not flushed, tears what was half written, and loses names that were not
/// flushed.
/// </summary>
internal static class PowerCutBench
{
    /// <summary>COUNT [SEED].</summary>
    public static async Task<int> RunAsync(string cuts, string[] rest)
    {
        var (count, seed) = (
            int.Parse(cuts, CultureInfo.InvariantCulture),
            rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 1
        );
        var random = new Random(seed);
        var (clock, steps, lost) = (Stopwatch.GetTimestamp(), await Script.CountStepsAsync().ConfigureAwait(false), new List<double>());
        for (var i = 0; i < count; i++)
        {
            using var script = await Script.NewAsync().ConfigureAwait(false);
            var (step, after) = (random.Next(steps), random.Next(2) == 0);
            script.DieAt(step, after);
            script.Restart(script.Volume.AfterPowerCut(random.Next()));
            var handed = script.Handed.Sum(h => (h.End - h.Start).TotalSeconds);
            script.PlayAgain();
            Invariants.Hold(
                script,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"power cut {(after ? "after" : "before")} step {step}, seed {seed}, number {i}"
                )
            );
            lost.Add(handed - (Invariants.Held(script).TotalSeconds - 2));
        }

        lost.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count} power cuts in {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s, fragments of 1 s, flushed every {Script.FlushInterval.TotalSeconds:0} s: lost at most {Math.Max(0, lost[^1]):0.0} s (promised: 5 s), median {Math.Max(0, lost[count / 2]):0.0} s; nothing that was committed"
            )
        );
        return lost[^1] <= 5 ? 0 : 1;
    }
}
