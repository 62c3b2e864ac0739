namespace ExamMonitor.Broker;

/// <summary>Counts what each key may do per second, with a burst. Thread safe; remembers a bounded number of keys.</summary>
/// <param name="perSecond">Refill.</param>
/// <param name="burst">Size of the bucket.</param>
/// <param name="time">Clock.</param>
internal sealed class TokenBuckets(double perSecond, double burst, TimeProvider time)
{
    private const int MostKeys = 4096;
    private readonly Dictionary<string, (double Tokens, long At)> _buckets = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Takes one; false when the key has to wait.</summary>
    public bool TryTake(string key)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_buckets.Count >= MostKeys && !_buckets.ContainsKey(key))
                Forget(now);
            var (tokens, at) = _buckets.TryGetValue(key, out var known) ? known : (burst, now);
            tokens = Math.Min(burst, tokens + (time.GetElapsedTime(at, now).TotalSeconds * perSecond));
            _buckets[key] = (tokens < 1 ? tokens : tokens - 1, now);
            return tokens >= 1;
        }
    }

    /// <summary>
    /// Full buckets tell nothing; should none be full, all are forgotten: a bound on memory comes before a bound on speed.
    /// </summary>
    private void Forget(long now)
    {
        foreach (var (key, (tokens, at)) in _buckets.ToArray())
        {
            if (tokens + (time.GetElapsedTime(at, now).TotalSeconds * perSecond) >= burst)
                _buckets.Remove(key);
        }

        if (_buckets.Count >= MostKeys)
            _buckets.Clear();
    }
}
