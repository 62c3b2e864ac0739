using System.Collections.Concurrent;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Recording;

/// <summary>The segment files that live fragments lie in, as long as somebody needs them open. Safe from any thread.</summary>
/// <remarks>
/// An open file stays the same file when its <c>.part</c> is renamed. Whoever deletes a segment closes it here first: from then on its
/// fragments are gone for live viewers, too. Few read at once, and none waits long: a disk that hangs holds up these few and nobody else.
/// </remarks>
internal sealed class LiveFiles
{
    /// <summary>Reads at the same time.</summary>
    internal const int MostReads = 4;

    /// <summary>Longest wait for a read; what comes later is gone.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, LiveFile> _files = new(StringComparer.Ordinal);
    private readonly TaskScheduler _reads = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, MostReads).ConcurrentScheduler;

    /// <summary>Files that are open.</summary>
    public int Count => _files.Count;

    /// <summary>
    /// Opens a <c>.part</c> that was just made; null when that fails: its fragments stay in memory then, and it is written all the same.
    /// </summary>
    public LiveFile? Open(IVolume volume, ArchivePath path)
    {
        try
        {
            return volume.OpenReader(path.Part) is { } reader ? _files[path.File] = new(this, path.File, reader) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Closes a file that is about to be deleted; does nothing when it is not open.</summary>
    /// <param name="path">Of the segment, relative to the volume.</param>
    public void Forget(string path)
    {
        if (_files.TryGetValue(path, out var file))
            file.Close();
    }

    internal void Closed(LiveFile file) => _files.TryRemove(KeyValuePair.Create(file.Path, file));

    /// <summary>Reads from an open file. Null when it is gone, does not reach so far, cannot be read or takes too long.</summary>
    internal async Task<byte[]?> ReadAsync(LivePlace place, byte[] head, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await Task
                .Factory.StartNew(() => place.Read(head), either.Token, TaskCreationOptions.DenyChildAttach, _reads)
                .WaitAsync(either.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>A segment file that is open for live viewers. Held by its writer and by each fragment that lies in it.</summary>
/// <param name="owner">Where it is known.</param>
/// <param name="path">Of the segment, relative to the volume.</param>
/// <param name="reader">Open.</param>
internal sealed class LiveFile(LiveFiles owner, string path, IVolumeReader reader)
{
    private readonly Lock _gate = new();
    private int _holders = 1;

    public string Path => path;

    public LiveFiles Owner => owner;

    /// <summary>Keeps it open until <see cref="Release"/>; false when it is closed.</summary>
    public bool TryHold()
    {
        lock (_gate)
        {
            if (_holders == 0)
                return false;
            _holders++;
            return true;
        }
    }

    /// <summary>Lets go of it; the last one closes it.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_holders == 0 || --_holders > 0)
                return;
        }

        Close();
    }

    /// <summary>Closes it, whoever holds it.</summary>
    public void Close()
    {
        lock (_gate)
            _holders = 0;
        reader.Dispose();
        owner.Closed(this);
    }

    /// <summary>Fills a buffer; false when it is closed, does not reach so far or cannot be read.</summary>
    public bool TryRead(long offset, Span<byte> whole)
    {
        try
        {
            return reader.TryRead(offset, whole);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return false;
        }
    }
}

/// <summary>Where the end of a fragment lies, as it arrived: all but its head, which is written anew.</summary>
/// <param name="File">Open.</param>
/// <param name="Offset">In the file.</param>
/// <param name="Length">Bytes.</param>
internal sealed record LivePlace(LiveFile File, long Offset, int Length)
{
    /// <summary>The whole fragment; null when the file does not give it.</summary>
    public byte[]? Read(byte[] head)
    {
        var whole = GC.AllocateUninitializedArray<byte>(head.Length + Length);
        head.CopyTo(whole, 0);
        return File.TryRead(Offset, whole.AsSpan(head.Length)) ? whole : null;
    }
}
