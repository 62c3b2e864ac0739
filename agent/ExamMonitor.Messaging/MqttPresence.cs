using ExamMonitor.Hosting;
using ExamMonitor.Mqtt.Publishing;

namespace ExamMonitor.Messaging;

/// <summary>Makes the publisher's options from the broker's access.</summary>
internal static class MqttPresence
{
    /// <summary>Options of the agent's connection.</summary>
    public static PublisherOptions Options(BrokerAccess access, AgentIdentity identity, string outbox) =>
        new()
        {
            Broker = new()
            {
                Host = access.Address.Host,
                Port = access.Address.Port,
                ClientId = ClientId(identity),
                User = access.Agent?.User,
                Password = access.Agent?.Password,
                Tls = access.Address.Tls ? new() { CertificateAuthorityFile = access.CertificateAuthority } : null,
                ReconnectMax = TimeSpan.FromSeconds(10),
            },
            Outbox = new() { Folder = outbox },
        };

    private static string ClientId(AgentIdentity identity)
    {
        var id = $"agent-{identity.Agent}";
        return id.Length <= IdText.MaxLength ? id : id[..IdText.MaxLength];
    }
}
