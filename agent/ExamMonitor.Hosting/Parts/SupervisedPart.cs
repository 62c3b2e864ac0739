namespace ExamMonitor.Hosting.Parts;

/// <summary>
/// A part of the agent as the host starts and stops it. Parts start in the order of their registration and stop in the other order; one
/// that does not stop in time is left behind, so that the ones after it still get their turn.
/// </summary>
/// <param name="name">For the log.</param>
/// <param name="part">What runs.</param>
/// <param name="failures">Where a failure is noted.</param>
/// <param name="log">Log.</param>
internal sealed partial class SupervisedPart(string name, IHostedService part, PartFailures failures, ILogger<SupervisedPart> log)
    : IHostedService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await part.StartAsync(cancellationToken).ConfigureAwait(false);
        if (part is BackgroundService work)
            failures.Watch(name, work);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            await part.StopAsync(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Supervisor of the stop: whatever one part does, the next ones must be closed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failures.Note(stop: false);
            LogStopFailed(log, e, name);
        }
    }

    [LoggerMessage(EventId = 313, Level = LogLevel.Error, Message = "Stopping the {Part} failed")]
    private static partial void LogStopFailed(ILogger log, Exception exception, string part);
}
