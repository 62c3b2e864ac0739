using ExamMonitor.Contracts;

namespace ExamMonitor.Mqtt;

/// <summary>Times that the broker threw this client out shortly after its log-in, and what follows from them. Immutable.</summary>
/// <remarks>
/// Two clients with one id throw each other out at every connect. MQTT 5 has a word for it (0x8E, session taken over), and brokers that do
/// not say it close the connection without one (Mosquitto 2.0.11 does): then it is likely, not certain.
/// </remarks>
/// <param name="Count">Without a quiet time between them, [0, …].</param>
/// <param name="Certain">Whether the broker gave "session taken over" as its reason for one of them.</param>
/// <param name="Newest">When the newest was, UTC.</param>
public sealed record Evictions(int Count, bool Certain, DateTimeOffset Newest)
{
    /// <summary>None.</summary>
    public static readonly Evictions None = new(0, Certain: false, DateTimeOffset.MinValue);

    /// <summary>Shorter than this, and closed by the broker without a word, a connection counts as thrown out.</summary>
    internal static readonly TimeSpan Short = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether it is a problem that a person must mend: certain and twice, or likely and three times, and no quiet quarter of an hour
    /// since.
    /// </summary>
    public bool IsProblem(DateTimeOffset now) => Count >= (Certain ? 2 : 3) && now - Newest <= Forgotten;

    /// <summary>
    /// How long to stay away, so that readers see one of the two and not both by turns: 15 s after the second, doubled up to 5 min. Null
    /// for no longer than usual, which is so where it is only likely: a line that breaks in order, over and over, looks the same, and
    /// events must not wait for it.
    /// </summary>
    internal TimeSpan? Wait =>
        Count < 2 || !Certain
            ? null
            : TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, FirstWait.TotalSeconds * Math.Pow(2, Math.Min(Count - 2, 10))));

    /// <summary>The problem in words.</summary>
    /// <param name="broker">Address of the broker.</param>
    /// <param name="clientId">Our client id.</param>
    public LocalText Text(string broker, string clientId) =>
        Certain
            ? new(
                $"Two agents with one id: another connection with the client id {clientId} took over at {broker}, {Count} times. Give every agent an id of its own (agent).",
                $"两台监测主机使用了同一标识：{broker} 上另一个客户端标识为 {clientId} 的连接已接管 {Count} 次。请为每台监测主机设置各自的标识（agent）。"
            )
            : new(
                $"The broker at {broker} closed the connection {Count} times shortly after the log-in. Most likely another agent has the same id ({clientId}): give every agent an id of its own (agent), or see the broker's log.",
                $"{broker} 的消息代理在登录后不久 {Count} 次关闭连接。很可能另一台监测主机使用了相同标识（{clientId}）：请为每台监测主机设置各自的标识（agent），或查看消息代理日志。"
            );

    /// <summary>What holds after a connection has ended.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="lived">Time since the log-in.</param>
    /// <param name="now">Now.</param>
    internal Evictions After(SessionEnd end, TimeSpan lived, DateTimeOffset now)
    {
        var before = Count > 0 && now - Newest > Forgotten ? None : this;
        if (!end.WasConnected)
            return before;
        if (end.TakenOver)
            return new(before.Count + 1, Certain: true, now);
        return end.ClosedByBroker && lived < Short ? before with { Count = before.Count + 1, Newest = now } : before;
    }
}
