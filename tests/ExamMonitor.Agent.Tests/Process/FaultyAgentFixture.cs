using System.Diagnostics;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>An agent whose disk and clock can be made to fail, and what it tells over MQTT meanwhile.</summary>
public sealed class FaultyAgentFixture : AgentFixture
{
    private readonly List<ProblemEvent> _events = [];
    private readonly Dictionary<string, byte[]> _newest = new(StringComparer.Ordinal);
    private MqttConnection? _reader;
    private int _lost;

    public PreloadedFaults Faults { get; private set; } = null!;

    public string Volume => PathOf("footage");

    /// <summary>Connections that the reader lost. Whoever loses one misses the events of that time.</summary>
    public int LostConnections => Volatile.Read(ref _lost);

    protected override IReadOnlyList<string> CameraIds => ["C1"];

    protected override string Watching => "enabled: false";

    // One day: with a clock in 2090 everything that is no exam would be old enough to go.
    protected override string MoreConfiguration =>
        """
            retention:
              idleDays: 1

            """;

    protected override async Task PrepareAsync(ProcessStartInfo start)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Faults are loaded before the C library, which Linux can do.");
        Faults = await PreloadedFaults.MakeAsync(PathOf("faults"));
        Faults.ApplyTo(start, Volume);
    }

    /// <summary>Reads what the agent tells, as the dashboard does.</summary>
    public async Task ListenAsync()
    {
        if (_reader is not null)
            return;
        var address = BrokerAddress.Parse(Link.Broker);
        _reader = new MqttConnection(
            new()
            {
                Host = address.Host,
                Port = address.Port,
                ClientId = "wall",
                User = Link.BrokerUser,
                Password = Link.BrokerPassword,
            },
            TimeProvider.System
        );
        _reader.Subscribe(
            "exam-monitor/v1/test/#",
            m =>
            {
                lock (_events)
                {
                    _newest[m.Topic] = m.Payload.ToArray();
                    if (m.Topic.EndsWith("/events", StringComparison.Ordinal))
                        _events.Add(JsonSerializer.Deserialize<ProblemEvent>(m.Payload.Span, ContractJson.Options)!);
                }
            }
        );
        _reader.StateChanged += s => Interlocked.Add(ref _lost, s.Connected ? 0 : 1);
        _reader.Start();
        await Eventually.TrueAsync(() => _reader.State.Connected);
    }

    /// <summary>Events of a kind of problem, in order.</summary>
    public IReadOnlyList<ProblemEvent> Events(string code)
    {
        lock (_events)
            return [.. _events.Where(e => e.Code == code)];
    }

    /// <summary>The newest payload of a topic; null before the first.</summary>
    public T? Newest<T>(string topic)
        where T : class
    {
        lock (_events)
            return _newest.TryGetValue(topic, out var payload) ? JsonSerializer.Deserialize<T>(payload, ContractJson.Options) : null;
    }

    public override async ValueTask DisposeAsync()
    {
        Faults?.Heal();
        if (_reader is not null)
            await _reader.DisposeAsync();
        await base.DisposeAsync();
    }
}
