namespace ExamMonitor.Capture;

/// <summary>Share of packets that were lost over the last ten seconds. Not thread-safe.</summary>
internal sealed class LossWindow
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private readonly Queue<(DateTimeOffset At, long Received, long Lost)> _recent = new();

    /// <summary>Takes the sums so far.</summary>
    /// <returns>[0, 1].</returns>
    public double Add(DateTimeOffset at, long received, long lost)
    {
        _recent.Enqueue((at, received, lost));
        while (_recent.Count > 1 && at - _recent.Peek().At > Window)
            _recent.Dequeue();
        var first = _recent.Peek();
        var (came, missing) = (received - first.Received, lost - first.Lost);
        return missing <= 0 ? 0 : Math.Round((double)missing / (missing + Math.Max(0, came)), 4);
    }
}
