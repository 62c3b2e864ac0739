namespace ExamMonitor.SetUp.Rooms;

/// <summary>At every start notes which maps of the configuration file are in force, before a camera begins.</summary>
/// <param name="rooms">Rooms.</param>
internal sealed class MapInForceNote(SetUpService rooms) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        rooms.NoteMapsInForce();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
