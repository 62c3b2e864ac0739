using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Pictures;
using ExamMonitor.Capture.Rtsp;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>How an attempt ended.</summary>
/// <param name="Failure">Why.</param>
/// <param name="Began">Whether a run had begun.</param>
/// <param name="FactsWrong">Whether the camera sends something else than the facts say.</param>
internal sealed record SessionEnd(StreamFailure Failure, bool Began, bool FactsWrong);

/// <summary>One attempt: one ffmpeg child, from its start to its end.</summary>
internal sealed class CameraSession(
    CaptureContext context,
    CameraSource source,
    ICameraSink sink,
    VitalsStore vitals,
    IPictureTaker pictures,
    RtspRelay relay
)
{
    /// <summary>
    /// A fragment of a second at 4 Mbit/s, or a picture of 640 × 360. With sub-streams 64 cameras come to what Linux allows a user.
    /// </summary>
    internal const int OutputPipeBytes = 512 << 10;

    /// <summary>
    /// Time that a silent child has to end when asked: hundreds of times what a living ffmpeg needs, so that a busy machine calls none
    /// stuck.
    /// </summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    /// <summary>Longest that a camera may send video without a key frame: smart codecs make them a minute apart.</summary>
    internal static readonly TimeSpan KeyFramePatience = TimeSpan.FromSeconds(150);

    private static readonly StreamFailure Changed = new(
        GapCause.Camera,
        new("The camera's stream has changed; it is asked anew.", "摄像机码流已变化，正在重新探测。")
    );

    private readonly ErrorLines _errors = new(source.Credentials);
    private readonly InputFacts _input = new();
    private readonly RunRecorder _recorder = new(context, source, sink, vitals, () => relay.View);
    private Task<bool> _asked = Task.FromResult(true);

    /// <summary>
    /// Runs until the stream ends, fails or <paramref name="cancellationToken"/> asks to stop; then the last fragment is still taken.
    /// </summary>
    /// <exception cref="ChildProcessException">ffmpeg could not be started.</exception>
    public async Task<SessionEnd> RunOnceAsync(StreamFacts facts, CancellationToken cancellationToken)
    {
        if (source.AnalysisAddress is not null)
            return await RunOnceAsync(facts, null, cancellationToken).ConfigureAwait(false);
        var pipe = PicturePipe.Open(context.Options.PipeFolder);
        await using (pipe.ConfigureAwait(false))
        {
            return await RunOnceAsync(facts, pipe, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<SessionEnd> RunOnceAsync(StreamFacts facts, PicturePipe? pipe, CancellationToken cancellationToken)
    {
        var child = await ChildProcess.StartAsync(Start(facts, pipe?.Target), context.Time, cancellationToken).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            using var ended = new CancellationTokenSource();
            var drawing = pipe is null ? Task.CompletedTask : DrawAsync(pipe, ended.Token);
            StreamFailure failure;
            try
            {
                failure = await RecordAsync(child, facts, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                child.Kill();
                await ended.CancelAsync().ConfigureAwait(false);
                await drawing.ConfigureAwait(false);
            }

            return new(failure, _recorder.Began, _input.Contradicts(facts));
        }
    }

    private ChildProcessStart Start(StreamFacts facts, string? pictureTarget) =>
        new(context.Tools.FfmpegPath, CaptureArguments.Record(facts, context.Options, source.AnalysisSize, pictureTarget))
        {
            Input = ConcatScript.Format(relay.Target, null, RtspTransport.Tcp, context.Options.StallTimeout),
            TerminateToStop = true,
            OutputPipeBytes = OutputPipeBytes,
            ErrorLine = line =>
            {
                _input.Add(line);
                if (_recorder.Began && DecoderLines.IsError(line))
                    _recorder.DecodeFailed();
                _errors.Add(line);
            },
        };

    private async Task<StreamFailure> RecordAsync(ChildProcess child, StreamFacts facts, CancellationToken stop)
    {
        Task stopping = Task.CompletedTask;
        await using var asked = stop.Register(() => stopping = child.StopAsync()).ConfigureAwait(false);
        using var silence = new CancellationTokenSource(context.Options.ConnectTimeout, context.Time);
        using var watched = new CancellationTokenSource();
#pragma warning disable CA2025 // Awaited in the finally below, before the source is disposed.
        var watch = AwaitKeyFrameAsync(silence, watched.Token);
#pragma warning restore CA2025
        StreamFailure failure;
        try
        {
            // Once ReadAsync has returned, what a silent child was asked is in _asked: its registration has ended.
            failure =
                await ReadAsync(child, facts, silence, stop).ConfigureAwait(false)
                ?? await ExplainEndAsync(child, silence.IsCancellationRequested).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidMediaException || (e is OperationCanceledException && silence.IsCancellationRequested))
        {
            failure = await ExplainEndAsync(child, silence.IsCancellationRequested).ConfigureAwait(false);
        }
        finally
        {
            await watched.CancelAsync().ConfigureAwait(false);
            await watch.ConfigureAwait(false);
        }

        await stopping.ConfigureAwait(false);
        return await _recorder.EndAsync(stop.IsCancellationRequested ? StreamFailure.Stopped : failure).ConfigureAwait(false);
    }

    /// <summary>While the camera sends video without a key frame it is not silent, and it is said what is missing.</summary>
    private async Task AwaitKeyFrameAsync(CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && !_recorder.Began)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), context.Time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var seen = relay.View;
            if (!seen.Playing || seen.VideoPackets == 0 || _recorder.Began || silence.IsCancellationRequested)
                continue;
            var waited = context.Time.GetElapsedTime(seen.PlayingSince);
            if (seen.SawKeyFrame || waited > KeyFramePatience)
                return;
            if (context.Time.GetElapsedTime(seen.LastVideo) < context.Options.StallTimeout)
                silence.CancelAfter(context.Options.ConnectTimeout);
            if (waited < context.Options.StallTimeout)
                continue;
            var failure = StreamFailure.NoKeyFrame(StreamFailure.HostOf(source.Address));
            var end = new RunEnd(failure.Cause, failure.Text, context.Time.GetUtcNow());
            if (vitals.Current.Failure?.Text == end.Text)
                continue;
            vitals.Change(v => v with { Failure = end });
            await sink.AttemptFailedAsync(end, cancellationToken).ConfigureAwait(false);
        }
    }

    // A thread of its own for each camera: what happens every two seconds would otherwise go through the pool's queues four times, each
    // time with cold caches, and cost more than the hashing.
    private async Task<StreamFailure?> ReadAsync(
        ChildProcess child,
        StreamFacts facts,
        CancellationTokenSource silence,
        CancellationToken stop
    )
    {
        await using var ask = silence.Token.Register(() => _asked = child.StopAsync(StopGrace, insist: true)).ConfigureAwait(false);
        return await Task
            .Factory.StartNew(
                () => Read(child, facts, silence, stop),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            )
            .ConfigureAwait(false);
    }

    /// <summary>Reads to the end of the stream; null when the child has to say why it ended.</summary>
    /// <remarks>Optimised from the start: else a method that never returns holds its newest fragment while it waits for the next.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private StreamFailure? Read(ChildProcess child, StreamFacts facts, CancellationTokenSource silence, CancellationToken stop)
    {
        var reader = new FragmentReader(new BurstStream(child.Output));
        var initialization = Wait(reader.ReadInitializationAsync(silence.Token).AsTask());
        if (initialization.Tracks.FirstOrDefault(t => t.Kind == TrackKind.Video) is not { } video)
            return StreamFailure.NoVideo(source.Address.Authority);
        var info = new StreamInfo(facts.VideoCodec, video.Width, video.Height, facts.AudioCodec, facts.AudioTranscoded);
        while (Wait(reader.ReadFragmentAsync(silence.Token).AsTask()) is { } fragment)
        {
            // A stream joined in the middle of a group of pictures: audio comes alone until the next key frame. The run begins with that
            // frame.
            if (!_recorder.Began && !fragment.StartsWithSync)
                continue;
            if (!_recorder.Began && _input.Contradicts(facts))
                return Changed;
            if (!_recorder.Began && Wait(BeginAsync(initialization, info, silence.Token)) is { } refused)
                return refused;
            if (_recorder.VideoFrames(fragment) > 0 && !stop.IsCancellationRequested)
                silence.CancelAfter(context.Options.StallTimeout);
            if (Wait(_recorder.AddAsync(fragment, silence.Token)) is { } failure)
                return failure;
            pictures.Recorded(initialization, fragment, _recorder.Now());
        }

        return null;

        static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
    }

    private async Task<StreamFailure?> BeginAsync(
        InitializationSegment initialization,
        StreamInfo info,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await _recorder.BeginAsync(initialization, info, cancellationToken).ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Whatever the sink threw is why nothing can be written.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return StreamFailure.Writer(e.Message);
        }
    }

    // The pipe ends a moment before the last lines of standard error are in.
    private async Task<StreamFailure> ExplainEndAsync(ChildProcess child, bool silent)
    {
        // Fragments without video still came a moment ago: the camera is there, its picture is not.
        var heard = _recorder.Began && context.Time.GetUtcNow() - vitals.Current.LastFrameAtUtc < context.Options.StallTimeout / 2;
        var answered = await _asked.ConfigureAwait(false);
        int? code = null;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3), context.Time);
        try
        {
            code = await child.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Killed by the caller.
        }

        if (!silent)
            foreach (var line in _errors.Snapshot())
                CaptureLog.Line(context.Log, source.Room, source.Camera, line);
        TimeSpan? silence = silent ? context.Options.StallTimeout : null;
        return new ChildEnding(source.Address, _errors.Snapshot(), code)
        {
            Seen = relay.View,
            Played = relay.View.Playing ? context.Time.GetElapsedTime(relay.View.PlayingSince) : TimeSpan.Zero,
            Silence = silence,
            Answered = answered || !OperatingSystem.IsLinux(),
            Began = _recorder.Began,
            SoundAlone = heard,
        }.Explain();
    }

    // Whatever goes wrong here may cost pictures, never the recording: the pipe is drained to its end.
    private async Task DrawAsync(PicturePipe pipe, CancellationToken ended)
    {
        try
        {
            var stream = await pipe.AcceptAsync(ended).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                try
                {
                    await new PictureLoop(pictures.Take, pictures.Dropped).RunAsync(stream, _recorder.Now, ended).ConfigureAwait(false);
                }
                // A broken taker or a picture that cannot be read: say so, and keep draining, since ffmpeg stops recording when its second
                // output is not read.
#pragma warning disable CA1031
                catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    CaptureLog.AnalysisFailed(context.Log, source.Room, source.Camera, e.Message);
                    await stream.CopyToAsync(Stream.Null, ended).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }
}
