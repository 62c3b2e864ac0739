using ExamMonitor.Contracts;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// An exam from nine to eleven that is filmed minute by minute, with a clock that is wrong for a while. It knows when each segment was
/// really made.
/// </summary>
internal sealed class FilmedExam : IDisposable
{
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly List<(string Path, DateTimeOffset Made)> _filmed = [];
    private readonly string _when;
    private readonly TimeSpan _by;
    private TimeSpan _offset;

    public FilmedExam(string when, TimeSpan by)
    {
        (_when, _by) = (when, by);
        World = new(options: new() { ClockAllowance = TimeSpan.FromDays(3), ClockIsSynchronized = () => false });
        World.Open();
        World.Retention!.RememberSessions([RetentionWorld.Session("S1", RetentionWorld.Start.AddHours(9))], "import");
    }

    public RetentionWorld World { get; }

    /// <summary>Time that it really is.</summary>
    public DateTimeOffset Real => World.Time.GetUtcNow() - _offset;

    /// <summary>From six to twelve.</summary>
    public void Film()
    {
        Pass(TimeSpan.FromHours(6));
        FilmTo(7, 0);
        if (_when.StartsWith("at the start", StringComparison.Ordinal))
        {
            Restart(_by);
            FilmTo(9, 20);
            if (_when == "at the start")
                SetRight();
        }

        if (_when.StartsWith("in the exam", StringComparison.Ordinal))
        {
            FilmTo(9, 20);
            World.Time.StepWallClock(_by);
            _offset += _by;
            FilmTo(9, 24);
            if (_when == "in the exam")
                SetRight();
            else
                Restart(-_offset);
        }

        FilmTo(12, 0);
        if (_when != "before the sweep")
            return;
        World.Time.StepWallClock(_by);
        _offset += _by;
    }

    /// <summary>A sweep when every byte is wanted: nothing that the exam left may go.</summary>
    public void SweepShortOfSpace(string at)
    {
        World.Simulated.Free = 1;
        World.Sweep(full: true);
        var from = RetentionWorld.Start.AddHours(8.5);
        var gone = _filmed.Where(f => f.Made > from && f.Made - Minute < from.AddHours(3) && World.Volume.Length(f.Path) is null).ToList();
        Assert.True(
            gone.Count == 0,
            $"{at}: {gone.Count} segments of the exam are gone, the first was made at {gone.FirstOrDefault().Made:O}: {gone.FirstOrDefault().Path}"
        );
    }

    public void Pass(TimeSpan by)
    {
        if (by > TimeSpan.Zero)
            World.Pass(by);
    }

    public void Dispose() => World.Dispose();

    /// <summary>Sets the clock right.</summary>
    public void SetRight()
    {
        World.Time.StepWallClock(-_offset);
        _offset = TimeSpan.Zero;
    }

    private void Restart(TimeSpan by)
    {
        World.Ledger.Commit();
        World.Close();
        World.Time.Advance(Minute);
        World.Time.StepWallClock(by);
        _offset += by;
        World.Open();
    }

    private void FilmTo(int hour, int minute)
    {
        for (var to = RetentionWorld.Start.AddHours(hour).AddMinutes(minute); Real < to; )
        {
            // The agent takes the clock every few seconds, and signs a head a minute.
            for (var i = 0; i < 4; i++)
            {
                World.Retention!.Now();
                World.Time.Advance(Minute / 4);
            }

            var start = World.Time.GetUtcNow() - Minute;
            World.Record(Camera, start, Minute);
            _filmed.Add((World.Held().MaxBy(s => s.Id)!.Path, Real));
            World.Retention!.Now();
            World.Ledger.Commit();
        }
    }
}
