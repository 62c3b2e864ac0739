using ExamMonitor.Media;

namespace ExamMonitor.Recording;

/// <summary>
/// A fragment of a <see cref="LiveWindow"/>: in memory until it is written, from then on where it lies in its segment file. Safe from any
/// thread.
/// </summary>
public sealed class LiveFragment
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private ReadOnlyMemory<byte>? _bytes;
    private byte[] _head = [];
    private LivePlace? _place;
    private bool _dropped;

    internal LiveFragment(long sequence, long run, Fragment fragment, DateTimeOffset startUtc, TimeProvider time)
    {
        (Sequence, Run, StartUtc, _time) = (sequence, run, startUtc, time);
        (Duration, StartsWithSync, _bytes, SizeBytes) = (fragment.Duration, fragment.StartsWithSync, fragment.Bytes, fragment.Bytes.Length);
    }

    /// <summary>Wall time of its first picture, UTC.</summary>
    public DateTimeOffset StartUtc { get; }

    /// <summary>Whether video can be decoded from here.</summary>
    public bool StartsWithSync { get; }

    internal long Sequence { get; }

    internal long Run { get; }

    /// <summary>1/90,000 s.</summary>
    internal long Duration { get; }

    internal int SizeBytes { get; }

    /// <summary>Bytes of it that are in memory.</summary>
    internal int MemoryBytes
    {
        get
        {
            lock (_gate)
                return _bytes?.Length ?? _head.Length;
        }
    }

    /// <summary>Its bytes as they arrived. Null when they are gone: it has left the window, or the file does not give them.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        LivePlace place;
        byte[] head;
        lock (_gate)
        {
            if (_bytes is { } bytes)
                return bytes;
            if (_place is null)
                return null;
            (place, head) = (_place, _head);
        }

        return await place.File.Owner.ReadAsync(place, head, _time, cancellationToken).ConfigureAwait(false) is { } read
            ? read
            : (ReadOnlyMemory<byte>?)null;
    }

    /// <summary>It is written: its bytes go from memory.</summary>
    internal void Written(LivePlace place)
    {
        lock (_gate)
        {
            if (_dropped || _bytes is not { } bytes || !place.File.TryHold())
                return;
            (_head, _place, _bytes) = (bytes[..^place.Length].ToArray(), place, null);
        }
    }

    /// <summary>Takes its bytes into memory and lets go of the file; false when they are gone.</summary>
    internal bool Load()
    {
        LivePlace place;
        byte[] head;
        lock (_gate)
        {
            if (_place is null)
                return _bytes is not null;
            (place, head) = (_place, _head);
        }

        // Not within the lock: a disk that hangs must not hold up who adds.
        var read = place.Read(head);
        lock (_gate)
        {
            if (_dropped)
                return false;
            place.File.Release();
            (_place, _head, _bytes) = (null, [], read is null ? null : read.AsMemory());
            return read is not null;
        }
    }

    /// <summary>It has left the window: the file is let go. Who has it in memory still reads it.</summary>
    internal void Drop()
    {
        lock (_gate)
        {
            _place?.File.Release();
            (_place, _dropped) = (null, true);
        }
    }
}
