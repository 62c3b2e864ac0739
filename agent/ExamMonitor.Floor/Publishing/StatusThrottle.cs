namespace ExamMonitor.Floor.Publishing;

/// <summary>Decides which status is worth sending: a changed one at once, any other when its heartbeat is due. Not thread-safe.</summary>
internal sealed class StatusThrottle
{
    private readonly Dictionary<string, (string Key, DateTimeOffset SentAt)> _sent = new(StringComparer.Ordinal);

    /// <summary>Whether <paramref name="status"/> is to be sent now; then it counts as sent.</summary>
    /// <param name="status">Status.</param>
    /// <param name="now">Monotonic enough: a step back counts as due.</param>
    public bool Take(Status status, DateTimeOffset now)
    {
        if (!IsDue(status.Topic, now) && string.Equals(_sent[status.Topic].Key, status.Key, StringComparison.Ordinal))
            return false;
        _sent[status.Topic] = (status.Key, now);
        return true;
    }

    /// <summary>Whether a topic's heartbeat is due, or nothing was sent on it yet.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="now">As for <see cref="Take"/>.</param>
    public bool IsDue(string topic, DateTimeOffset now) =>
        !_sent.TryGetValue(topic, out var last) || now < last.SentAt || now - last.SentAt >= Longest;

    /// <summary>A little sooner than the longest allowed time, so that a late look is still in time.</summary>
    private static readonly TimeSpan Longest = Heartbeat.Every - TimeSpan.FromSeconds(1.5);
}
