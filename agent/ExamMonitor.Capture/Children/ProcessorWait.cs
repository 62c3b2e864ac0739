using System.Globalization;

namespace ExamMonitor.Capture.Children;

/// <summary>
/// How long a process of ours was ready to run and got no processor, by the system's own account (Linux: <c>/proc/…/schedstat</c>). Not
/// thread-safe.
/// </summary>
/// <param name="processId">Process.</param>
public sealed class ProcessorWait(int processId)
{
    private Dictionary<string, long> _last = new(StringComparer.Ordinal);

    /// <summary>
    /// Time since the last call (at the first: since its start) that its longest-waiting thread waited for a processor; zero where the
    /// system does not tell.
    /// </summary>
    public TimeSpan Next()
    {
        var now = new Dictionary<string, long>(StringComparer.Ordinal);
        var most = 0L;
        try
        {
            foreach (var thread in Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/task")))
            {
                if (Read(thread) is not { } waited)
                    continue;
                now[thread] = waited;
                most = Math.Max(most, waited - _last.GetValueOrDefault(thread));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or this is no Linux.
        }

        _last = now;
        return TimeSpan.FromTicks(most / TimeSpan.NanosecondsPerTick);
    }

    private static long? Read(string thread)
    {
        try
        {
            // Three numbers: nanoseconds on a processor, nanoseconds ready without one, time slices (Linux,
            // Documentation/scheduler/sched-stats.rst).
            return
                File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ') is [_, var waited, ..]
                && long.TryParse(waited, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
                ? nanoseconds
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The thread has ended.
            return null;
        }
    }
}
