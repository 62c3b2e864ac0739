namespace ExamMonitor.Retention.Tiers;

/// <summary>Callers that come while others are served are served together by the next: one flush for all of them. Thread-safe.</summary>
/// <param name="commit">Serves some, in the order in which they came; what it throws is thrown to each of them. Never called twice at a
/// time.</param>
internal sealed class GroupCommit<T>(Func<IReadOnlyList<T>, Task> commit) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _serving = new(1, 1);
    private List<(T Item, TaskCompletionSource Done)> _waiting = [];

    /// <summary>Returns when the item was served. Once given, it is served whatever the caller does.</summary>
    public async Task AddAsync(T item)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
            _waiting.Add((item, done));
        await _serving.WaitAsync().ConfigureAwait(false);
        try
        {
            await ServeAsync().ConfigureAwait(false);
        }
        finally
        {
            _serving.Release();
        }

        await done.Task.ConfigureAwait(false);
    }

    public void Dispose() => _serving.Dispose();

    private async Task ServeAsync()
    {
        List<(T Item, TaskCompletionSource Done)> some;
        lock (_gate)
            (some, _waiting) = (_waiting, []);
        if (some.Count == 0)
            return;
        try
        {
            await commit(some.ConvertAll(s => s.Item)).ConfigureAwait(false);
            foreach (var (_, done) in some)
                done.SetResult();
        }
#pragma warning disable CA1031 // Nothing is swallowed: each caller gets it.
        catch (Exception e)
        {
            foreach (var (_, done) in some)
                done.SetException(e);
        }
#pragma warning restore CA1031
    }
}
