using ExamMonitor.Mqtt.Publishing;

namespace ExamMonitor.Messaging;

/// <summary>
/// Sends the last message when the agent stops, and closes the connection. Its start is the lifecycle's: once everything works.
/// </summary>
/// <param name="publisher">Publisher.</param>
internal sealed class PublisherPart(Publisher publisher) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => publisher.DisposeAsync().AsTask();
}
