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

    /// <summary>A recorded fragment that begins with a key frame.</summary>
    void KeyFrame(InitializationSegment initialization, Fragment fragment, DateTimeOffset arrivedAtUtc);
}

/// <summary>Hands pictures to the sink. While a configured sub-stream fails, the key frames of the recorded stream are decoded instead, one at a time, by short-lived children: dearer, but the recording goes on untouched.</summary>
internal sealed class PictureTaker(CameraSource source, ICameraSink sink, VitalsBoard board, KeyFrameSnapshot snapshots) : IPictureTaker
{
    private int _busy;
    private volatile bool _fallback;

    /// <summary>Whether the sub-stream fails; null text when it runs.</summary>
    public void SubStream(LocalText? failure)
    {
        _fallback = failure is not null;
        board.Change(v => v with { AnalysisFailure = failure });
    }

    /// <inheritdoc/>
    public void Take(AnalysisPicture picture)
    {
        var arrived = picture.ArrivedAtUtc;
        sink.Picture(picture);
        board.Change(v => v with { LastPictureAtUtc = arrived });
    }

    /// <inheritdoc/>
    public void Dropped() => board.Change(v => v with { PicturesDropped = v.PicturesDropped + 1 });

    /// <inheritdoc/>
    public void KeyFrame(InitializationSegment initialization, Fragment fragment, DateTimeOffset arrivedAtUtc)
    {
        if (!_fallback) return;
        if (Interlocked.Exchange(ref _busy, 1) == 1) Dropped();
        else _ = DecodeAsync(initialization, fragment, arrivedAtUtc);
    }

    private async Task DecodeAsync(InitializationSegment initialization, Fragment fragment, DateTimeOffset arrivedAtUtc)
    {
        try
        {
            if (await snapshots.PictureAsync(initialization, fragment, source.AnalysisSize, arrivedAtUtc, CancellationToken.None).ConfigureAwait(false) is { } picture) Take(picture);
        }
#pragma warning disable CA1031 // A picture less; the sub-stream's failure is on the board already.
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
