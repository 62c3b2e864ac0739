namespace ExamMonitor.Dashboard.State;

/// <summary>Gathers changes, so that a page is drawn at most four times a second, and lets words lapse when nothing follows them.</summary>
internal sealed class FloorPulse(FloorStore store, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>Without news, so that "for 12 minutes" goes on counting.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        var last = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (store.Pulse(force: time.GetElapsedTime(last) >= Idle))
                last = time.GetTimestamp();
        }
    }
}
