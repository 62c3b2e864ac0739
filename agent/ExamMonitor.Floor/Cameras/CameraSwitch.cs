using ExamMonitor.Capture;
using ExamMonitor.Floor.Views;

namespace ExamMonitor.Floor.Cameras;

/// <summary>
/// Runs one camera's capture while it is wanted, and lets it rest otherwise. <see cref="Vitals"/> and <see cref="IsOff"/> are thread-safe;
/// call <see cref="RunAsync"/> once.
/// </summary>
/// <param name="make">Makes a supervisor; each runs once.</param>
/// <param name="pipeline">Where the camera's footage goes.</param>
/// <param name="time">Clock.</param>
internal sealed class CameraSwitch(Func<CameraSupervisor> make, CameraPipeline pipeline, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private volatile CameraSupervisor _supervisor = make();
    private volatile bool _off;

    /// <summary>What is going on now.</summary>
    public CameraVitals Vitals => _supervisor.Vitals;

    /// <summary>Whether the camera rests.</summary>
    public bool IsOff => _off;

    /// <summary>Switches the camera on and off until stopped; then ends its run in order and returns.</summary>
    /// <param name="isWanted">Whether the camera is to be recorded at an instant.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(Func<DateTimeOffset, bool> isWanted, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (isWanted(time.GetUtcNow()))
                await RunWhileWantedAsync(isWanted, cancellationToken).ConfigureAwait(false);
            else
                await RestAsync(isWanted, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunWhileWantedAsync(Func<DateTimeOffset, bool> isWanted, CancellationToken cancellationToken)
    {
        using var off = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = _supervisor.RunAsync(off.Token);
        while (!run.IsCompleted && !cancellationToken.IsCancellationRequested && isWanted(time.GetUtcNow()))
            await WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!cancellationToken.IsCancellationRequested)
            pipeline.BeginRest(HealthWords.Resting);
        await off.CancelAsync().ConfigureAwait(false);
        await run.ConfigureAwait(false);
        if (!cancellationToken.IsCancellationRequested)
            _supervisor = make();
    }

    private async Task RestAsync(Func<DateTimeOffset, bool> isWanted, CancellationToken cancellationToken)
    {
        pipeline.BeginRest(HealthWords.Resting);
        _off = true;
        await pipeline.SayRestAsync(cancellationToken).ConfigureAwait(false);
        while (!cancellationToken.IsCancellationRequested && !isWanted(time.GetUtcNow()))
            await WaitAsync(cancellationToken).ConfigureAwait(false);
        pipeline.EndRest();
        _off = false;
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop above ends.
        }
    }
}
