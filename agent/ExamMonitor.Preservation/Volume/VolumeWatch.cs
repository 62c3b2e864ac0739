using ExamMonitor.Recording;

namespace ExamMonitor.Preservation.Volume;

/// <summary>
/// Tries every two seconds whether the footage volume is there and takes a write, and how much of it is free. A disk that came back has its
/// ledger opened anew. On a thread of its own: a disk that hangs stops no status. Thread-safe.
/// </summary>
/// <param name="archive">Archive.</param>
/// <param name="ledger">Ledger of the volume.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed partial class VolumeWatch(FootageArchive archive, VolumeLedger ledger, TimeProvider time, ILogger<VolumeWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private volatile VolumeProbe _last = new(VolumeFault.None, null, archive.FreeBytes());
    private bool _told;
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
        var probe = archive.ProbeVolume();
        // Not before the volume is known to be the right one: opening cuts and mends what lies there.
        if (probe.Fault == VolumeFault.None)
            FollowLedger();
        _last = probe;
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
    }

    private void FollowLedger()
    {
        try
        {
            if (ledger.ReopenIfElsewhere() is { } reopened)
                LogReopened(log, reopened.Before, reopened.Now, Math.Max(0, reopened.Before - reopened.Now));
            _told = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_told)
                LogFailed(log, e);
            _told = true;
        }
    }

    [LoggerMessage(
        EventId = 343,
        Level = LogLevel.Warning,
        Message = "The footage disk was mounted anew: its ledger was opened again. It had {Before} entries and has {Now}; of the {Lost} that are gone, footage is entered again"
    )]
    private static partial void LogReopened(ILogger log, long before, long now, long lost);

    [LoggerMessage(
        EventId = 344,
        Level = LogLevel.Error,
        Message = "The ledger on the footage disk could not be opened again; nothing is signed until it can, and every look tries again"
    )]
    private static partial void LogFailed(ILogger log, Exception exception);
}
