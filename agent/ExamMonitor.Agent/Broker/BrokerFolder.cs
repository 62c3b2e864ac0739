using System.Globalization;
using System.Text;
using ExamMonitor.Agent.Configuration;

namespace ExamMonitor.Agent.Broker;

/// <summary>Files of the broker child: configuration, password file, access list, persistence, and the two passwords.</summary>
/// <remarks>Written anew at every start, except the passwords and the persistence.</remarks>
/// <param name="folder">The broker's folder.</param>
/// <param name="site">Site whose topics the broker carries.</param>
internal sealed class BrokerFolder(string folder, SiteId site)
{
    /// <summary>User of the agent: reads and writes the site's topics.</summary>
    public const string AgentUser = "agent";

    /// <summary>User of dashboards: reads the site's topics, writes nothing.</summary>
    public const string ReaderUser = "dashboard";

    /// <summary>Password of <see cref="AgentUser"/>, made at first use.</summary>
    public string AgentPassword => Secrets.ReadOrCreate(Path.Combine(folder, "agent-password"));

    /// <summary>Password of <see cref="ReaderUser"/>, made at first use.</summary>
    public string ReaderPassword => Secrets.ReadOrCreate(Path.Combine(folder, "dashboard-password"));

    /// <summary>Path of the configuration file that the broker is started with.</summary>
    public string ConfigurationPath => Path.Combine(folder, "mosquitto.conf");

    /// <summary>Writes everything for a broker that listens on <paramref name="port"/> of loopback.</summary>
    public void Write(int port)
    {
        var persistence = Path.Combine(folder, "persistence");
        Directory.CreateDirectory(persistence);
        Secrets.WritePrivately(Path.Combine(folder, "passwords"), $"{MosquittoPassword.Line(AgentUser, AgentPassword)}\n{MosquittoPassword.Line(ReaderUser, ReaderPassword)}\n");
        Secrets.WritePrivately(Path.Combine(folder, "access"), Access());
        Secrets.WritePrivately(ConfigurationPath, Configuration(port, persistence));
    }

    private string Access() => $"""
        user {AgentUser}
        topic readwrite {Topics.Root}/{site}/#

        user {ReaderUser}
        topic read {Topics.Root}/{site}/#

        """;

    /// <remarks>"user" keeps a broker that root started from changing to an account that cannot read this folder; for any other account it has no effect.</remarks>
    private string Configuration(int port, string persistence)
    {
        var text = new StringBuilder();
        void Line(string key, string value) => text.Append(key).Append(' ').Append(value).Append('\n');
        Line("listener", string.Create(CultureInfo.InvariantCulture, $"{port} 127.0.0.1"));
        if (!OperatingSystem.IsWindows()) Line("user", Environment.UserName);
        Line("allow_anonymous", "false");
        Line("password_file", Path.Combine(folder, "passwords"));
        Line("acl_file", Path.Combine(folder, "access"));
        Line("persistence", "true");
        Line("persistence_location", persistence + Path.DirectorySeparatorChar);
        Line("autosave_interval", "30");
        Line("max_queued_messages", "10000");
        Line("max_packet_size", "1048576");
        Line("log_dest", "stderr");
        Line("log_type", "error");
        Line("log_type", "warning");
        return text.ToString();
    }
}
