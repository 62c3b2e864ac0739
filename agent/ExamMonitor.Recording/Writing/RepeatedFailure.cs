namespace ExamMonitor.Recording.Writing;

/// <summary>
/// Counts failures that repeat, so that they are told once at first and then once a minute with their number. One thread at a time.
/// </summary>
/// <param name="time">Clock.</param>
internal sealed class RepeatedFailure(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private long? _toldAt;
    private int _untold;

    /// <summary>Adds one.</summary>
    /// <returns>How many it tells of; null when nothing is to be told now.</returns>
    public int? Add()
    {
        _untold++;
        if (_toldAt is { } at && time.GetElapsedTime(at) < Interval)
            return null;
        (_toldAt, var told, _untold) = (time.GetTimestamp(), _untold, 0);
        return told;
    }

    /// <summary>It works again: the next failure is told at once.</summary>
    public void Ended() => (_toldAt, _untold) = (null, 0);
}
