using ExamMonitor.Media;

namespace ExamMonitor.Recording;

/// <summary>The newest fragments of a camera, as HLS. Bounded in time and bytes. Safe from any thread.</summary>
/// <remarks>
/// A fragment is in memory until it is written; then it is read from its segment file whenever somebody asks. What the disk does not take
/// stays in memory, within the bound of bytes. The newest key frame and what follows it stay, however old: without it no picture can be
/// shown. When nothing has come for <see cref="RestAfter"/>, they are taken into memory: no file is held open for a camera that is away.
/// </remarks>
public sealed class LiveWindow
{
    /// <summary>Time without a fragment after which no file is held open.</summary>
    internal static readonly TimeSpan RestAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<LiveFragment> _items = new();
    private readonly Dictionary<long, InitializationSegment> _runs = [];
    private readonly TimeSpan _length;
    private readonly long _maxBytes;
    private readonly TimeProvider _time;
    private InitializationSegment? _current;
    private long _run;
    private long _next;
    private long _newestSync;
    private long _bytes;
    private long _ticks90k;
    private long _discontinuities;
    private bool _runHasItems;
    private bool _rests;
    private long _addedAt;
    private TaskCompletionSource? _change;

    /// <summary>Makes an empty window.</summary>
    /// <param name="length">Media kept.</param>
    /// <param name="maxBytes">Bytes kept.</param>
    /// <param name="time">Clock.</param>
    internal LiveWindow(TimeSpan length, long maxBytes, TimeProvider time) => (_length, _maxBytes, _time) = (length, maxBytes, time);

    /// <summary>Bytes that it holds in memory.</summary>
    internal long MemoryBytes
    {
        get
        {
            lock (_gate)
                return _items.Sum(i => (long)i.MemoryBytes);
        }
    }

    /// <summary>Begins a run: what follows needs another initialization segment.</summary>
    internal void StartRun(InitializationSegment initialization)
    {
        lock (_gate)
        {
            _current = initialization;
            _run++;
            _runHasItems = false;
            Tell();
        }
    }

    /// <summary>Adds a fragment and drops what is too old.</summary>
    /// <returns>To be told when it is written; null when the window does not take it.</returns>
    internal LiveFragment? Add(Fragment fragment, DateTimeOffset startUtc)
    {
        lock (_gate)
        {
            if (_current is null || (!_runHasItems && !fragment.StartsWithSync))
                return null;
            (_runHasItems, _rests, _addedAt) = (true, false, _time.GetTimestamp());
            _runs[_run] = _current;
            var added = new LiveFragment(_next++, _run, fragment, startUtc, _time);
            _items.Enqueue(added);
            _bytes += fragment.Bytes.Length;
            _ticks90k += fragment.Duration;
            if (fragment.StartsWithSync)
                _newestSync = _next - 1;
            while (_items.Count > 1 && (_bytes > _maxBytes || IsOld(_items.Peek())))
                Drop();
            Tell();
            return added;
        }
    }

    /// <summary>
    /// Called now and then by who writes: when nothing has come for a while, takes the newest key frame and what follows it into memory
    /// and lets go of the rest, files too.
    /// </summary>
    internal void Rest()
    {
        List<LiveFragment> kept;
        lock (_gate)
        {
            if (_rests || _items.Count == 0 || _time.GetElapsedTime(_addedAt) < RestAfter)
                return;
            _rests = true;
            while (_items.Count > 1 && _items.Peek().Sequence < _newestSync)
                Drop();
            kept = [.. _items];
        }

        var lost = kept.FindLastIndex(i => !i.Load());
        lock (_gate)
        {
            // What comes after a hole cannot be decoded.
            while (lost >= 0 && _items.Count > 0 && _items.Peek().Sequence <= kept[^1].Sequence)
                Drop();
        }
    }

    /// <summary>The writer is gone: every file is let go.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            while (_items.Count > 0)
                Drop();
            _current = null;
        }
    }

    /// <summary>Live playlist, addresses relative to <c>…/live/index.m3u8</c>; null before the first fragment.</summary>
    public string? Playlist()
    {
        lock (_gate)
        {
            return _items.Count == 0
                ? null
                : HlsPlaylist.ForLive([.. _items.Select(i => new LiveItem(i.Sequence, i.Run, i.Duration, i.StartUtc))], _discontinuities);
        }
    }

    /// <summary>Initialization segment that the playlist names <c>init-{run}.mp4</c>; null when it is not in the window.</summary>
    public ReadOnlyMemory<byte>? Initialization(long run)
    {
        lock (_gate)
            return _runs.TryGetValue(run, out var init) ? init.Bytes : (ReadOnlyMemory<byte>?)null;
    }

    /// <summary>Fragment that the playlist names <c>{sequence}.m4s</c>; null when it has left the window.</summary>
    public LiveFragment? Fragment(long sequence)
    {
        lock (_gate)
            return _items.FirstOrDefault(i => i.Sequence == sequence);
    }

    /// <summary>Newest fragment that can be decoded alone, with its initialization: what a snapshot needs. Null before the first.</summary>
    public (InitializationSegment Initialization, LiveFragment Fragment)? Newest()
    {
        lock (_gate)
        {
            var item = _items.LastOrDefault(i => i.StartsWithSync);
            return item is null ? null : (_runs[item.Run], item);
        }
    }

    /// <summary>The fragments of the newest run that begin at an instant or later, as one stream; null when there is none.</summary>
    /// <param name="from">UTC.</param>
    public LiveTail? Since(DateTimeOffset from)
    {
        lock (_gate)
        {
            if (_items.LastOrDefault() is not { } newest)
                return null;
            var items = _items.Where(i => i.Run == newest.Run && i.StartUtc >= from).ToList();
            return items.Count == 0 ? null : new(_runs[newest.Run], items);
        }
    }

    /// <summary>Somebody who watches from the newest fragment that can be decoded alone. Null before the first.</summary>
    public LiveFollower? Follow()
    {
        lock (_gate)
        {
            var item = _items.LastOrDefault(i => i.StartsWithSync);
            return item is null ? null : new(this, _runs[item.Run], item.Run, item.Sequence);
        }
    }

    /// <summary>
    /// The fragment of that number, awaited when it is the next one; null when it will never come: another run has begun, or it has left
    /// the window.
    /// </summary>
    internal async ValueTask<LiveFragment?> NextAsync(long run, long sequence, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                if (_items.FirstOrDefault(i => i.Sequence == sequence) is { } item)
                    return item.Run == run ? item : null;
                if (sequence < _next || _run != run)
                    return null;
                change = (_change ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsOld(LiveFragment item) =>
        item.Sequence < _newestSync && _ticks90k - item.Duration > (long)(_length.TotalSeconds * Pts90k.PerSecond);

    // Within the lock; who waits goes on outside of it.
    private void Tell()
    {
        _change?.TrySetResult();
        _change = null;
    }

    private void Drop()
    {
        var old = _items.Dequeue();
        old.Drop();
        _bytes -= old.SizeBytes;
        _ticks90k -= old.Duration;
        if (_items.TryPeek(out var next) && next.Run == old.Run)
            return;
        _runs.Remove(old.Run);
        _discontinuities++;
    }
}
