using System.Runtime.InteropServices;
using ExamMonitor.Media;

namespace ExamMonitor.Recording.Writing;

/// <summary>
/// The instant of a run that a file calls <paramref name="At90k"/>: <paramref name="Time"/> ÷ <paramref name="Timescale"/> seconds.
/// </summary>
/// <param name="Time">Ticks.</param>
/// <param name="Timescale">Ticks per second; 0 means that nothing is moved.</param>
/// <param name="At90k">Media time in the file, 1/90,000 s.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MediaOrigin(ulong Time, uint Timescale, long At90k)
{
    /// <summary>
    /// The earliest time of a fragment over its tracks: no track may begin below zero, and all must move by the same amount to stay in
    /// step.
    /// </summary>
    public static MediaOrigin Of(Fragment fragment, InitializationSegment initialization, long at90k)
    {
        var origin = new MediaOrigin(0, 0, at90k);
        foreach (var run in fragment.Tracks)
        {
            var timescale = TimescaleOf(run, initialization);
            if (origin.Timescale == 0 || (UInt128)run.BaseDecodeTime * origin.Timescale < (UInt128)origin.Time * timescale)
                origin = new(run.BaseDecodeTime, timescale, at90k);
        }

        return origin;
    }

    /// <summary>
    /// Time of a track's samples in the file, ticks of that track. Never below zero: a track that lags behind the origin is held there.
    /// </summary>
    public ulong Map(TrackRun run, InitializationSegment initialization)
    {
        var timescale = TimescaleOf(run, initialization);
        var moved = Timescale == 0 ? 0 : (UInt128)Time * timescale / Timescale;
        var at = (UInt128)(ulong)At90k * timescale / Pts90k.PerSecond;
        var mapped = (UInt128)run.BaseDecodeTime + at;
        return mapped < moved ? 0 : (ulong)(mapped - moved);
    }

    private static uint TimescaleOf(TrackRun run, InitializationSegment initialization) =>
        initialization.Tracks.First(t => t.Id == run.TrackId).Timescale;
}
