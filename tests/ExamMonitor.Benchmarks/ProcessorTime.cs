using System.Globalization;

namespace ExamMonitor.Benchmarks;

/// <summary>Processor time from <c>/proc</c>, to the nanosecond (<c>schedstat</c>). Linux only.</summary>
internal static class ProcessorTime
{
    /// <summary>User and system time of all living threads of a process, ms.</summary>
    public static double Of(int process) => Tasks(process).Sum(TimeOf);

    /// <summary>Processes that this one started and that still live.</summary>
    public static IEnumerable<int> Children() =>
        Tasks(Environment.ProcessId)
            .SelectMany(t => Read($"{t}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture));

    /// <summary>Name of a process's program, 15 characters of it.</summary>
    public static string NameOf(int process) => Read($"/proc/{process}/comm").Trim();

    private static string[] Tasks(int process) => Directory.GetDirectories($"/proc/{process}/task");

    private static double TimeOf(string task) =>
        Read($"{task}/schedstat") is { Length: > 0 } text ? double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) / 1e6 : 0;

    // A thread may end between the list and the look.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    /// <summary>Time of this process's threads.</summary>
    /// <param name="Total">All of them, ended ones included, ms.</param>
    /// <param name="ByName">Living ones, by their name without number, ms.</param>
    internal sealed record Threads(double Total, IReadOnlyDictionary<string, double> ByName)
    {
        /// <summary>As it stands.</summary>
        public static Threads Now() =>
            new(
                Environment.CpuUsage.TotalTime.TotalMilliseconds,
                Tasks(Environment.ProcessId)
                    .GroupBy(
                        t => Read($"{t}/comm").Trim() is ['f', 'o', 'o', 't', ..] ? "footage" : Read($"{t}/comm").Trim(),
                        StringComparer.Ordinal
                    )
                    .ToDictionary(g => g.Key, g => g.Sum(TimeOf), StringComparer.Ordinal)
            );

        /// <summary>What came since, dearest first, ms.</summary>
        public IEnumerable<(string Name, double Ms)> Since(Threads before) =>
            ByName
                .Select(t => (t.Key, t.Value - before.ByName.GetValueOrDefault(t.Key)))
                .Where(t => t.Item2 > 0)
                .OrderByDescending(t => t.Item2);
    }
}
