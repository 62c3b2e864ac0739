using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Pictures;
using ExamMonitor.Capture.Rtsp;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>
/// Takes pictures from a camera's sub-stream, in a child of its own: what happens to it cannot reach the recording. Restarts it; while it
/// fails, <see cref="PictureTaker"/> falls back to the recorded stream.
/// </summary>
/// <remarks>Key frames alone are decoded while they are frequent. When one is late the session begins anew, the stream is taken as it is,
/// and a second child decodes all of it: a sub-stream is small.</remarks>
internal sealed class SubStreamLoop(CaptureContext context, CameraSource source, PictureTaker pictures)
{
    /// <summary>Time after a key frame in which the next one comes, unless they are rare.</summary>
    private static readonly TimeSpan KeyFramePatience = TimeSpan.FromSeconds(PictureChoice.RareSeconds + 1.5);
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(10));
    private bool _whole;

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(Uri address, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var failure = await ConnectAsync(address, cancellationToken).ConfigureAwait(false);
                if (cancellationToken.IsCancellationRequested)
                    return;
                if (failure is null)
                    continue;
                if (_backoff.Failures == 0)
                    CaptureLog.AnalysisFailed(context.Log, source.Room, source.Camera, failure.Text.En);
                if (!await FailedAsync(failure, cancellationToken).ConfigureAwait(false))
                    return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            // Supervisor: a broken taker or pipe costs pictures until the next attempt, never the camera's analysis for good.
#pragma warning disable CA1031
            catch (Exception e)
#pragma warning restore CA1031
            {
                CaptureLog.Unexpected(context.Log, e, source.Room, source.Camera);
                if (!await FailedAsync(StreamFailure.Program(e.Message), cancellationToken).ConfigureAwait(false))
                    return;
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

    private async Task<StreamFailure?> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(context.Options.ConnectTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var (relay, failure) = await RtspRelay
            .OpenAsync(source, address, context.Time, context.Tick, either.Token, keyFramesOnly: !_whole)
            .ConfigureAwait(false);
        if (relay is null)
            return failure!;
        await using (relay.ConfigureAwait(false))
            return await (
                _whole ? RunWholeAsync(address, relay, cancellationToken) : RunOnceAsync(address, relay, cancellationToken)
            ).ConfigureAwait(false);
    }

    /// <summary>Takes the stream as it is and has all of it decoded, until it ends.</summary>
    private async Task<StreamFailure?> RunWholeAsync(Uri address, RtspRelay relay, CancellationToken cancellationToken)
    {
        using var groups = new GroupDecoder(
            context,
            source.AnalysisSize,
            pictures.Take,
            why => CaptureLog.AnalysisFailed(context.Log, source.Room, source.Camera, why),
            always: true
        );
        return await TakeAsync(address, relay, CaptureArguments.FragmentsOnly(), ReadAsync, () => Silent(address), cancellationToken)
            .ConfigureAwait(false);

        async Task ReadAsync(Stream output, CancellationTokenSource silence, CancellationToken either)
        {
            try
            {
                var reader = new FragmentReader(output);
                var initialization = await reader.ReadInitializationAsync(either).ConfigureAwait(false);
                while (await reader.ReadFragmentAsync(either).ConfigureAwait(false) is { } fragment)
                {
                    silence.CancelAfter(context.Options.StallTimeout);
                    if (_backoff.Reset())
                        pictures.SubStream(null);
                    groups.Add(initialization, fragment, context.Time.GetUtcNow());
                    pictures.Say(PictureBasis.SubStream, groups);
                }
            }
            finally
            {
                _whole = groups.KeyFrameSeconds > PictureChoice.RareSeconds;
            }
        }
    }

    /// <summary>Takes key frames until the stream ends; null when they turn out to be rare.</summary>
    private Task<StreamFailure?> RunOnceAsync(Uri address, RtspRelay relay, CancellationToken cancellationToken)
    {
        var got = false;
        return TakeAsync(
            address,
            relay,
            CaptureArguments.PicturesOnly(source.AnalysisSize, "pipe:1"),
            ReadAsync,
            Explain,
            cancellationToken
        );

        Task ReadAsync(Stream output, CancellationTokenSource silence, CancellationToken either) =>
            new PictureLoop(
                picture =>
                {
                    got = true;
                    silence.CancelAfter(KeyFramePatience);
                    if (_backoff.Reset())
                        pictures.SubStream(null);
                    pictures.Take(picture);
                },
                pictures.Dropped
            ).RunAsync(output, context.Time.GetUtcNow, either);

        StreamFailure? Explain()
        {
            // After a first key frame: rare ones, or a stream that fell silent; taken as it is, it tells which.
            _whole = got;
            return got ? null : Silent(address);
        }
    }

    private StreamFailure Silent(Uri address) => StreamFailure.Silent(address.Authority, context.Options.ConnectTimeout);

    /// <summary>One child from start to end: reads what it gives, until it ends or is silent for too long.</summary>
    private async Task<StreamFailure?> TakeAsync(
        Uri address,
        RtspRelay relay,
        IReadOnlyList<string> arguments,
        Func<Stream, CancellationTokenSource, CancellationToken, Task> read,
        Func<StreamFailure?> fellSilent,
        CancellationToken cancellationToken
    )
    {
        var errors = new ErrorLines(source.Credentials);
        var start = new ChildProcessStart(context.Tools.FfmpegPath, arguments)
        {
            Input = ConcatScript.Format(relay.Target, null, RtspTransport.Tcp, context.Options.StallTimeout),
            ErrorLine = errors.Add,
            TerminateToStop = true,
            OutputPipeBytes = CameraSession.OutputPipeBytes,
        };
        try
        {
            var child = await ChildProcess.StartAsync(start, context.Time, cancellationToken).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                using var silence = new CancellationTokenSource(context.Options.ConnectTimeout, context.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
                try
                {
                    await read(child.Output, silence, either.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    return fellSilent();
                }
                catch (InvalidMediaException)
                {
                    // Cut off in the middle: standard error says why.
                }

                await child.StopAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
                return new ChildEnding(address, errors.Snapshot(), null) { Seen = relay.View }.Explain();
            }
        }
        catch (ChildProcessException e)
        {
            return StreamFailure.Program(e.Message);
        }
    }
}
