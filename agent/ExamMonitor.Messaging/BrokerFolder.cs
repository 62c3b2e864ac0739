using ExamMonitor.Broker;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Messaging;

/// <summary>What the agent's own broker is told: who may log in, with which rights, and where its retained messages lie.</summary>
/// <remarks>The two passwords are files of their owner alone; the broker learns their hashes only.</remarks>
/// <param name="folder">The broker's folder.</param>
/// <param name="site">Site whose topics the broker carries.</param>
internal sealed class BrokerFolder(string folder, SiteId site)
{
    /// <summary>User of the agent: writes the site's topics, reads none.</summary>
    public const string AgentUser = "agent";

    /// <summary>User of dashboards: reads the site's topics, writes none.</summary>
    public const string ReaderUser = "dashboard";

    /// <summary>User of the look whether the broker still serves: logs in and may nothing.</summary>
    public const string HealthUser = "health";

    /// <summary>Password of <see cref="AgentUser"/>, made at first use.</summary>
    public string AgentPassword => Secrets.ReadOrCreate(Path.Combine(folder, "agent-password"));

    /// <summary>Password of <see cref="ReaderUser"/>, made at first use.</summary>
    public string ReaderPassword => Secrets.ReadOrCreate(Path.Combine(folder, "dashboard-password"));

    /// <summary>Password of <see cref="HealthUser"/>: another one with each start of the agent.</summary>
    public string HealthPassword { get; } = Secrets.Random();

    /// <summary>
    /// Settings of a broker that listens on <paramref name="port"/> of loopback, and with TLS where the configuration says so.
    /// </summary>
    /// <param name="port">Plain port of loopback.</param>
    /// <param name="options">Configuration; its addresses were checked.</param>
    /// <param name="configurationFolder">Folder that its paths begin at.</param>
    public BrokerSettings Settings(int port, BrokerSection options, string configurationFolder)
    {
        var all = $"{Topics.Root}/{site}/#";
        List<BrokerEndPoint> endPoints = [new("127.0.0.1", port)];
        if (options.Listen is { } text && ListenAddress.TryParse(text, out var listen))
        {
            endPoints.Add(
                new(listen.Address.ToString(), listen.Port)
                {
                    CertificateFile = Path.Combine(configurationFolder, options.Certificate!),
                    KeyFile = Path.Combine(configurationFolder, options.CertificateKey!),
                }
            );
        }

        return new(
            Path.Combine(folder, "persistence"),
            endPoints,
            [
                new(AgentUser, PasswordHash.Of(AgentPassword), [], [all], "agent-"),
                new(ReaderUser, PasswordHash.Of(ReaderPassword), [all], []),
                new(HealthUser, PasswordHash.Of(HealthPassword), [], [], "health-"),
            ]
        );
    }
}
