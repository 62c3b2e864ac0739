using ExamMonitor.Capture;
using ExamMonitor.Media;

namespace ExamMonitor.SetUp.Cameras;

/// <summary>Takes what a camera under test sends, for some seconds. Thread-safe to read after <see cref="Done"/>.</summary>
/// <param name="seconds">Seconds of media that are enough.</param>
internal sealed class CameraTestSink(double seconds) : ICameraSink
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Pts90k> _keys = [];
    private Pts90k? _begin;
    private long _bytes;
    private int _frames;
    private uint _video;

    /// <summary>Completes when enough was seen, or an attempt failed.</summary>
    public Task Done => _done.Task;

    /// <summary>Why it failed; null while it has not.</summary>
    public RunEnd? Failure { get; private set; }

    /// <summary>What the stream is; null before the first fragment.</summary>
    public RunStart? Start { get; private set; }

    /// <summary>First fragment that begins with a key frame; null before it.</summary>
    public Fragment? Picture { get; private set; }

    /// <summary>Seconds of media that came.</summary>
    public double Seconds { get; private set; }

    /// <summary>Pictures a second; null while too little came.</summary>
    public double? FramesPerSecond => Seconds > 0.5 ? Math.Round(_frames / Seconds, 1) : null;

    /// <summary>kbit/s; null while too little came.</summary>
    public double? BitRateKbps => Seconds > 0.5 ? Math.Round(_bytes * 8 / Seconds / 1000) : null;

    /// <summary>Mean distance of key frames, seconds; null when fewer than two came.</summary>
    public double? KeyFrameSeconds =>
        _keys.Count > 1 ? Math.Round((_keys[^1].Ticks - _keys[0].Ticks) / 90000.0 / (_keys.Count - 1), 2) : null;

    /// <inheritdoc/>
    public ValueTask RunStartedAsync(RunStart run, CancellationToken cancellationToken)
    {
        Start = run;
        _video = run.Initialization.Video?.Id ?? 0;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask FragmentAsync(CapturedFragment fragment, CancellationToken cancellationToken)
    {
        var media = fragment.Fragment;
        _begin ??= media.Start;
        if (media.StartsWithSync)
        {
            _keys.Add(media.Start);
            Picture ??= media;
        }

        _bytes += media.Bytes.Length;
        foreach (var run in media.Tracks)
            if (run.TrackId == _video)
                _frames += run.Samples;
        Seconds = (media.End.Ticks - _begin.Value.Ticks) / 90000.0;
        if (Seconds >= seconds)
            _done.TrySetResult();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    void ICameraSink.Picture(AnalysisPicture picture) => picture.Dispose();

    /// <inheritdoc/>
    public ValueTask RunEndedAsync(RunEnd end, CancellationToken cancellationToken)
    {
        if (!_done.Task.IsCompleted)
            Failure = end;
        _done.TrySetResult();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask AttemptFailedAsync(RunEnd failure, CancellationToken cancellationToken)
    {
        Failure ??= failure;
        _done.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
