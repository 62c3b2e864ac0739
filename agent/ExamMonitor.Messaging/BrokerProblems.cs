using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Problems;

namespace ExamMonitor.Messaging;

/// <summary>What is wrong between the agent and its broker, now.</summary>
/// <param name="publisher">The agent's connection.</param>
/// <param name="access">Which broker is used.</param>
/// <param name="child">The agent's own broker; null for another one.</param>
internal sealed class BrokerProblems(Publisher publisher, BrokerAccess access, BrokerChild? child = null) : IProblemSource
{
    /// <inheritdoc/>
    public IEnumerable<Observation> Observe(DateTimeOffset now)
    {
        var status = publisher.Status;
        foreach (var problem in BrokerRules.Of(now, status.Connection, child?.Failure, access.Address.ToString(), publisher.ClientId))
            yield return problem;
        if (status.OutboxFault is { } fault)
            yield return new("outbox-not-durable", new(null, null, null), Severity.Warning, fault);
    }
}
