using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Rtsp;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>
/// Takes the fragments of one ffmpeg child to the sink: starts the run, stamps arrivals, ends it. A wall clock that stepped ends the run at
/// the next sync sample and begins another one from the same session, so that no frame is lost to it.
/// </summary>
internal sealed class RunRecorder(CaptureContext context, CameraSource source, ICameraSink sink, VitalsStore vitals, Func<RelayView> seen)
{
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Longest that ffmpeg keeps media before it hands it over: it probes for up to eleven seconds where a track stays away.
    /// </summary>
    private static readonly TimeSpan LongestKept = TimeSpan.FromSeconds(30);
    private readonly long _lostBefore = vitals.Current.PacketsLost;
    private readonly long _stepsBefore = vitals.Current.ClockSteps;
    private readonly long _errorsBefore = vitals.Current.DecodeErrors;
    private RunClock _clock = new(context.Time);
    private RunMeter? _meter;
    private RunStart? _run;
    private DateTimeOffset? _lastArrival;
    private TimeSpan? _step;
    private Pts90k? _firstMedia;
    private DateTimeOffset _lastSent;
    private long _decodeErrors;
    private long _decodeErrorsTold;
    private readonly LossWindow _loss = new();

    /// <summary>Now, in the run's wall time.</summary>
    public DateTimeOffset Now() => _clock.Now();

    /// <summary>Whether a run has begun.</summary>
    public bool Began { get; private set; }

    /// <summary>Begins the first run.</summary>
    public Task BeginAsync(InitializationSegment initialization, StreamInfo stream, CancellationToken cancellationToken) =>
        BeginAsync(new RunStart(source, initialization, stream, _clock.Now()) { ConnectedAtUtc = _clock.Origin }, cancellationToken);

    /// <summary>Takes a fragment.</summary>
    /// <returns>Why the run must end now; null to go on.</returns>
    public async Task<StreamFailure?> AddAsync(Fragment fragment, CancellationToken cancellationToken)
    {
        _step ??= _clock.Correct();
        if (_step is { } step && fragment.StartsWithSync)
            await RebaseAsync(step, cancellationToken).ConfigureAwait(false);
        var arrived = _clock.Now();
        var first = _lastArrival ?? arrived - TimeSpan.FromTicks(fragment.Duration * TimeSpan.TicksPerSecond / Pts90k.PerSecond);
        var captured = new CapturedFragment(fragment, arrived, first) { IsBroken = IsBroken(first), SentByUtc = SentBy(fragment, arrived) };
        _lastArrival = arrived;
        if (await HandOverAsync(captured, cancellationToken).ConfigureAwait(false) is { } refused)
            return refused;
        Measure(captured);
        return null;
    }

    private async Task<StreamFailure?> HandOverAsync(CapturedFragment fragment, CancellationToken cancellationToken)
    {
        try
        {
            await sink.FragmentAsync(fragment, cancellationToken).ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Whatever the writer threw is the reason of the gap.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return StreamFailure.Writer(e.Message);
        }
    }

    /// <summary>A key frame could not be decoded without errors. Thread-safe.</summary>
    public void DecodeFailed() => Interlocked.Increment(ref _decodeErrors);

    // Never before what was sent before it: a line of time that went back would be another run's.
    private DateTimeOffset SentBy(Fragment fragment, DateTimeOffset arrived)
    {
        var sent = arrived - KeptFor(fragment);
        return _lastSent = sent > _lastSent ? sent : _lastSent;
    }

    // Media time runs as the arrivals at the relay do, and the recording begins with the first key frame that came there. A time that is
    // negative is that of a burst: how early its pictures were is found out by the archive.
    private TimeSpan KeptFor(Fragment fragment)
    {
        _firstMedia ??= fragment.Start;
        if (seen().FirstKeyFrameAt is not { } began)
            return TimeSpan.Zero;
        var kept = context.Time.GetElapsedTime(began) - TimeSpan.FromSeconds((double)(fragment.End - _firstMedia.Value) / Pts90k.PerSecond);
        return kept > TimeSpan.Zero && kept < LongestKept ? kept : TimeSpan.Zero;
    }

    // ffmpeg hands a fragment over up to two seconds after its packets came.
    private bool IsBroken(DateTimeOffset first)
    {
        var (errors, view) = (Interlocked.Read(ref _decodeErrors), seen());
        var decoded = errors == _decodeErrorsTold;
        _decodeErrorsTold = errors;
        return !decoded || view.BrokenSinceUtc is not null || view.LastBrokenUtc >= first - HandOver;
    }

    /// <summary>Video samples of a fragment.</summary>
    public int VideoFrames(Fragment fragment) => _meter?.VideoFrames(fragment) ?? 0;

    /// <summary>Ends the run; everything that was taken has been handed over.</summary>
    public async Task<StreamFailure> EndAsync(StreamFailure failure)
    {
        if (_run is null)
            return failure;
        _run = null;
        CaptureLog.RunEnded(context.Log, source.Room, source.Camera, failure.Text.En);
        using var ending = new CancellationTokenSource(TimeSpan.FromSeconds(10), context.Time);
        await sink.RunEndedAsync(new(failure.Cause, failure.Text, _clock.Now()), ending.Token).ConfigureAwait(false);
        return failure;
    }

    private async Task RebaseAsync(TimeSpan step, CancellationToken cancellationToken)
    {
        var run = _run!;
        await EndAsync(StreamFailure.ClockStep(step)).ConfigureAwait(false);
        (_clock, _step, _lastArrival, _lastSent) = (new RunClock(context.Time), null, null, DateTimeOffset.MinValue);
        await BeginAsync(run with { StartedAtUtc = _clock.Now(), ConnectedAtUtc = null }, cancellationToken).ConfigureAwait(false);
    }

    private async Task BeginAsync(RunStart run, CancellationToken cancellationToken)
    {
        await sink.RunStartedAsync(run, cancellationToken).ConfigureAwait(false);
        (_run, Began, _meter) = (run, true, new RunMeter(run.Initialization));
        var stream = run.Stream;
        CaptureLog.RunStarted(
            context.Log,
            source.Room,
            source.Camera,
            stream.Width,
            stream.Height,
            stream.VideoCodec,
            stream.AudioCodec ?? "none"
        );
        vitals.Change(v => v with { State = CaptureState.Running, Stream = stream, Runs = v.Runs + 1, FailuresInARow = 0, Failure = null });
    }

    private void Measure(CapturedFragment captured)
    {
        _meter!.Add(captured);
        var view = seen();
        var share = _loss.Add(captured.ArrivedAtUtc, view.VideoPackets, view.VideoLost);
        vitals.Change(v =>
            v with
            {
                BitRateKbps = _meter.BitRateKbps,
                FramesPerSecond = _meter.FramesPerSecond,
                ClockOffsetMs = view.ClockOffsetMs,
                ClockStep = view.Step ?? v.ClockStep,
                TimeStands = view.TimeStands,
                ClockSteps = _stepsBefore + view.Steps,
                PacketsLost = _lostBefore + view.VideoLost,
                LossShare = share,
                DecodeErrors = _errorsBefore + Interlocked.Read(ref _decodeErrors),
                BrokenSinceUtc = view.BrokenSinceUtc,
                AudioOffsetMs = _meter.AudioOffsetMs,
                AudioStopped = _meter.AudioStopped,
                LastFrameAtUtc = captured.ArrivedAtUtc,
            }
        );
    }
}
