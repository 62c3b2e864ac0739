using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>Chooses the pictures that are judged, live and in a file: one rule for both. Pure; not thread-safe.</summary>
/// <remarks>
/// Key frames, at most about one a second. They alone where they are frequent: decoding them is cheap, and their noise tells a living
/// camera from one that stands still. Where the last one
/// is more than <see cref="RareSeconds"/> past, or the group before was as long, pictures between them are judged as well, one a second
/// from each key frame on.
/// </remarks>
public sealed class PictureChoice
{
    /// <summary>Key frames further apart than this are rare, s. Cameras that send one each three seconds are judged from them within 15 s;
    /// each four, no longer for all faults.</summary>
    public const double RareSeconds = 3.2;

    private const long Rare = (long)(RareSeconds * Pts90k.PerSecond);
    private const long KeySpacing = Pts90k.PerSecond * 9 / 10;
    private const long BetweenSpacing = Pts90k.PerSecond * 97 / 100;
    private Pts90k? _key;
    private Pts90k? _taken;
    private bool _takenKey;
    private bool _wasRare;

    /// <summary>From the newest key frame on, whether pictures between key frames are judged at once.</summary>
    public bool AtOnce => _wasRare;

    /// <summary>Whether a span without a key frame is so long that pictures in it are judged.</summary>
    /// <param name="from">A key frame, or the start of the stream.</param>
    /// <param name="to">The next one, or now.</param>
    public static bool IsRare(Pts90k from, Pts90k to) => to - from > Rare;

    /// <summary>Whether a picture is judged. Asked for every key frame, and for pictures between them, in order.</summary>
    /// <param name="at">Media time.</param>
    /// <param name="isKeyFrame">Whether it is a key frame.</param>
    public bool Take(Pts90k at, bool isKeyFrame)
    {
        if (isKeyFrame)
        {
            _wasRare = _key is { } before && IsRare(before, at);
            _key = at;
            // A key frame tells more than any other picture: one between key frames never stands in its way.
            return (_taken is not { } last || !_takenKey || at - last >= KeySpacing || at < last) && Taken(at, true);
        }

        var rare = _key is not { } key || _wasRare || IsRare(key, at);
        return rare && (_taken is not { } newest || at - newest >= BetweenSpacing) && Taken(at, false);
    }

    private bool Taken(Pts90k at, bool isKeyFrame)
    {
        (_taken, _takenKey) = (at, isKeyFrame);
        return true;
    }
}
