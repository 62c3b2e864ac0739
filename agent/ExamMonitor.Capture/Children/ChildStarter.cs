using System.Collections.Concurrent;

namespace ExamMonitor.Capture.Children;

/// <summary>
/// Starts children from one thread that lives as long as the process: Linux sends the parent-death signal when the <em>thread</em> that
/// forked ends (prctl(2), PR_SET_PDEATHSIG), and pool threads do end.
/// </summary>
internal static class ChildStarter
{
    private static readonly BlockingCollection<Action> Work = Begin();

    /// <summary>Runs on the starter thread.</summary>
    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
#pragma warning disable CA1031 // Handed to the caller; the thread must live on, since its end would kill every child.
            catch (Exception e)
            {
                done.SetException(e);
            }
#pragma warning restore CA1031
        });
        return done.Task;
    }

    private static BlockingCollection<Action> Begin()
    {
        var work = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable())
                action();
        })
        {
            IsBackground = true,
            Name = "child starter",
        };
        thread.Start();
        return work;
    }
}
