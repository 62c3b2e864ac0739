using System.Text.Json;

namespace ExamMonitor.Broker;

/// <summary>
/// All that the broker is told. Comes over standard input as one line of JSON: it holds hashes of passwords, which stand on no command
/// line.
/// </summary>
/// <param name="Folder">Folder of the retained messages; made when missing.</param>
/// <param name="EndPoints">Where it listens, at least one.</param>
/// <param name="Users">Who may log in, and what they may do; nobody else may anything.</param>
public sealed record BrokerSettings(string Folder, IReadOnlyList<BrokerEndPoint> EndPoints, IReadOnlyList<BrokerLogin> Users)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>What it may cost; null = the defaults of <see cref="BrokerLimits"/>.</summary>
    public BrokerLimits? Limits { get; init; }

    /// <summary>One line.</summary>
    public string Format() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static BrokerSettings Parse(string line)
    {
        try
        {
            var settings =
                JsonSerializer.Deserialize<BrokerSettings>(line, Json) ?? throw new InvalidDataException("The broker's settings are null.");
            return settings.EndPoints.Count > 0
                ? settings
                : throw new InvalidDataException("The broker's settings name no address to listen at.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"The broker's settings are not understood at {e.Path}. They come from 'run'; the command is not for use by hand.",
                e
            );
        }
    }
}

/// <summary>Where the broker listens.</summary>
/// <param name="Address">IP address.</param>
/// <param name="Port">TCP port, [1, 65535].</param>
public sealed record BrokerEndPoint(string Address, int Port)
{
    /// <summary>PEM file of its certificate; null for a plain listener.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the certificate's key, not encrypted; set exactly when <see cref="CertificateFile"/> is.</summary>
    public string? KeyFile { get; init; }
}

/// <summary>A user: what is not granted is refused.</summary>
/// <param name="Name">User name.</param>
/// <param name="Password">Hash of the password.</param>
/// <param name="Read">Topic filters under which it may subscribe.</param>
/// <param name="Write">Topic filters under which it may publish.</param>
/// <param name="ClientIds">Beginning of the client ids that belong to this user alone; empty for any that belong to nobody else.</param>
public sealed record BrokerLogin(
    string Name,
    PasswordHash Password,
    IReadOnlyList<string> Read,
    IReadOnlyList<string> Write,
    string ClientIds = ""
);

/// <summary>What clients may cost. Beyond a bound the one who caused it is refused or let go, never the others.</summary>
public sealed record BrokerLimits
{
    /// <summary>Largest packet, bytes.</summary>
    public int PacketBytes { get; init; } = (1024 * 1024) + 4096;

    /// <summary>Largest first packet, that of the log-in with its last will, bytes.</summary>
    public int LoginBytes { get; init; } = 64 * 1024;

    /// <summary>Connections and kept sessions of one user.</summary>
    public int SessionsPerUser { get; init; } = 128;

    /// <summary>Connections that have not logged in yet; one more closes the oldest.</summary>
    public int PendingConnections { get; init; } = 64;

    /// <summary>
    /// Connections of one address of the network per second, on average; four times as many in a burst. Loopback is bounded by
    /// <see cref="PendingConnections"/>.
    /// </summary>
    public int ConnectsPerSecond { get; init; } = 25;

    /// <summary>Time for TLS, and again for the log-in; also for a packet that a client does not take when it is sent away.</summary>
    public TimeSpan LoginWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before a wrong password is answered.</summary>
    public TimeSpan RefusalDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Topic filters of one session.</summary>
    public int Subscriptions { get; init; } = 64;

    /// <summary>Longest topic or filter, characters.</summary>
    public int TopicLength { get; init; } = 1024;

    /// <summary>Messages that wait for one client, sent and not acknowledged ones among them.</summary>
    public int QueuedMessages { get; init; } = 50_000;

    /// <summary>Bytes of payload that wait for one client.</summary>
    public long QueuedBytes { get; init; } = 96L * 1024 * 1024;

    /// <summary>Topics with a retained message.</summary>
    public int RetainedTopics { get; init; } = 20_000;

    /// <summary>Bytes of all retained messages.</summary>
    public long RetainedBytes { get; init; } = 64L * 1024 * 1024;
}
