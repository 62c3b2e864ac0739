using ExamMonitor.Footage;

namespace ExamMonitor.Agent.Keeping;

/// <summary>Tries every two seconds whether the footage volume is there and takes a write, and how much of it is free. On a thread of its own: a disk that hangs stops no status. Thread-safe.</summary>
/// <param name="archive">Archive.</param>
/// <param name="time">Clock.</param>
internal sealed class VolumeWatch(FootageArchive archive, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private volatile VolumeProbe _last = new(VolumeFault.None, null, archive.FreeBytes());
    private long _lookedAt = time.GetTimestamp();

    /// <summary>How the volume stands; silent when no look has ended for a minute.</summary>
    public VolumeProbe State => time.GetElapsedTime(Volatile.Read(ref _lookedAt)) > Patience ? VolumeProbe.Silent : _last;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do await Task.Run(Look, stoppingToken).WaitAsync(stoppingToken).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A look that hangs is left behind: nothing waits for it.
        }
    }

    private void Look()
    {
        _last = archive.ProbeVolume();
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
    }
}
