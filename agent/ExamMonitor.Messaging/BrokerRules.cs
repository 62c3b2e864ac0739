using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt;
using ExamMonitor.Problems;

namespace ExamMonitor.Messaging;

/// <summary>What is wrong between the agent and its broker.</summary>
internal static class BrokerRules
{
    /// <summary>
    /// Since the broker was last heard. Silence is noticed after ten seconds and a look comes every two: the problem stands before half a
    /// minute has passed.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly ProblemSubject Agent = new(null, null, null);

    /// <summary>Everything that is wrong now.</summary>
    /// <param name="now">Now, UTC.</param>
    /// <param name="connection">The agent's connection.</param>
    /// <param name="childFailure">Why the agent's own broker does not run; null while it does and for another broker.</param>
    /// <param name="broker">Address of the broker.</param>
    /// <param name="clientId">Client id of the agent's connection.</param>
    public static IEnumerable<Observation> Of(
        DateTimeOffset now,
        MqttConnectionState connection,
        LocalText? childFailure,
        string broker,
        string clientId
    )
    {
        if (!connection.Connected && now - connection.Since > Patience && (childFailure ?? connection.Reason) is { } reason)
            yield return new("broker-unreachable", Agent, Severity.Warning, reason);
        if (connection.Evictions.IsProblem(now))
            yield return new(
                "agent-id-taken",
                Agent,
                connection.Evictions.Certain ? Severity.Critical : Severity.Warning,
                connection.Evictions.Text(broker, clientId)
            );
    }
}
