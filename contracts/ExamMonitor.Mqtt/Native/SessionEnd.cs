using ExamMonitor.Contracts;

namespace ExamMonitor.Mqtt.Native;

/// <summary>How one connection ended.</summary>
/// <param name="WasConnected">Whether the log-in had succeeded.</param>
/// <param name="Reason">Why it ended; null after an orderly stop.</param>
internal sealed record SessionEnd(bool WasConnected, LocalText? Reason);

/// <summary>A message on its way to the broker and who waits for it.</summary>
internal sealed record PublishCommand(MqttMessage Message, TaskCompletionSource<PublishOutcome> Done);

/// <summary>What a session tells its connection; called on the session's thread.</summary>
internal interface ISessionEvents
{
    void Connected();

    void Received(MqttMessage message);
}
