using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Mqtt;

namespace ExamMonitor.Messaging;

/// <summary>Settles, once per start, which broker is used and as whom.</summary>
internal static class BrokerPlace
{
    /// <summary>The access that the configuration describes. For a child with port 0 a free port is chosen here.</summary>
    public static BrokerAccess Settle(AgentOptions options, string configurationFolder, BrokerFolder folder)
    {
        var broker = options.Broker;
        if (string.Equals(broker.Mode, "child", StringComparison.Ordinal))
        {
            var port = broker.Port == 0 ? FreePort.Any() : broker.Port;
            return new(
                new("127.0.0.1", port, Tls: false),
                new(BrokerFolder.AgentUser, folder.AgentPassword),
                new(BrokerFolder.ReaderUser, folder.ReaderPassword),
                null
            )
            {
                IsOwn = true,
            };
        }

        var agent = broker.User is null
            ? null
            : new BrokerUser(broker.User, Secrets.Read(broker.PasswordFile, broker.PasswordEnvironment, configurationFolder));
        var reader = broker.ReaderUser is null
            ? null
            : new BrokerUser(broker.ReaderUser, Secrets.Read(broker.ReaderPasswordFile, null, configurationFolder));
        return new(
            BrokerAddress.Parse(broker.Address!),
            agent,
            reader,
            broker.CertificateAuthority is { } pem ? Path.Combine(configurationFolder, pem) : null
        );
    }
}
