namespace ExamMonitor.Capture.Rtsp;

/// <summary>
/// Counts the packets of a track that came and that never did, by their sequence numbers (RFC 3550 A.1). Not thread-safe.
/// </summary>
internal sealed class PacketCount
{
    /// <summary>A jump that is larger than this is a sender that began anew, not a loss (RFC 3550 A.1, MAX_DROPOUT).</summary>
    private const int LargestLoss = 3000;
    private const int LargestDelay = 100;
    private ushort _next;
    private bool _begun;

    /// <summary>Packets that came.</summary>
    public long Received { get; private set; }

    /// <summary>Packets that never came.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes a packet.</summary>
    /// <returns>How many are missing before it; 0 for one that came late or twice.</returns>
    public int Add(ushort sequence)
    {
        Received++;
        var ahead = (short)(sequence - _next);
        if (!_begun || ahead > LargestLoss || ahead < -LargestDelay)
        {
            (_begun, _next) = (true, (ushort)(sequence + 1));
            return 0;
        }

        if (ahead < 0)
            return 0;
        Lost += ahead;
        _next = (ushort)(sequence + 1);
        return ahead;
    }
}
