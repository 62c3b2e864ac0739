using ExamMonitor.Capture.Pictures;
using ExamMonitor.Contracts;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>Where a session's pictures go.</summary>
internal interface IPictureTaker
{
    /// <summary>A picture; the taker owns it.</summary>
    void Take(AnalysisPicture picture);

    /// <summary>A picture was dropped because the taker was busy.</summary>
    void Dropped();

    /// <summary>A recorded fragment. Must return at once.</summary>
    void Recorded(InitializationSegment initialization, Fragment fragment, DateTimeOffset arrivedAtUtc);
}

/// <summary>Hands pictures to the sink: key frames, and what lies between where they are rare. While a configured sub-stream fails, the key
/// frames of the recorded stream are decoded
/// instead, one at a time, by short-lived children: dearer, but the recording goes on untouched.</summary>
internal sealed class PictureTaker : IPictureTaker, IDisposable
{
    private readonly CameraSource _source;
    private readonly ICameraSink _sink;
    private readonly VitalsStore _vitals;
    private readonly KeyFrameSnapshot _snapshots;
    private static readonly TimeSpan LeastSpacing = TimeSpan.FromSeconds(0.5);
    private readonly GroupDecoder _groups;
    private long _taken;
    private int _busy;
    private volatile bool _fallback;

    /// <summary>Makes a taker.</summary>
    public PictureTaker(CaptureContext context, CameraSource source, ICameraSink sink, VitalsStore vitals, KeyFrameSnapshot snapshots)
    {
        (_source, _sink, _vitals, _snapshots) = (source, sink, vitals, snapshots);
        _groups = new(
            context,
            source.AnalysisSize,
            TakeDecoded,
            why => CaptureLog.AnalysisFailed(context.Log, source.Room, source.Camera, why)
        );
    }

    /// <summary>Whether the sub-stream fails; null text when it runs.</summary>
    public void SubStream(LocalText? failure)
    {
        _fallback = failure is not null;
        _vitals.Change(v => v with { AnalysisFailure = failure });
    }

    /// <inheritdoc/>
    public void Take(AnalysisPicture picture)
    {
        // While the groups are decoded whole, their key frames come from there, in their order.
        if (_groups.IsOn)
        {
            picture.Dispose();
            return;
        }

        Interlocked.Exchange(ref _taken, picture.ArrivedAtUtc.UtcTicks);
        Give(picture);
    }

    /// <summary>A key frame that came while the decoding of its group began was taken already.</summary>
    private void TakeDecoded(AnalysisPicture picture)
    {
        if ((picture.ArrivedAtUtc - new DateTimeOffset(Interlocked.Read(ref _taken), TimeSpan.Zero)).Duration() < LeastSpacing)
            picture.Dispose();
        else
            Give(picture);
    }

    /// <inheritdoc/>
    public void Dispose() => _groups.Dispose();

    private void Give(AnalysisPicture picture)
    {
        var arrived = picture.ArrivedAtUtc;
        _sink.Picture(picture);
        _vitals.Change(v => v with { LastPictureAtUtc = arrived });
    }

    /// <inheritdoc/>
    public void Dropped() => _vitals.Change(v => v with { PicturesDropped = v.PicturesDropped + 1 });

    /// <inheritdoc/>
    public void Recorded(InitializationSegment initialization, Fragment fragment, DateTimeOffset arrivedAtUtc)
    {
        if (_source.AnalysisAddress is null)
        {
            _groups.Add(initialization, fragment, arrivedAtUtc);
            Say(PictureBasis.Recorded, _groups);
            return;
        }

        if (!_fallback || !fragment.StartsWithSync)
            return;
        if (Interlocked.Exchange(ref _busy, 1) == 1)
            Dropped();
        else
            _ = DecodeAsync(initialization, fragment, arrivedAtUtc);
    }

    /// <summary>Says from what the camera is judged.</summary>
    public void Say(PictureBasis basis, GroupDecoder groups)
    {
        var said = new JudgedFrom(basis, groups.KeyFrameSeconds is { } seconds ? Math.Round(seconds) : null, groups.IsOn);
        if (_vitals.Current.JudgedFrom != said)
            _vitals.Change(v => v with { JudgedFrom = said });
    }

    private async Task DecodeAsync(InitializationSegment initialization, Fragment fragment, DateTimeOffset arrivedAtUtc)
    {
        try
        {
            if (
                await _snapshots
                    .PictureAsync(initialization, fragment, _source.AnalysisSize, arrivedAtUtc, CancellationToken.None)
                    .ConfigureAwait(false) is
                { } picture
            )
                Take(picture);
        }
#pragma warning disable CA1031 // A picture less; the sub-stream's failure is in the vitals already.
        catch (Exception)
#pragma warning restore CA1031
        {
            Dropped();
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }
}
