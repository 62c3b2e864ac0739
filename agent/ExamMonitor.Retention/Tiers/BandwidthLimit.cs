namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// A token bucket: on average no more than so many bytes a second, and never more than a second's worth at once. Safe from any thread.
/// </summary>
/// <param name="bytesPerSecond">> 0; null for no limit.</param>
/// <param name="time">Clock.</param>
internal sealed class BandwidthLimit(long? bytesPerSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = bytesPerSecond ?? 0;
    private long _filledAt = time.GetTimestamp();
    private long _bytes;

    /// <summary>Bytes that went through.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>
    /// Largest piece worth asking for at once, bytes, 4 KiB to 512 KiB: every piece waits for a thread once, and what the processor's cache
    /// no longer holds is fetched twice.
    /// </summary>
    public int Piece => bytesPerSecond is { } rate ? (int)Math.Clamp(rate / 8, 4096, 1 << 19) : 1 << 19;

    /// <summary>Returns when so many bytes may travel.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _bytes, bytes);
        if (bytesPerSecond is not { } rate)
            return;
        double debt;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(rate, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * rate));
            _filledAt = now;
            // The bucket may go below zero: who comes next waits for what was taken before it.
            _tokens -= bytes;
            debt = -_tokens;
        }

        if (debt > 0)
            await Task.Delay(TimeSpan.FromSeconds(debt / rate), time, cancellationToken).ConfigureAwait(false);
    }
}
