using ExamMonitor.Media;

namespace ExamMonitor.Capture.Pictures;

/// <summary>When the frames of the newest fragments arrived, and which of them begin with a key frame. Thread-safe.</summary>
internal sealed class FragmentTimes
{
    /// <summary>Fragments that are remembered: more than can be on their way through a decoder.</summary>
    private const int Kept = 64;
    private readonly Lock _gate = new();
    private readonly Queue<(Pts90k Start, Pts90k End, DateTimeOffset Arrived, bool Key)> _fragments = new();
    private Pts90k? _keyTold;

    /// <summary>Takes a fragment before it is decoded.</summary>
    public void Add(Fragment fragment, DateTimeOffset arrivedAtUtc)
    {
        lock (_gate)
        {
            _fragments.Enqueue((fragment.Start, fragment.End, arrivedAtUtc, fragment.StartsWithSync));
            while (_fragments.Count > Kept)
                _fragments.Dequeue();
        }
    }

    /// <summary>Says of the next picture when it arrived, as far as its fragment tells, and whether it is a key frame.</summary>
    /// <remarks>A decoder gives every key frame, and in the order of showing a group begins with its key frame: the first picture at or
    /// after a sync sample's decode time is that frame.</remarks>
    public (DateTimeOffset ArrivedAtUtc, bool IsKeyFrame) Of(Pts90k at)
    {
        lock (_gate)
        {
            var (end, arrived) = _fragments.Count == 0 ? (at, default) : (_fragments.Peek().End, _fragments.Peek().Arrived);
            Pts90k? key = null;
            foreach (var fragment in _fragments)
            {
                if (fragment.Start > at)
                    break;
                (end, arrived) = (fragment.End, fragment.Arrived);
                if (fragment.Key)
                    key = fragment.Start;
            }

            var isKey = key is not null && key != _keyTold;
            if (isKey)
                _keyTold = key;
            return (arrived - TimeSpan.FromTicks(Math.Max(0, end - at) * TimeSpan.TicksPerSecond / Pts90k.PerSecond), isKey);
        }
    }
}
