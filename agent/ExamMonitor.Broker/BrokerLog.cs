namespace ExamMonitor.Broker;

/// <summary>Sentences for the log; one kind is written once a minute, with the number of those that were not.</summary>
/// <param name="write">Takes a line.</param>
/// <param name="time">Clock.</param>
internal sealed class BrokerLog(Action<string> write, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, (long At, int Silent)> _kinds = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Says it, or counts it.</summary>
    /// <param name="kind">One of a few words of the program's own.</param>
    /// <param name="sentence">What happened; no secret, and nothing that a client chose but ids that were checked.</param>
    public void Say(string kind, string sentence)
    {
        int silent;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_kinds.TryGetValue(kind, out var last) && time.GetElapsedTime(last.At, now) < Interval)
            {
                _kinds[kind] = (last.At, last.Silent + 1);
                return;
            }

            silent = last.Silent;
            _kinds[kind] = (now, 0);
        }

        write(silent == 0 ? sentence : FormattableString.Invariant($"{sentence} ({silent} more of this kind since the last line)"));
    }
}
