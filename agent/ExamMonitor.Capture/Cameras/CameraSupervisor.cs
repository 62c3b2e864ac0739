using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Rtsp;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Capture;

/// <summary>
/// Keeps one camera captured: attempt after attempt, with back-off, until stopped. <see cref="Vitals"/> is thread-safe; call
/// <see cref="RunAsync"/> once.
/// </summary>
/// <remarks>What a camera sends is told by its description; a camera whose description is untrue is asked by ffprobe. Probe and capture
/// never hold two sessions at once.</remarks>
#pragma warning disable CA1001 // What it owns is disposed at the end of RunAsync, which is called once.
public sealed class CameraSupervisor
#pragma warning restore CA1001
{
    private readonly CaptureContext _context;
    private readonly CameraSource _source;
    private readonly ICameraSink _sink;
    private readonly VitalsStore _vitals;
    private readonly PictureTaker _pictures;
    private readonly FailureReport _report;
    private readonly Backoff _backoff;
    private StreamFacts? _facts;
    private bool _mustAsk;

    /// <summary>Makes a supervisor; nothing starts yet.</summary>
    /// <exception cref="ArgumentException">The source has a mistake; see <see cref="CameraSource.FirstMistake"/>.</exception>
    public CameraSupervisor(CaptureContext context, CameraSource source, ICameraSink sink)
    {
        if (source.FirstMistake() is { } mistake)
            throw new ArgumentException($"{source.Room}/{source.Camera}: {mistake}", nameof(source));
        (_context, _source, _sink, _vitals) = (context, source, sink, new(context.Time));
        _pictures = new(context, source, sink, _vitals, new KeyFrameSnapshot(context.Tools, context.Time));
        (_report, _backoff) = (new(context, source), new(context.Options.MaximumRetryDelay));
    }

    /// <summary>What is going on now; cheap.</summary>
    public CameraVitals Vitals => _vitals.Current;

    /// <summary>
    /// Captures until <paramref name="cancellationToken"/> is cancelled; then ends the run in order (within some ten seconds) and returns.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var sub = _source.AnalysisAddress is { } address
            ? new SubStreamLoop(_context, _source, _pictures).RunAsync(address, cancellationToken)
            : Task.CompletedTask;
        while (!cancellationToken.IsCancellationRequested)
        {
            var wait = await AttemptAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, _context.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await sub.ConfigureAwait(false);
        _pictures.Dispose();
        _vitals.Change(v => v with { State = CaptureState.Stopped, BitRateKbps = null, FramesPerSecond = null });
    }

    // One attempt and what follows from it: how long to wait for the next.
    private async Task<TimeSpan> AttemptAsync(CancellationToken cancellationToken)
    {
        SessionEnd end;
        try
        {
            _vitals.Change(v => v with { State = CaptureState.Connecting });
            end = await ProbeAndRunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (ChildProcessException e)
        {
            end = new(StreamFailure.Program(e.Message), Began: false, FactsWrong: false);
        }
        // Supervisor: one camera's unexpected error, such as a sink that throws, may not end the capture of the room.
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            CaptureLog.Unexpected(_context.Log, e, _source.Room, _source.Camera);
            end = new(StreamFailure.Program(e.Message), Began: false, FactsWrong: true);
        }

        if (cancellationToken.IsCancellationRequested)
            return TimeSpan.Zero;
        if (!end.Began || end.FactsWrong)
            _facts = null;
        _mustAsk = end.FactsWrong;
        if (end.Began)
            _backoff.Reset();
        return await FailedAsync(end, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SessionEnd> ProbeAndRunAsync(CancellationToken cancellationToken)
    {
        var (relay, refusal) = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (relay is null)
            return new(refusal!, Began: false, FactsWrong: false);
        await using (relay.ConfigureAwait(false))
        {
            _facts ??= SessionFacts.Of(relay.Tracks);
            return await new CameraSession(_context, _source, _sink, _vitals, _pictures, relay)
                .RunOnceAsync(_facts, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task<(RtspRelay? Relay, StreamFailure? Failure)> OpenAsync(CancellationToken cancellationToken)
    {
        if (_mustAsk)
        {
            // ffmpeg saw another stream than the camera describes.
            var probe = await new CameraProbe(_context.Tools, _context.Time)
                .AskAsync(_source, null, _context.Options.ConnectTimeout, cancellationToken)
                .ConfigureAwait(false);
            if (probe.Failure is { } failure)
                return (null, new(failure.Cause, failure.Text));
            _facts = probe.Facts!;
        }

        using var limit = new CancellationTokenSource(_context.Options.ConnectTimeout, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await RtspRelay.OpenAsync(_source, _source.Address, _context.Time, _context.Tick, either.Token).ConfigureAwait(false);
    }

    private async Task<TimeSpan> FailedAsync(SessionEnd end, CancellationToken cancellationToken)
    {
        var failure = new RunEnd(end.Failure.Cause, end.Failure.Text, _context.Time.GetUtcNow());
        _report.Add(failure);
        _vitals.Change(v =>
            v with
            {
                State = CaptureState.Waiting,
                Failure = failure,
                FailuresInARow = v.FailuresInARow + 1,
                BitRateKbps = null,
                FramesPerSecond = null,
                ClockOffsetMs = null,
            }
        );
        if (!end.Began)
        {
            try
            {
                await _sink.AttemptFailedAsync(failure, cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // As above: the sink's trouble is not the camera's.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                CaptureLog.Unexpected(_context.Log, e, _source.Room, _source.Camera);
            }
        }

        var wait = _backoff.Next();
        return failure.Cause == GapCause.Authentication && wait < _context.Options.RefusedRetryDelay
            ? _context.Options.RefusedRetryDelay
            : wait;
    }
}
