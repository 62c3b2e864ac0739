using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Footage.Tests.Field;

namespace ExamMonitor.Benchmarks;

/// <summary>Time lines of odd cameras, many of them.</summary>
internal static class FieldBench
{
    /// <summary>COUNT [SEED]. Ends with 1 when anything that is told of one is untrue.</summary>
    public static async Task<int> RunAsync(string count, string[] rest)
    {
        var seed = rest.Length > 0 ? ulong.Parse(rest[0], CultureInfo.InvariantCulture) : 2026;
        var began = Stopwatch.GetTimestamp();
        var lines = FieldRun.Sample(int.Parse(count, CultureInfo.InvariantCulture), seed);
        var complaints = await FieldRun.RunAsync(lines).ConfigureAwait(false);
        foreach (var complaint in complaints)
            Console.WriteLine(complaint);
        foreach (var kind in lines.SelectMany(l => l.Events).GroupBy(e => e.Kind).OrderBy(g => g.Key))
            Console.WriteLine($"{kind.Key, -12} {kind.Count(), 5}");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{lines.Count} time lines, {lines.Sum(l => l.Seconds) / 3600.0:0.0} h of camera time, {complaints.Count} complaints, {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"
            )
        );
        return complaints.Count > 0 ? 1 : 0;
    }
}
