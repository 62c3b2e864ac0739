namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>The real clock, moved by a test: timers run as they do, the labels jump.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _shiftTicks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _shiftTicks));

    public void Shift(TimeSpan by) => Interlocked.Add(ref _shiftTicks, by.Ticks);
}
