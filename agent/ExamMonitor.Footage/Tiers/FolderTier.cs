using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Footage.Volumes;

namespace ExamMonitor.Footage.Tiers;

/// <summary>A second disk. It lies there as a footage volume does, so that it can be mounted as one; beside the files stand <c>tier.json</c> and <c>objects.jsonl</c>.</summary>
/// <remarks>
/// Order of a put: <c>.tier-part</c> written and hashed → flushed → renamed → folder flushed → line in <c>objects.jsonl</c>, flushed. A crash before the rename leaves a part
/// that the next put of the name writes anew; one after it leaves a file without a line, which the next put reads, and takes when it is what was to be put.
/// The date until which a file is kept is a promise of this program alone: whoever may write to the folder can break it. Object Lock is for who must not trust even that.
/// </remarks>
/// <param name="volume">File system.</param>
/// <param name="time">Clock, for lines.</param>
/// <param name="limit">Speed limit.</param>
internal sealed class FolderTier(IVolume volume, TimeProvider time, BandwidthLimit limit) : IArchiveTier
{
    private readonly FolderObjects _objects = new(volume);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private TierIdentity? _identity;

    public string Name => $"folder:{volume.Root}";

    public Task<TierIdentity> OpenAsync(TierExpectation expected, CancellationToken cancellationToken) => GuardAsync("open the second tier", "", () =>
    {
        if (!Directory.Exists(volume.Root) && volume is DiskVolume) throw new TierRefusedException("use the second tier", Name, "There is no such folder. Mount the disk of the second tier.");
        var found = ReadIdentity();
        _identity = found is null ? Create(expected.New(Name)) : expected.Require(found, Name);
        return Task.FromResult(_identity);
    });

