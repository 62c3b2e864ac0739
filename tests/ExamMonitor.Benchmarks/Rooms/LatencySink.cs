using ExamMonitor.Capture;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>Judges the pictures of one camera as they arrive, until its fault is told.</summary>
/// <param name="setup">Camera.</param>
/// <param name="film">What it sends.</param>
/// <param name="began">When it began to send, UTC.</param>
internal sealed class LatencySink(CameraSetup setup, LatencyFilm film, DateTimeOffset began) : ICameraSink, IDisposable
{
    private readonly TaskCompletionSource<double?> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WatchedCamera _camera = new(setup, new());
    private readonly Lock _gate = new();

    /// <summary>What it sends.</summary>
    public LatencyFilm Film => film;

    /// <summary>Seconds from the fault to its verdict; null when it was not told within 300 s.</summary>
    public async Task<double?> FoundAsync()
    {
        var left = began.AddSeconds(film.Onset + 300) - TimeProvider.System.GetUtcNow();
        try
        {
            return await _found.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public void Picture(AnalysisPicture picture)
    {
        using (picture)
        {
            lock (_gate)
            {
                if (_found.Task.IsCompleted)
                    return;
                var verdict = _camera.Judge(
                    picture.Bytes.Span,
                    new(picture.Width, picture.Height),
                    picture.ArrivedAtUtc,
                    picture.IsKeyFrame ? PictureKind.Key : PictureKind.Between
                );
                var after = (TimeProvider.System.GetUtcNow() - began).TotalSeconds - film.Onset;
                if (after >= 0 && verdict.Health.Contains(film.Health))
                    _found.TrySetResult(after);
            }
        }
    }

    public ValueTask RunStartedAsync(RunStart run, CancellationToken cancellationToken) => default;

    public ValueTask FragmentAsync(CapturedFragment fragment, CancellationToken cancellationToken) => default;

    public ValueTask RunEndedAsync(RunEnd end, CancellationToken cancellationToken) => default;

    public ValueTask AttemptFailedAsync(RunEnd failure, CancellationToken cancellationToken) => default;

    public void Dispose() => _camera.Dispose();
}
