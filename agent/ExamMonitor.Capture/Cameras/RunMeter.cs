using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>Measures a run from its fragments: rates over the last 10 s, and the camera's clock. Not thread-safe.</summary>
internal sealed class RunMeter(InitializationSegment initialization)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OwnTime = TimeSpan.FromMilliseconds(60);
    private readonly Queue<(DateTimeOffset From, DateTimeOffset To, int Frames, int Bytes)> _recent = new();
    private readonly Queue<double> _offsets = new();
    private readonly uint _video = initialization.Tracks.FirstOrDefault(t => t.Kind == TrackKind.Video)?.Id ?? 0;

    /// <summary>kbit/s.</summary>
    public double? BitRateKbps { get; private set; }

    /// <summary>Frames per second of arrival.</summary>
    public double? FramesPerSecond { get; private set; }

    /// <summary>Camera clock minus ours, ms; median of the last fragments.</summary>
    public double? ClockOffsetMs { get; private set; }

    /// <summary>Video samples of a fragment.</summary>
    public int VideoFrames(Fragment fragment)
    {
        var frames = 0;
        foreach (var run in fragment.Tracks)
        {
            if (run.TrackId == _video) frames += run.Samples;
        }

        return frames;
    }

    /// <summary>Takes a fragment.</summary>
    public void Add(CapturedFragment captured)
    {
        _recent.Enqueue((captured.FirstFrameAtUtc, captured.ArrivedAtUtc, VideoFrames(captured.Fragment), captured.Fragment.Bytes.Length));
        while (_recent.Count > 1 && captured.ArrivedAtUtc - _recent.Peek().From > Window) _recent.Dequeue();
        var seconds = (captured.ArrivedAtUtc - _recent.Peek().From).TotalSeconds;
        if (seconds > 0.2)
        {
            FramesPerSecond = Math.Round(_recent.Sum(r => (double)r.Frames) / seconds, 2);
            BitRateKbps = Math.Round(_recent.Sum(r => 8.0 * r.Bytes) / seconds / 1000, 1);
        }

        MeasureClock(captured);
    }

    // ffmpeg writes the camera's own time of the fragment's first sample into prft once a sender report has come (RFC 3550, 6.4.1), and before
    // that its own time of writing, which is our clock at the arrival of the last sample: a producer time within 60 ms of that tells nothing.
    private void MeasureClock(CapturedFragment captured)
    {
        if (captured.Fragment.ProducerTimeUtc is not { } produced || (produced - captured.ArrivedAtUtc).Duration() < OwnTime) return;
        _offsets.Enqueue((produced - captured.FirstFrameAtUtc).TotalMilliseconds);
        if (_offsets.Count > 15) _offsets.Dequeue();
        if (_offsets.Count < 3) return;
        ClockOffsetMs = Math.Round(_offsets.Order().ElementAt(_offsets.Count / 2));
    }
}
