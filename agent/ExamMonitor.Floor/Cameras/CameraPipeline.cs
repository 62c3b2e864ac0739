using ExamMonitor.Capture;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Views;
using ExamMonitor.Recording;

namespace ExamMonitor.Floor.Cameras;

/// <summary>Hands what one camera delivers to its writer and to the measuring.</summary>
/// <remarks>
/// Hand-overs: fragments go to the writer, whose queue is bounded; when it is full the fragment is given up and the gap has cause
/// <c>disk</c>. Pictures go to the measuring, whose queue is bounded; when it is full the oldest picture is dropped and counted. Neither
/// ever waits for the other.
/// </remarks>
/// <param name="recorder">Writer.</param>
/// <param name="pictures">Measuring.</param>
/// <param name="time">Clock.</param>
internal sealed class CameraPipeline(CameraRecorder recorder, IPictureSink pictures, TimeProvider time) : ICameraSink
{
    private static readonly LocalText SlowDisk = new(
        "The volume is too slow or fails: footage is being given up.",
        "存储卷过慢或故障：部分录像丢失。"
    );
    private volatile LocalText? _rest;
    private volatile RecordingFacts _recording = new(false, time.GetUtcNow(), GapCause.Agent, null);

    /// <summary>
    /// Whether footage is being written now: what the writer could not put on the disk is not recorded, although it was handed over.
    /// </summary>
    public RecordingFacts Recording =>
        _recording is { IsRecording: true } handedOver && recorder.Trouble is { } trouble
            ? new(false, handedOver.Since, GapCause.Disk, trouble)
            : _recording;

    /// <summary>Fragments given up because the disk did not take them.</summary>
    public long GivenUp { get; private set; }

    /// <inheritdoc/>
    public ValueTask RunStartedAsync(RunStart run, CancellationToken cancellationToken) =>
        recorder.StartRunAsync(
            run.Initialization,
            new(run.Stream.AudioCodec, run.Stream.AudioTranscoded) { ConnectedAtUtc = run.ConnectedAtUtc },
            run.StartedAtUtc,
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask FragmentAsync(CapturedFragment fragment, CancellationToken cancellationToken)
    {
        if (
            await recorder
                .AppendAsync(
                    fragment.Fragment,
                    fragment.SentByUtc,
                    cancellationToken,
                    fragment.IsBroken ? GapCause.Network : GapCause.Camera
                )
                .ConfigureAwait(false)
        )
        {
            Note(true, null, null, fragment.FirstFrameAtUtc);
            if (_recording.IsBroken != fragment.IsBroken)
                _recording = _recording with { IsBroken = fragment.IsBroken };
        }
        else
        {
            GivenUp++;
            Note(false, GapCause.Disk, SlowDisk, fragment.ArrivedAtUtc);
        }
    }

    /// <inheritdoc/>
    public void Picture(AnalysisPicture picture) => pictures.Offer(recorder.Room, recorder.Camera, picture);

    /// <inheritdoc/>
    public async ValueTask RunEndedAsync(RunEnd end, CancellationToken cancellationToken)
    {
        if (_rest is { } rest)
            end = end with { Cause = GapCause.Operator, Text = rest };
        Note(false, end.Cause, end.Text, end.AtUtc);
        await recorder.EndRunAsync(end.Cause, end.Text, end.AtUtc, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask AttemptFailedAsync(RunEnd failure, CancellationToken cancellationToken)
    {
        Note(false, failure.Cause, failure.Text, failure.AtUtc);
        return recorder.ChangeGapAsync(failure.Cause, failure.Text, failure.AtUtc, cancellationToken);
    }

    /// <summary>From now on the end of a run is no failure: the camera is let rest.</summary>
    public void BeginRest(LocalText why) => _rest = why;

    /// <summary>The camera is wanted again.</summary>
    public void EndRest() => _rest = null;

    /// <summary>Says of the open gap that the camera rests.</summary>
    public async ValueTask SayRestAsync(CancellationToken cancellationToken)
    {
        if (_rest is not { } rest || cancellationToken.IsCancellationRequested)
            return;
        Note(false, GapCause.Operator, rest, time.GetUtcNow());
        await recorder.ChangeGapAsync(GapCause.Operator, rest, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }

    private void Note(bool recording, GapCause? cause, LocalText? detail, DateTimeOffset at)
    {
        var last = _recording;
        if (last.IsRecording == recording && last.Cause == cause)
            return;
        _recording = new(recording, last.IsRecording == recording ? last.Since : at, cause, detail);
    }
}
