using System.Collections.Concurrent;
using ExamMonitor.Broker;
using ExamMonitor.TestKit;

namespace ExamMonitor.Mqtt.Tests.Broker;

/// <summary>The agent's own broker in this process, with a writer, a reader and a nobody.</summary>
internal sealed class OwnBroker : IAsyncDisposable
{
    public const string Writer = "agent";
    public const string Reader = "dashboard";
    public const string Nobody = "nobody";
    public const string Password = "a password for tests only";
    public const string Root = "exam-monitor/v1/site";

    private static readonly PasswordHash Hash = PasswordHash.Of(Password);
    private readonly BrokerLimits _limits;
    private readonly string _folder;

    private readonly TimeProvider _time;

    private OwnBroker(string folder, BrokerLimits limits, TimeProvider time) => (_folder, _limits, _time) = (folder, limits, time);

    public EmbeddedBroker Running { get; private set; } = null!;

    public int Port { get; private set; }

    public ConcurrentQueue<string> Log { get; } = new();

    public static async Task<OwnBroker> StartAsync(string folder, BrokerLimits? limits = null, TimeProvider? time = null)
    {
        var broker = new OwnBroker(folder, limits ?? new() { RefusalDelay = TimeSpan.FromMilliseconds(100) }, time ?? TimeProvider.System)
        {
            Port = Loopback.FreePort(),
        };
        await broker.StartAgainAsync();
        return broker;
    }

    public async Task StartAgainAsync() =>
        Running = await EmbeddedBroker.StartAsync(
            new(
                _folder,
                [new("127.0.0.1", Port)],
                [new(Writer, Hash, [], [Root + "/#"], "agent-"), new(Reader, Hash, [Root + "/#"], []), new(Nobody, Hash, [], [], "health-")]
            )
            {
                Limits = _limits,
            },
            Log.Enqueue,
            _time
        );

    public MqttOptions Options(string user, string id, string password = Password) =>
        new()
        {
            Host = "127.0.0.1",
            Port = Port,
            ClientId = id,
            User = user,
            Password = password,
            ReconnectMin = TimeSpan.FromMilliseconds(50),
            ReconnectMax = TimeSpan.FromMilliseconds(200),
        };

    public async Task<MqttConnection> ConnectAsync(string user, string id, Func<MqttMessage?>? will = null)
    {
        var connection = new MqttConnection(Options(user, id), TimeProvider.System, will);
        connection.Start();
        await Client.ConnectedAsync(connection);
        return connection;
    }

    public ValueTask DisposeAsync() => Running.DisposeAsync();
}
