using ExamMonitor.Contracts;

namespace ExamMonitor.Mqtt;

/// <content>Whether the broker still lives.</content>
internal sealed partial class MqttSession
{
    /// <summary>Looks without a byte from the broker after which it is asked, and after which it is given up: 4 s and 10 s.</summary>
    private const int LooksBeforeAsking = 2;
    private const int LooksBeforeLost = 5;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>
    /// MQTT's keep-alive asks only when nothing was <em>sent</em> for a while: an agent that publishes every two seconds never asks, and a
    /// broker that hangs behind a living TCP connection is found when the send buffers are full. Looks are counted, not time: a computer
    /// that stood still itself gives up nobody.
    /// </summary>
    private async Task WatchAsync()
    {
        var (heard, quiet) = (_line.BytesRead, 0);
        var lastHeard = time.GetUtcNow();
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token).ConfigureAwait(false))
            {
                var now = _line.BytesRead;
                if (now != heard)
                    (heard, quiet, lastHeard) = (now, 0, time.GetUtcNow());
                else if (++quiet >= LooksBeforeLost)
                    break;
                else if (quiet == LooksBeforeAsking)
                    _ = AskAsync();
            }

            _lastHeard = lastHeard;
            _ended.TrySetResult(Reasons.Silent(options, Look * LooksBeforeLost));
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The session is over.
        }
    }

    private async Task AskAsync()
    {
        try
        {
            await _client.PingAsync(_over.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The answer is seen as bytes; what fails here fails the connection, which says so itself.
        catch (Exception)
        {
            // Nothing to do.
        }
#pragma warning restore CA1031
    }
}

/// <summary>How one connection ended.</summary>
/// <param name="WasConnected">Whether the log-in had succeeded.</param>
/// <param name="Reason">Why it ended; null after an orderly stop.</param>
internal sealed record SessionEnd(bool WasConnected, LocalText? Reason)
{
    /// <summary>Whether the broker said that another connection with our client id took over.</summary>
    public bool TakenOver { get; init; }

    /// <summary>Whether the broker closed the connection without a word.</summary>
    public bool ClosedByBroker { get; init; }

    /// <summary>When the broker was last heard, where it fell silent; null where the end was told.</summary>
    public DateTimeOffset? LastHeard { get; init; }
}

/// <summary>A message on its way to the broker and who waits for it.</summary>
internal sealed record PublishCommand(MqttMessage Message, TaskCompletionSource<PublishOutcome> Done);

/// <summary>What a session tells its connection.</summary>
internal interface ISessionEvents
{
    void Connected();

    void Received(MqttMessage message);
}
