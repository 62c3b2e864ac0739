using ExamMonitor.Footage;

namespace ExamMonitor.Agent.Keeping;

/// <summary>Tries every two seconds whether the footage volume is there and takes a write, and how much of it is free. On a thread of its own: a disk that hangs stops no status. Thread-safe.</summary>
/// <param name="archive">Archive.</param>
/// <param name="time">Clock.</param>
internal sealed class VolumeWatch(FootageArchive archive, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private volatile Answer _last = new(VolumeProbe.Good, archive.FreeBytes());
    private long _lookedAt = time.GetTimestamp();

    /// <summary>How the volume stands; silent when no look has ended for a minute.</summary>
    public VolumeProbe State => IsSilent ? VolumeProbe.Silent : _last.Probe;

    /// <summary>Free bytes at the last look; null when they cannot be told.</summary>
    public long? FreeBytes => IsSilent ? null : _last.FreeBytes;

    private bool IsSilent => time.GetElapsedTime(Volatile.Read(ref _lookedAt)) > Patience;

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
        _last = new(archive.ProbeVolume(), archive.FreeBytes());
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
    }

    private sealed record Answer(VolumeProbe Probe, long? FreeBytes);
}
