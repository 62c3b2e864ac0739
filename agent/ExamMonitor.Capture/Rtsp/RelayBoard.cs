namespace ExamMonitor.Capture.Rtsp;

/// <summary>Where a relay writes what it sees. Thread-safe.</summary>
internal sealed class RelayBoard
{
    private readonly Lock _gate = new();
    private RelayView _view = new();

    /// <summary>What was seen so far.</summary>
    public RelayView View => Volatile.Read(ref _view);

    /// <summary>Replaces it by what <paramref name="change"/> makes of it.</summary>
    public void Change(Func<RelayView, RelayView> change)
    {
        lock (_gate) Volatile.Write(ref _view, change(_view));
    }
}
