using ExamMonitor.Preservation.Volume;

namespace ExamMonitor.Preservation.Heads;

/// <summary>Signs and publishes a last head when everything else of the volume is closed, and closes the ledger.</summary>
/// <param name="ledger">Ledger.</param>
/// <param name="publisher">Publishes heads.</param>
internal sealed class LedgerPart(VolumeLedger ledger, CheckpointPublisher publisher) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(publisher.Publish, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            ledger.Dispose();
        }
    }
}
