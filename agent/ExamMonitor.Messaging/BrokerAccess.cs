using ExamMonitor.Mqtt;

namespace ExamMonitor.Messaging;

/// <summary>A user of the broker. Its text form never shows the password.</summary>
/// <param name="User">User name.</param>
/// <param name="Password">Password; null for none.</param>
internal sealed record BrokerUser(string User, string? Password)
{
    /// <summary>The user alone.</summary>
    public override string ToString() => User;
}

/// <summary>Where the broker is and as whom it is used.</summary>
/// <param name="Address">Address.</param>
/// <param name="Agent">The agent's user; null when the broker asks for none.</param>
/// <param name="Reader">The dashboard's user; null when none is known.</param>
/// <param name="CertificateAuthority">PEM file; null for the system's.</param>
internal sealed record BrokerAccess(BrokerAddress Address, BrokerUser? Agent, BrokerUser? Reader, string? CertificateAuthority)
{
    /// <summary>Whether it is the agent's own broker, which the agent starts.</summary>
    public bool IsOwn { get; init; }
}
