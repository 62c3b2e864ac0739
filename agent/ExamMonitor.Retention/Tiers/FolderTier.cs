using System.Buffers;
using System.Runtime.CompilerServices;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Copies;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// A second disk. It lies there as a footage volume does, so that it can be mounted as one; beside the files stand <c>tier.json</c> and
/// <c>objects.jsonl</c>.
/// </summary>
/// <remarks>
/// Order of a put: <c>.tier-part</c> written → flushed → read back from the disk, its hash the committed one → renamed → folder flushed →
/// line in <c>objects.jsonl</c>, flushed.
/// So nothing ever has a name that was not proved. A crash before the rename leaves a part that the next put of the name writes anew; one
/// after it leaves a file without a line, which the next put reads, and takes when it is what was to be put.
/// The date until which a file is kept is a promise of this program alone: whoever may write to the folder can break it. Object Lock is for
/// who must not trust even that.
/// </remarks>
internal sealed class FolderTier : IArchiveTier
{
    private readonly IVolume _volume;
    private readonly TimeProvider _time;
    private readonly BandwidthLimit _limit;
    private readonly GroupCommit<(TierKey Key, string Part, FolderObject Line)> _named;
    private readonly FolderObjects _objects;
    private readonly FolderTierIdentity _file;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private TierIdentity? _identity;

    /// <param name="volume">File system.</param>
    /// <param name="time">Clock, for lines.</param>
    /// <param name="limit">Speed limit.</param>
    public FolderTier(IVolume volume, TimeProvider time, BandwidthLimit limit) =>
        (_volume, _time, _limit, _objects, _named, _file) = (volume, time, limit, new(volume), new(NameAsync), new(volume, NameOf(volume)));

    public string Name => NameOf(_volume);

    private static string NameOf(IVolume volume) => $"folder:{volume.Root}";

    public Task<TierIdentity> OpenAsync(TierExpectation expected, CancellationToken cancellationToken) =>
        GuardAsync(
            "open the archive tier",
            "",
            () =>
            {
                if (!Directory.Exists(_volume.Root) && _volume is DiskVolume)
                    throw new TierRefusedException(
                        "use the archive tier",
                        Name,
                        "There is no such folder. Mount the disk of the archive tier."
                    );
                var found = _file.Read();
                _identity = found is null ? _file.Create(expected.New(Name)) : expected.Require(found, Name);
                return Task.FromResult(_identity);
            }
        );

