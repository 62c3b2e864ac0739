using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.Mqtt;

/// <summary>How to reach a broker, and as whom.</summary>
public sealed class MqttOptions
{
    /// <summary>Host name or address of the broker.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>TCP port, [1, 65535]; default 1883. TLS listeners usually take 8883.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 1883;

    /// <summary>Client id, 1 to 64 of <c>A-Z a-z 0-9 . _ -</c>. Two connections with one id throw each other out.</summary>
    [Required]
    public required string ClientId { get; init; }

    /// <summary>User name; null when the broker asks for none.</summary>
    public string? User { get; init; }

    /// <summary>Password; null for none. Never logged and never part of a message.</summary>
    public string? Password { get; init; }

    /// <summary>TLS settings; null for a plain connection.</summary>
    public MqttTls? Tls { get; init; }

    /// <summary>
    /// Silence after which the broker gives us up (times 1.5) and publishes our last will, [5 s, 10 min]; default 20 s. A broker that falls
    /// silent is given up after 10 s.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest time for one attempt to connect, TLS and log-in included, [1 s, 2 min]; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Wait after the first failed attempt, [10 ms, 10 min]; doubled each time up to <see cref="ReconnectMax"/>, with jitter; default 1 s.
    /// </summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between attempts, [<see cref="ReconnectMin"/>, 10 min]; default 30 s.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Largest payload that is sent or accepted, bytes, [1 KiB, 16 MiB]; default 1 MiB. The broker is told not to send more.
    /// </summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxPayloadBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// How long the broker keeps messages for this client id while it is away, [1 s, 30 d]; null for not at all. For readers that must not
    /// miss events.
    /// </summary>
    public TimeSpan? KeepSession { get; init; }

    /// <summary>The options when every value is in range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it and the range.</exception>
    internal MqttOptions Checked()
    {
        Require(!string.IsNullOrWhiteSpace(Host) && Host.Length <= 255, nameof(Host), "a host name or address");
        Require(Port is >= 1 and <= 65535, nameof(Port), "1 to 65535");
        Require(Contracts.IdText.IsValid(ClientId), nameof(ClientId), "1 to 64 of A-Z a-z 0-9 . _ -");
        Require(User is not null || Password is null, nameof(User), "set when there is a password");
        Require(Between(KeepAlive, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10)), nameof(KeepAlive), "5 s to 10 min");
        Require(Between(ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)), nameof(ConnectTimeout), "1 s to 2 min");
        Require(Between(ReconnectMin, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10)), nameof(ReconnectMin), "10 ms to 10 min");
        Require(Between(ReconnectMax, ReconnectMin, TimeSpan.FromMinutes(10)), nameof(ReconnectMax), "the smallest wait to 10 min");
        Require(MaxPayloadBytes is >= 1024 and <= 16 * 1024 * 1024, nameof(MaxPayloadBytes), "1024 to 16777216");
        Require(
            KeepSession is null || Between(KeepSession.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)),
            nameof(KeepSession),
            "1 s to 30 d"
        );
        Tls?.Check();
        return this;
    }

    private static bool Between(TimeSpan value, TimeSpan least, TimeSpan most) => value >= least && value <= most;

    private static void Require(bool ok, string name, string range)
    {
        if (!ok)
            throw new ArgumentException($"MQTT option {name} must be {range}.", name);
    }
}

/// <summary>TLS towards a broker. The server's certificate is always verified.</summary>
public sealed class MqttTls
{
    /// <summary>PEM file of the authority that signed the broker's certificate; null for the operating system's authorities.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>The same authority as PEM text; null when a file or the operating system says it. Wins over the file.</summary>
    public string? CertificateAuthorityPem { get; init; }

    /// <summary>PEM file of our certificate; null when the broker asks for none.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file of the key of <see cref="ClientCertificateFile"/>, not encrypted; set exactly when that is.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>
    /// Whether a certificate made out to another host name is accepted; default false. The signature is checked even then.
    /// </summary>
    public bool SkipHostNameCheck { get; init; }

    internal void Check()
    {
#pragma warning disable MA0015 // The caller's argument is the options as a whole.
        if (ClientCertificateFile is null != ClientKeyFile is null)
            throw new ArgumentException("MQTT TLS: give both the client certificate and its key, or neither.", "options");
        foreach (var file in new[] { CertificateAuthorityFile, ClientCertificateFile, ClientKeyFile })
        {
            if (file is not null && !File.Exists(file))
                throw new ArgumentException($"MQTT TLS: the file {file} does not exist or cannot be read.", "options");
        }
#pragma warning restore MA0015
    }
}
