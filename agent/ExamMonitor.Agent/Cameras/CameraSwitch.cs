using ExamMonitor.Capture;

namespace ExamMonitor.Agent.Cameras;

/// <summary>Runs one camera's capture while it is wanted, and lets it rest otherwise. <see cref="Vitals"/> and <see cref="IsOff"/> are thread-safe; call <see cref="RunAsync"/> once.</summary>
/// <param name="make">Makes a supervisor; each runs once.</param>
/// <param name="pipeline">Where the camera's footage goes.</param>
/// <param name="isWanted">Whether the camera is to be recorded at an instant.</param>
/// <param name="time">Clock.</param>
internal sealed class CameraSwitch(Func<CameraSupervisor> make, CameraPipeline pipeline, Func<DateTimeOffset, bool> isWanted, TimeProvider time)
{
    /// <summary>Sentence of the gap while a camera rests: nobody failed, and nothing was required.</summary>
    public static readonly LocalText Resting = new("Not recorded: the room is recorded during exam sessions only.", "未录像：该考场仅在考试期间录像。");

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private volatile CameraSupervisor _supervisor = make();
    private volatile bool _off;

    /// <summary>What is going on now.</summary>
    public CameraVitals Vitals => _supervisor.Vitals;

    /// <summary>Whether the camera rests.</summary>
    public bool IsOff => _off;

    /// <summary>Switches the camera on and off until stopped; then ends its run in order and returns.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (isWanted(time.GetUtcNow())) await RunWhileWantedAsync(cancellationToken).ConfigureAwait(false);
            else await RestAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunWhileWantedAsync(CancellationToken cancellationToken)
    {
        using var off = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = _supervisor.RunAsync(off.Token);
        while (!run.IsCompleted && !cancellationToken.IsCancellationRequested && isWanted(time.GetUtcNow())) await WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!cancellationToken.IsCancellationRequested) pipeline.BeginRest(Resting);
        await off.CancelAsync().ConfigureAwait(false);
        await run.ConfigureAwait(false);
        if (!cancellationToken.IsCancellationRequested) _supervisor = make();
    }

    private async Task RestAsync(CancellationToken cancellationToken)
    {
        pipeline.BeginRest(Resting);
        _off = true;
        await pipeline.SayRestAsync(cancellationToken).ConfigureAwait(false);
        while (!cancellationToken.IsCancellationRequested && !isWanted(time.GetUtcNow())) await WaitAsync(cancellationToken).ConfigureAwait(false);
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