    /// <remarks>Names and lines are written one after another; the bytes of several objects travel at the same time.</remarks>
    public async Task<TierObject> PutAsync(
        TierKey key,
        TierContent content,
        DateTimeOffset retainUntil,
        CancellationToken cancellationToken
    )
    {
        const string operation = "copy to the archive tier";
        retainUntil = WholeMs(retainUntil);
        if (
            await AloneAsync(operation, key.Text, () => FindSameAsync(key, content, retainUntil, cancellationToken), cancellationToken)
                .ConfigureAwait(false) is
            { } taken
        )
            return Proved(taken);
        var part = key.Text + TierKey.PartEnding;
        try
        {
            await GuardAsync(
                    operation,
                    key.Text,
                    async () =>
                    {
                        await WriteAsync(part, key, content, cancellationToken).ConfigureAwait(false);
                        await RequireSameAsync(part, key, content, cancellationToken).ConfigureAwait(false);
                        return true;
                    }
                )
                .ConfigureAwait(false);
        }
        catch
        {
            TryDelete(part);
            throw;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var line = LineOf(key, content, retainUntil);
        await _named.AddAsync((key, part, line)).ConfigureAwait(false);
        return Proved(Of(key, line));
    }

    /// <summary>Puts parts in their places, and writes their lines: one flush of each folder and of each list for all of them.</summary>
    private async Task NameAsync(IReadOnlyList<(TierKey Key, string Part, FolderObject Line)> parts) =>
        await AloneAsync(
                "copy to the archive tier",
                parts[0].Key.Text,
                () =>
                {
                    RequireIdentity();
                    foreach (var (key, part, _) in parts)
                        _volume.Rename(part, key.Text);
                    foreach (var folder in parts.GroupBy(p => p.Key.Folder, StringComparer.Ordinal))
                    {
                        _volume.FlushFolder(folder.Key);
                        _objects.Append(folder.Key, [.. folder.Select(p => p.Line)]);
                    }

                    return Task.FromResult(true);
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);

    public Task<TierObject?> FindAsync(TierKey key, string version, CancellationToken cancellationToken) =>
        GuardAsync(
            "look at the archive tier",
            key.Text,
            () =>
            {
                RequireIdentity();
                return Task.FromResult(Find(key));
            }
        );

    public Task<TierVerdict> ProveAsync(TierObject expected, TierProof depth, CancellationToken cancellationToken) =>
        GuardAsync(
            "check the archive tier",
            expected.Key.Text,
            async () =>
            {
                RequireIdentity();
                var proof = depth == TierProof.Presence ? TierProof.Presence : TierProof.Reread;
                if (_volume.Length(expected.Key.Text) is not { } length)
                    return new(TierOutcome.Missing, TierProof.Presence, "The file is not there.");
                if (length != expected.SizeBytes)
                    return new(
                        TierOutcome.WrongSize,
                        TierProof.Presence,
                        FormattableString.Invariant($"The file has {length} bytes; {expected.SizeBytes} were committed.")
                    );
                if (Find(expected.Key) is not { } noted || noted.Sha256 != expected.Sha256)
                    return new(
                        TierOutcome.WrongHash,
                        TierProof.Presence,
                        $"{FolderObjects.FileName} does not say of it what was committed."
                    );
                if (expected.RetainUntil is { } until && noted.RetainUntil < until.AddMilliseconds(-1))
                    return new(TierOutcome.NotLocked, TierProof.Presence, $"It is kept until {noted.RetainUntil:O} only.");
                if (proof == TierProof.Presence)
                    return new(TierOutcome.Proved, proof, "There, with the size and hash that were committed.");
                var sha256 = Convert.ToHexStringLower(await HashAsync(expected.Key.Text, length, cancellationToken).ConfigureAwait(false));
                return sha256 == expected.Sha256
                    ? new(TierOutcome.Proved, proof, "Read back from the disk; its hash is the committed one.")
                    : new TierVerdict(TierOutcome.WrongHash, proof, $"Its SHA-256 is {sha256}; {expected.Sha256} was committed.");
            }
        );

    public Task<DateTimeOffset> ExtendAsync(TierKey key, string version, DateTimeOffset retainUntil, CancellationToken cancellationToken) =>
        AloneAsync(
            "keep a copy for longer",
            key.Text,
            () =>
            {
                RequireIdentity();
                if (Find(key) is not { } known)
                    throw new TierMismatchException("keep a copy for longer", $"{Name}/{key}", "It is not there.");
                if (known.RetainUntil >= WholeMs(retainUntil))
                    return Task.FromResult(known.RetainUntil.Value);
                retainUntil = WholeMs(retainUntil);
                _objects.Append(key.Folder, new FolderObject(key.Name, known.SizeBytes, known.Sha256, retainUntil, _time.GetUtcNow()));
                return Task.FromResult(retainUntil);
            },
            cancellationToken
        );

    public Task<Stream?> OpenReadAsync(TierKey key, string version, CancellationToken cancellationToken) =>
        GuardAsync(
            "read the archive tier",
            key.Text,
            () =>
            {
                RequireIdentity();
                return Task.FromResult(_volume.OpenRead(key.Text));
            }
        );

    public async IAsyncEnumerable<TierObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var at))
        {
            var (inside, found) = await GuardAsync(
                    "list the archive tier",
                    at,
                    () =>
                    {
                        RequireIdentity();
                        TierObject[] objects =
                        [
                            .. _objects
                                .Of(at)
                                .Values.Select(o =>
                                    TierKey.TryParse(at.Length == 0 ? o.Name : $"{at}/{o.Name}", out var key) ? Of(key.Value, o) : null
                                )
                                .OfType<TierObject>(),
                        ];
                        return Task.FromResult((_volume.Folders(at), objects));
                    }
                )
                .ConfigureAwait(false);
            foreach (var item in found)
                yield return item;
            foreach (var name in inside.Where(IdText.IsValid))
                folders.Push(at.Length == 0 ? name : $"{at}/{name}");
        }
    }

    public Task<bool> DeleteAsync(TierKey key, string version, DateTimeOffset now, CancellationToken cancellationToken) =>
        AloneAsync(
            "delete from the archive tier",
            key.Text,
            () =>
            {
                RequireIdentity();
                if (Find(key) is not { } known)
                    return Task.FromResult(true);
                if (known.RetainUntil > now)
                    return Task.FromResult(false);
                // The line first: a file without a line is taken for one whose put was cut off, and would be put again or adopted.
                _objects.Append(
                    key.Folder,
                    new FolderObject(key.Name, known.SizeBytes, known.Sha256, known.RetainUntil!.Value, _time.GetUtcNow(), Deleted: true)
                );
                _volume.Delete(key.Text);
                _volume.FlushFolder(key.Folder);
                return Task.FromResult(true);
            },
            cancellationToken
        );

    public void Dispose()
    {
        _named.Dispose();
        _gate.Dispose();
    }

    // Lines hold whole milliseconds; never earlier than asked.
    private static DateTimeOffset WholeMs(DateTimeOffset time) => UnixMs.ToUtc(UnixMs.Ceiling(time));

    private static TierObject Proved(TierObject read) => read with { Proof = TierProof.Reread };

    private static TierObject Of(TierKey key, FolderObject line) => new(key, "", line.Bytes, line.Sha256, line.RetainUntil);

    private TierObject? Find(TierKey key) =>
        _volume.Length(key.Text) is not null && _objects.Of(key.Folder).TryGetValue(key.Name, out var line) ? Of(key, line) : null;

    /// <summary>Makes room for an object; what lies there already is answered when it is the same.</summary>
    private async Task<TierObject?> FindSameAsync(
        TierKey key,
        TierContent content,
        DateTimeOffset retainUntil,
        CancellationToken cancellationToken
    )
    {
        RequireIdentity();
        _volume.CreateFolder(key.Folder);
        if (_volume.Length(key.Text) is null)
            return null;
        if (await TakeExistingAsync(key, content, retainUntil, cancellationToken).ConfigureAwait(false) is { } taken)
            return taken;
        if (content.KeepOlder && !await GrewAsync(key, content, cancellationToken).ConfigureAwait(false))
            KeepOlder(key);
        return null;
    }

    /// <summary>What lies there already: taken when it is the same, null when it is an older state of a document.</summary>
    private async Task<TierObject?> TakeExistingAsync(
        TierKey key,
        TierContent content,
        DateTimeOffset retainUntil,
        CancellationToken cancellationToken
    )
    {
        var same =
            _volume.Length(key.Text) == content.SizeBytes
            && (await HashAsync(key.Text, content.SizeBytes, cancellationToken).ConfigureAwait(false))
                .AsSpan()
                .SequenceEqual(content.Sha256.Span);
        if (!same && content.MayReplace)
            return null;
        if (!same)
            throw new TierMismatchException(
                "copy to the archive tier",
                $"{Name}/{key}",
                "Something else lies there under this name. Nothing was overwritten; have both looked at."
            );
        return Find(key) is { } known && known.Sha256 == content.Sha256Hex && known.RetainUntil >= retainUntil
            ? known
            : Note(key, content, retainUntil);
    }

    /// <summary>Whether the document begins with all that was copied before.</summary>
    private async Task<bool> GrewAsync(TierKey key, TierContent content, CancellationToken cancellationToken)
    {
        if (Find(key) is not { } known || known.SizeBytes > content.SizeBytes)
            return false;
        var source = content.Open();
        await using (source.ConfigureAwait(false))
        {
            return await TierHash.OfStartAsync(source, known.SizeBytes, cancellationToken).ConfigureAwait(false) is { } start
                && Convert.ToHexStringLower(start) == known.Sha256;
        }
    }

    /// <summary>
    /// A document that only grew is replaced; any other older state stays beside it, so that a local file that was cut or exchanged never
    /// takes the good copy away.
    /// </summary>
    private void KeepOlder(TierKey key)
    {
        if (_objects.Of(key.Folder).TryGetValue(key.Name, out var line))
            _volume.Rename(key.Text, $"{key.Text}.{line.At.UtcDateTime:yyyyMMdd'T'HHmmssfff}Z");
    }

    private TierObject Note(TierKey key, TierContent content, DateTimeOffset retainUntil)
    {
        var line = LineOf(key, content, retainUntil);
        _objects.Append(key.Folder, line);
        return Of(key, line);
    }

    private FolderObject LineOf(TierKey key, TierContent content, DateTimeOffset retainUntil) =>
        new(key.Name, content.SizeBytes, content.Sha256Hex, retainUntil, _time.GetUtcNow());

    private async Task WriteAsync(string part, TierKey key, TierContent content, CancellationToken cancellationToken)
    {
        _volume.Delete(part);
        var source = content.Open();
        await using (source.ConfigureAwait(false))
        {
            using var file = _volume.Create(part);
            using var piece = MemoryPool<byte>.Shared.Rent((int)Math.Min(_limit.Piece, Math.Max(1, content.SizeBytes)));
            var (buffer, left) = (piece.Memory[..Math.Min(piece.Memory.Length, _limit.Piece)], content.SizeBytes);
            while (
                left > 0
                && await source.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken).ConfigureAwait(false)
                    is var read
                        and > 0
            )
            {
                file.Append([buffer[..read]]);
                left -= read;
                await _limit.TakeAsync(read, cancellationToken).ConfigureAwait(false);
            }

            if (left > 0)
                throw NotCommitted(key);
            file.Flush();
        }
    }

    /// <summary>
    /// What the disk gives back is what was committed. Hashed once, at the far end: only when it differs is the local file read again, to
    /// tell which of the two is wrong.
    /// </summary>
    private async Task RequireSameAsync(string part, TierKey key, TierContent content, CancellationToken cancellationToken)
    {
        if ((await HashAsync(part, content.SizeBytes, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(content.Sha256.Span))
            return;
        var source = content.Open();
        await using (source.ConfigureAwait(false))
        {
            if (
                await TierHash.OfStartAsync(source, content.SizeBytes, cancellationToken).ConfigureAwait(false) is not { } local
                || !local.AsSpan().SequenceEqual(content.Sha256.Span)
            )
                throw NotCommitted(key);
        }

        throw new TierMismatchException(
            "copy to the archive tier",
            $"{Name}/{key}",
            "The disk of the archive tier gives back other bytes than were written to it. Nothing was kept; replace the disk."
        );
    }

    private static TierMismatchException NotCommitted(TierKey key) =>
        new("copy to the archive tier", key.Text, "The local file is not what was committed. It was not copied; run fsck --depth hash.");

    private async Task<byte[]> HashAsync(string path, long length, CancellationToken cancellationToken)
    {
        Forget(path);
        using var stream = _volume.OpenRead(path) ?? throw new FileNotFoundException($"{_volume.Root}/{path}");
        var (_, sha256) = await TierHash.ReadAsync(stream, length, _limit, cancellationToken).ConfigureAwait(false);
        Forget(path);
        return sha256;
    }

    private void Forget(string path)
    {
        if (_volume is DiskVolume)
            PageCache.Drop(Path.Combine(_volume.Root, path));
    }

    private void RequireIdentity()
    {
        var known = _identity ?? throw new InvalidOperationException("OpenAsync comes first.");
        if (_file.Read() is not { } found || found.Id != known.Id)
            throw new TierRefusedException("use the archive tier", Name, $"Tier {known.Id} is not there any more. Mount its disk.");
    }

    private void TryDelete(string path)
    {
        try
        {
            _volume.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next put of the name writes it anew; what failed before is what is told.
        }
    }

    private async Task<T> AloneAsync<T>(string operation, string path, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await GuardAsync(operation, path, work).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<T> GuardAsync<T>(string operation, string path, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException and not FootageException))
        {
            var subject = path.Length == 0 ? Name : $"{Name}/{path}";
            throw new TierUnavailableException(
                operation,
                subject,
                IsFull(e)
                    ? "The archive tier is full. Put in a larger disk; recording is not touched by it."
                    : "Look at the disk of the archive tier.",
                e
            );
        }
    }

    // ENOSPC and EDQUOT of Linux, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static bool IsFull(Exception e) => (e.HResult & 0xffff) is 28 or 122 or 112 or 39;
}
