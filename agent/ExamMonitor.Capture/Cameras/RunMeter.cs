using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>
/// Measures a run from its fragments: rates over the last 10 s, and whether sound and picture advance together. Not thread-safe.
/// </summary>
internal sealed class RunMeter(InitializationSegment initialization)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private const double StoppedSeconds = 10;
    private readonly Queue<(DateTimeOffset From, DateTimeOffset To, int Frames, int Bytes)> _recent = new();
    private readonly Queue<double> _audioOffsets = new();
    private readonly Track? _audio = initialization.Audio;
    private readonly Track? _picture = initialization.Video;
    private double? _audioEnd;
    private readonly uint _video = initialization.Tracks.FirstOrDefault(t => t.Kind == TrackKind.Video)?.Id ?? 0;

    /// <summary>kbit/s.</summary>
    public double? BitRateKbps { get; private set; }

    /// <summary>Frames per second of arrival.</summary>
    public double? FramesPerSecond { get; private set; }

    /// <summary>
    /// End of the audio track behind the end of the video track, ms; median of the last fragments that hold both. Null while there are
    /// none: sound that does not come has not drifted.
    /// </summary>
    public double? AudioOffsetMs { get; private set; }

    /// <summary>Whether an announced audio track brings nothing: its end is ten seconds behind the picture's.</summary>
    public bool AudioStopped { get; private set; }

    /// <summary>Video samples of a fragment.</summary>
    public int VideoFrames(Fragment fragment)
    {
        var frames = 0;
        foreach (var run in fragment.Tracks)
        {
            if (run.TrackId == _video)
                frames += run.Samples;
        }

        return frames;
    }

    /// <summary>Takes a fragment.</summary>
    public void Add(CapturedFragment captured)
    {
        _recent.Enqueue((captured.FirstFrameAtUtc, captured.ArrivedAtUtc, VideoFrames(captured.Fragment), captured.Fragment.Bytes.Length));
        while (_recent.Count > 1 && captured.ArrivedAtUtc - _recent.Peek().From > Window)
            _recent.Dequeue();
        var seconds = (captured.ArrivedAtUtc - _recent.Peek().From).TotalSeconds;
        if (seconds > 0.2)
        {
            FramesPerSecond = Math.Round(_recent.Sum(r => (double)r.Frames) / seconds, 2);
            BitRateKbps = Math.Round(_recent.Sum(r => 8.0 * r.Bytes) / seconds / 1000, 1);
        }

        MeasureAudio(captured.Fragment);
    }

    // What the container can tell: whether both tracks reach equally far on their common timeline. ffmpeg takes that timeline from the
    // arrivals of their packets. Whether lips and voice agree inside the camera is not in there.
    private void MeasureAudio(Fragment fragment)
    {
        if (_audio is null || _picture is null)
            return;
        double? picture = null;
        var heard = false;
        foreach (var run in fragment.Tracks)
        {
            if (run.TrackId == _audio.Id && run.Samples > 0)
                (_audioEnd, heard) = ((double)(run.BaseDecodeTime + run.Duration) / _audio.Timescale, true);
            else if (run.TrackId == _picture.Id)
                picture = (double)(run.BaseDecodeTime + run.Duration) / _picture.Timescale;
        }

        if (picture is not { } end)
            return;
        var behind = end - (_audioEnd ??= end - ((double)fragment.Duration / Pts90k.PerSecond));
        AudioStopped = behind >= StoppedSeconds;
        if (!heard)
            return;
        _audioOffsets.Enqueue(behind * 1000);
        if (_audioOffsets.Count > 15)
            _audioOffsets.Dequeue();
        if (_audioOffsets.Count >= 3)
            AudioOffsetMs = Math.Round(_audioOffsets.Order().ElementAt(_audioOffsets.Count / 2));
    }
}
