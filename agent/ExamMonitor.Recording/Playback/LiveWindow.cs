using ExamMonitor.Media;

namespace ExamMonitor.Recording;

/// <summary>The newest fragments of a camera in memory, as HLS. Bounded in time and bytes. Safe from any thread.</summary>
/// <remarks>
/// The newest key frame and what follows it stay, however old: without it no picture can be shown. The bound of bytes holds all the same.
/// </remarks>
public sealed class LiveWindow
{
    private readonly Lock _gate = new();
    private readonly Queue<Item> _items = new();
    private readonly Dictionary<long, InitializationSegment> _runs = [];
    private readonly TimeSpan _length;
    private readonly long _maxBytes;
    private InitializationSegment? _current;
    private long _run;
    private long _next;
    private long _newestSync;
    private long _bytes;
    private long _ticks90k;
    private long _discontinuities;
    private bool _runHasItems;
    private TaskCompletionSource? _change;

    /// <summary>Makes an empty window.</summary>
    /// <param name="length">Media kept.</param>
    /// <param name="maxBytes">Bytes kept.</param>
    internal LiveWindow(TimeSpan length, long maxBytes) => (_length, _maxBytes) = (length, maxBytes);

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
    internal void Add(Fragment fragment, DateTimeOffset startUtc)
    {
        lock (_gate)
        {
            if (_current is null || (!_runHasItems && !fragment.StartsWithSync))
                return;
            _runHasItems = true;
            _runs[_run] = _current;
            _items.Enqueue(new(_next++, _run, fragment, startUtc));
            _bytes += fragment.Bytes.Length;
            _ticks90k += fragment.Duration;
            if (fragment.StartsWithSync)
                _newestSync = _next - 1;
            while (_items.Count > 1 && (_bytes > _maxBytes || IsOld(_items.Peek())))
                Drop();
            Tell();
        }
    }

    /// <summary>Live playlist, addresses relative to <c>…/live/index.m3u8</c>; null before the first fragment.</summary>
    public string? Playlist()
    {
        lock (_gate)
        {
            return _items.Count == 0
                ? null
                : HlsPlaylist.ForLive(
                    [.. _items.Select(i => new LiveItem(i.Sequence, i.Run, i.Fragment.Duration, i.StartUtc))],
                    _discontinuities
                );
        }
    }

    /// <summary>Initialization segment that the playlist names <c>init-{run}.mp4</c>; null when it is not in the window.</summary>
    public ReadOnlyMemory<byte>? Initialization(long run)
    {
        lock (_gate)
            return _runs.TryGetValue(run, out var init) ? init.Bytes : (ReadOnlyMemory<byte>?)null;
    }

    /// <summary>Fragment that the playlist names <c>{sequence}.m4s</c>; null when it has left the window.</summary>
    public ReadOnlyMemory<byte>? Fragment(long sequence)
    {
        lock (_gate)
        {
            foreach (var item in _items)
            {
                if (item.Sequence == sequence)
                    return item.Fragment.Bytes;
            }

            return null;
        }
    }

    /// <summary>Newest fragment that can be decoded alone, with its initialization: what a snapshot needs. Null before the first.</summary>
    public (InitializationSegment Initialization, Fragment Fragment, DateTimeOffset StartUtc)? Newest()
    {
        lock (_gate)
        {
            var item = _items.LastOrDefault(i => i.Fragment.StartsWithSync);
            return item is null ? null : (_runs[item.Run], item.Fragment, item.StartUtc);
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
            if (items is not [var first, ..])
                return null;
            return new(
                first.StartUtc,
                TimeSpan.FromSeconds((double)items.Sum(i => i.Fragment.Duration) / Pts90k.PerSecond),
                [_runs[newest.Run].Bytes, .. items.Select(i => i.Fragment.Bytes)]
            );
        }
    }

    /// <summary>Somebody who watches from the newest fragment that can be decoded alone. Null before the first.</summary>
    public LiveFollower? Follow()
    {
        lock (_gate)
        {
            var item = _items.LastOrDefault(i => i.Fragment.StartsWithSync);
            return item is null ? null : new(this, _runs[item.Run], item.Run, item.Sequence);
        }
    }

    /// <summary>
    /// The fragment of that number, awaited when it is the next one; null when it will never come: another run has begun, or it has left
    /// the window.
    /// </summary>
    internal async ValueTask<ReadOnlyMemory<byte>?> NextAsync(long run, long sequence, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                var item = _items.FirstOrDefault(i => i.Sequence == sequence);
                if (item is not null)
                    return item.Run == run ? item.Fragment.Bytes : null;
                if (sequence < _next || _run != run)
                    return null;
                change = (_change ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsOld(Item item) =>
        item.Sequence < _newestSync && _ticks90k - item.Fragment.Duration > (long)(_length.TotalSeconds * Pts90k.PerSecond);

    // Within the lock; who waits goes on outside of it.
    private void Tell()
    {
        _change?.TrySetResult();
        _change = null;
    }

    private void Drop()
    {
        var old = _items.Dequeue();
        _bytes -= old.Fragment.Bytes.Length;
        _ticks90k -= old.Fragment.Duration;
        if (_items.Peek().Run == old.Run)
            return;
        _runs.Remove(old.Run);
        _discontinuities++;
    }

    private sealed record Item(long Sequence, long Run, Fragment Fragment, DateTimeOffset StartUtc);
}

/// <summary>The newest fragments of a run.</summary>
/// <param name="StartUtc">Wall time of the first, UTC.</param>
/// <param name="Length">Media duration of all.</param>
/// <param name="Pieces">Initialization segment, then fragments in their order.</param>
public sealed record LiveTail(DateTimeOffset StartUtc, TimeSpan Length, IReadOnlyList<ReadOnlyMemory<byte>> Pieces);
