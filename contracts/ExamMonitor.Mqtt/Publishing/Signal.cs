namespace ExamMonitor.Mqtt.Publishing;

/// <summary>Wakes one waiting loop; many calls of <see cref="Set"/> before it looks are one.</summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);

    public void Set()
    {
        // Many set it for one that looks: an exception for each of them costs more than their work.
        if (_semaphore.CurrentCount > 0)
            return;
        try
        {
            _semaphore.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Set by another at the same moment, or nobody waits any more.
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _semaphore.WaitAsync(cancellationToken);

    public void Dispose() => _semaphore.Dispose();
}
