using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Rtsp;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>Takes pictures from a camera's sub-stream, in a child of its own: what happens to it cannot reach the recording. Restarts it; while it fails, <see cref="PictureTaker"/> falls back to the recorded stream.</summary>
internal sealed class SubStreamLoop(CaptureContext context, CameraSource source, PictureTaker pictures)
{
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(10));

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(Uri address, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var failure = await RunOnceAsync(address, cancellationToken).ConfigureAwait(false);
                if (cancellationToken.IsCancellationRequested) return;
                if (_backoff.Failures == 0) CaptureLog.AnalysisFailed(context.Log, source.Room, source.Camera, failure.Text.En);
                if (!await FailedAsync(failure, cancellationToken).ConfigureAwait(false)) return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Supervisor: a broken taker or pipe costs pictures until the next attempt, never the camera's analysis for good.
            catch (Exception e)
#pragma warning restore CA1031
            {
                CaptureLog.Unexpected(context.Log, e, source.Room, source.Camera);
                if (!await FailedAsync(StreamFailure.Program(e.Message), cancellationToken).ConfigureAwait(false)) return;
            }
        }
    }

    /// <summary>Says so, and waits; false when it is time to stop.</summary>
    private async Task<bool> FailedAsync(StreamFailure failure, CancellationToken cancellationToken)
    {
        pictures.SubStream(failure.Text);
        await Task.Delay(_backoff.Next(), context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }

    private async Task<StreamFailure> RunOnceAsync(Uri address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(context.Options.ConnectTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var (relay, failure) = await RtspRelay.OpenAsync(source, address, context.Time, either.Token).ConfigureAwait(false);
        if (relay is null) return failure!;
        await using (relay.ConfigureAwait(false)) return await RunOnceAsync(address, relay, cancellationToken).ConfigureAwait(false);
    }

    private async Task<StreamFailure> RunOnceAsync(Uri address, RtspRelay relay, CancellationToken cancellationToken)
    {
        var errors = new ErrorLines(source.Credentials);
        var start = new ChildProcessStart(context.Tools.FfmpegPath, CaptureArguments.PicturesOnly(source.AnalysisSize, "pipe:1"))
        {
            Input = ConcatScript.Format(relay.Target, null, RtspTransport.Tcp, context.Options.StallTimeout),
            ErrorLine = errors.Add,
            TerminateToStop = true,
        };
        try
        {
            var child = await ChildProcess.StartAsync(start, context.Time, cancellationToken).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                // A smart codec's key frames may be 20 s apart.
                using var silence = new CancellationTokenSource(context.Options.ConnectTimeout, context.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
                try
                {
                    var loop = new PictureLoop(Got, pictures.Dropped);
                    await loop.RunAsync(child.Output, context.Time.GetUtcNow, either.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    return StreamFailure.Silent(address.Authority, context.Options.ConnectTimeout);
                }
                catch (InvalidMediaException)
                {
                    // Cut off in the middle: standard error says why.
                }

                await child.StopAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
                return new ChildEnding(address, errors.Snapshot(), null) { Seen = relay.View }.Explain();

                void Got(AnalysisPicture picture)
                {
                    silence.CancelAfter(context.Options.ConnectTimeout);
                    if (_backoff.Reset()) pictures.SubStream(null);
                    pictures.Take(picture);
                }
            }
        }
        catch (ChildProcessException e)
        {
            return StreamFailure.Program(e.Message);
        }
    }
}