    public Task<TierObject> PutAsync(TierKey key, TierContent content, DateTimeOffset retainUntil, CancellationToken cancellationToken) => AloneAsync("copy to the second tier", key.Text, async () =>
    {
        RequireIdentity();
        retainUntil = WholeMs(retainUntil);
        volume.CreateFolder(key.Folder);
        if (volume.Length(key.Text) is not null)
        {
            if (await TakeExistingAsync(key, content, retainUntil, cancellationToken).ConfigureAwait(false) is { } taken) return taken;
            if (content.KeepOlder && !await GrewAsync(key, content, cancellationToken).ConfigureAwait(false)) KeepOlder(key);
        }

        var part = key.Text + TierKey.PartEnding;
        try
        {
            await WriteAsync(part, key, content, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            TryDelete(part);
            throw;
        }

        volume.Rename(part, key.Text);
        volume.FlushFolder(key.Folder);
        return Note(key, content, retainUntil);
    }, cancellationToken);

    public Task<TierObject?> FindAsync(TierKey key, string version, CancellationToken cancellationToken) => GuardAsync("look at the second tier", key.Text, () =>
    {
        RequireIdentity();
        return Task.FromResult(Find(key));
    });

    public Task<TierVerdict> ProveAsync(TierObject expected, TierProof depth, CancellationToken cancellationToken) => GuardAsync("check the second tier", expected.Key.Text, async () =>
    {
        RequireIdentity();
        var proof = depth == TierProof.Presence ? TierProof.Presence : TierProof.Reread;
        if (volume.Length(expected.Key.Text) is not { } length) return new(TierOutcome.Missing, TierProof.Presence, "The file is not there.");
        if (length != expected.SizeBytes) return new(TierOutcome.WrongSize, TierProof.Presence, FormattableString.Invariant($"The file has {length} bytes; {expected.SizeBytes} were committed."));
        if (Find(expected.Key) is not { } noted || noted.Sha256 != expected.Sha256) return new(TierOutcome.WrongHash, TierProof.Presence, $"{FolderObjects.FileName} does not say of it what was committed.");
        if (expected.RetainUntil is { } until && noted.RetainUntil < until.AddMilliseconds(-1)) return new(TierOutcome.NotLocked, TierProof.Presence, $"It is kept until {noted.RetainUntil:O} only.");
        if (proof == TierProof.Presence) return new(TierOutcome.Proved, proof, "There, with the size and hash that were committed.");
        var sha256 = Convert.ToHexStringLower(await HashAsync(expected.Key.Text, length, cancellationToken).ConfigureAwait(false));
        return sha256 == expected.Sha256
            ? new(TierOutcome.Proved, proof, "Read back from the disk; its hash is the committed one.")
            : new TierVerdict(TierOutcome.WrongHash, proof, $"Its SHA-256 is {sha256}; {expected.Sha256} was committed.");
    });

    public Task<DateTimeOffset> ExtendAsync(TierKey key, string version, DateTimeOffset retainUntil, CancellationToken cancellationToken) => AloneAsync("keep a copy for longer", key.Text, () =>
    {
        RequireIdentity();
        if (Find(key) is not { } known) throw new TierMismatchException("keep a copy for longer", $"{Name}/{key}", "It is not there.");
        if (known.RetainUntil >= WholeMs(retainUntil)) return Task.FromResult(known.RetainUntil.Value);
        retainUntil = WholeMs(retainUntil);
        _objects.Append(key.Folder, new(key.Name, known.SizeBytes, known.Sha256, retainUntil, time.GetUtcNow()));
        return Task.FromResult(retainUntil);
    }, cancellationToken);

    public Task<Stream?> OpenReadAsync(TierKey key, string version, CancellationToken cancellationToken) => GuardAsync("read the second tier", key.Text, () =>
    {
        RequireIdentity();
        return Task.FromResult(volume.OpenRead(key.Text));
    });

    public async IAsyncEnumerable<TierObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var at))
        {
            var (inside, found) = await GuardAsync("list the second tier", at, () =>
            {
                RequireIdentity();
                TierObject[] objects = [.. _objects.Of(at).Values.Select(o => TierKey.TryParse(at.Length == 0 ? o.Name : $"{at}/{o.Name}", out var key) ? Of(key.Value, o) : null).OfType<TierObject>()];
                return Task.FromResult((volume.Folders(at), objects));
            }).ConfigureAwait(false);
            foreach (var item in found) yield return item;
            foreach (var name in inside.Where(IdText.IsValid)) folders.Push(at.Length == 0 ? name : $"{at}/{name}");
        }
    }

    public Task<bool> DeleteAsync(TierKey key, string version, DateTimeOffset now, CancellationToken cancellationToken) => AloneAsync("delete from the second tier", key.Text, () =>
    {
        RequireIdentity();
        if (Find(key) is not { } known) return Task.FromResult(true);
        if (known.RetainUntil > now) return Task.FromResult(false);
        // The line first: a file without a line is taken for one whose put was cut off, and would be put again or adopted.
        _objects.Append(key.Folder, new(key.Name, known.SizeBytes, known.Sha256, known.RetainUntil!.Value, time.GetUtcNow(), Deleted: true));
        volume.Delete(key.Text);
        volume.FlushFolder(key.Folder);
        return Task.FromResult(true);
    }, cancellationToken);

    public void Dispose() => _gate.Dispose();

    // Lines hold whole milliseconds; never earlier than asked.
    private static DateTimeOffset WholeMs(DateTimeOffset time) => UnixMs.ToUtc(UnixMs.Ceiling(time));

    private static TierObject Of(TierKey key, FolderObject line) => new(key, "", line.Bytes, line.Sha256, line.RetainUntil);

    private TierObject? Find(TierKey key) =>
        volume.Length(key.Text) is not null && _objects.Of(key.Folder).TryGetValue(key.Name, out var line) ? Of(key, line) : null;

    /// <summary>What lies there already: taken when it is the same, null when it is an older state of a document.</summary>
    private async Task<TierObject?> TakeExistingAsync(TierKey key, TierContent content, DateTimeOffset retainUntil, CancellationToken cancellationToken)
    {
        var same = volume.Length(key.Text) == content.SizeBytes
            && (await HashAsync(key.Text, content.SizeBytes, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(content.Sha256.Span);
        if (!same && content.MayReplace) return null;
        if (!same) throw new TierMismatchException("copy to the second tier", $"{Name}/{key}", "Something else lies there under this name. Nothing was overwritten; have both looked at.");
        return Find(key) is { } known && known.Sha256 == content.Sha256Hex && known.RetainUntil >= retainUntil ? known : Note(key, content, retainUntil);
    }

    /// <summary>Whether the document begins with all that was copied before.</summary>
    private async Task<bool> GrewAsync(TierKey key, TierContent content, CancellationToken cancellationToken)
    {
        if (Find(key) is not { } known || known.SizeBytes > content.SizeBytes) return false;
        var source = content.Open();
        await using (source.ConfigureAwait(false))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[64 << 10];
            for (var left = known.SizeBytes; left > 0;)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken).ConfigureAwait(false);
                if (read == 0) return false;
                hash.AppendData(buffer, 0, read);
                left -= read;
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset()) == known.Sha256;
        }
    }

    /// <summary>A document that only grew is replaced; any other older state stays beside it, so that a local file that was cut or exchanged never takes the good copy away.</summary>
    private void KeepOlder(TierKey key)
    {
        if (_objects.Of(key.Folder).TryGetValue(key.Name, out var line)) volume.Rename(key.Text, $"{key.Text}.{line.At.UtcDateTime:yyyyMMdd'T'HHmmssfff}Z");
    }

    private TierObject Note(TierKey key, TierContent content, DateTimeOffset retainUntil)
    {
        var line = new FolderObject(key.Name, content.SizeBytes, content.Sha256Hex, retainUntil, time.GetUtcNow());
        _objects.Append(key.Folder, line);
        return Of(key, line);
    }

    private async Task WriteAsync(string part, TierKey key, TierContent content, CancellationToken cancellationToken)
    {
        volume.Delete(part);
        var source = content.Open();
        await using (source.ConfigureAwait(false))
        {
            using var file = volume.Create(part);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[(int)Math.Min(limit.Piece, Math.Max(1, content.SizeBytes))];
            var left = content.SizeBytes;
            while (left > 0 && await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                hash.AppendData(buffer, 0, read);
                file.Append([buffer.AsMemory(0, read)]);
                left -= read;
                await limit.TakeAsync(read, cancellationToken).ConfigureAwait(false);
            }

            if (left > 0 || !hash.GetHashAndReset().AsSpan().SequenceEqual(content.Sha256.Span))
                throw new TierMismatchException("copy to the second tier", key.Text, "The local file is not what was committed. It was not copied; run fsck --depth hash.");
            file.Flush();
        }
    }

    private async Task<byte[]> HashAsync(string path, long length, CancellationToken cancellationToken)
    {
        Forget(path);
        using var stream = volume.OpenRead(path) ?? throw new FileNotFoundException($"{volume.Root}/{path}");
        var (_, sha256) = await TierHash.ReadAsync(stream, length, limit, cancellationToken).ConfigureAwait(false);
        Forget(path);
        return sha256;
    }

    private void Forget(string path)
    {
        if (volume is DiskVolume) PageCache.Drop(Path.Combine(volume.Root, path));
    }

    private TierIdentity? ReadIdentity()
    {
        using var stream = volume.OpenRead(TierIdentity.FileName);
        if (stream is null) return null;
        if (stream.Length > TierIdentity.MaxBytes) throw new TierRefusedException("use the second tier", Name, $"{TierIdentity.FileName} cannot be read.");
        try
        {
            return JsonSerializer.Deserialize<TierIdentity>(stream, ContractJson.Options) is { Schema: TierIdentity.SchemaName } found ? found : throw new JsonException("another schema");
        }
        catch (JsonException e)
        {
            throw new TierRefusedException("use the second tier", Name, $"{TierIdentity.FileName} cannot be read. Restore it, or name another tier.", e);
        }
    }

    private void RequireIdentity()
    {
        var known = _identity ?? throw new InvalidOperationException("OpenAsync comes first.");
        if (ReadIdentity() is not { } found || found.Id != known.Id) throw new TierRefusedException("use the second tier", Name, $"Tier {known.Id} is not there any more. Mount its disk.");
    }

    private TierIdentity Create(TierIdentity identity)
    {
        if (volume.Files("").Concat(volume.Folders("")).FirstOrDefault(n => n is not ("lost+found" or TierIdentity.FileName + ".new")) is { } strange)
            throw new TierRefusedException("make a second tier", Name, $"The folder has no {TierIdentity.FileName}, but there is \"{strange}\". Give an empty folder or the right disk.");
        volume.Delete(TierIdentity.FileName + ".new");
        using (var file = volume.Create(TierIdentity.FileName + ".new"))
        {
            file.Append([JsonSerializer.SerializeToUtf8Bytes(identity, ContractJson.Options)]);
            file.Flush();
        }

        volume.Rename(TierIdentity.FileName + ".new", TierIdentity.FileName);
        volume.FlushFolder("");
        return identity;
    }

    private void TryDelete(string path)
    {
        try
        {
            volume.Delete(path);
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
            throw new TierUnavailableException(operation, subject, IsFull(e) ? "The second tier is full. Put in a larger disk; recording is not touched by it." : "Look at the disk of the second tier.", e);
        }
    }

    // ENOSPC and EDQUOT of Linux, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static bool IsFull(Exception e) => (e.HResult & 0xffff) is 28 or 122 or 112 or 39;
}
