using System.Security.Cryptography;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// Brings footage back from the archive tier, every byte hashed. May be stopped and run again: what is there already is left alone.
/// </summary>
internal sealed class TierRestore(TierContext context)
{
    private const string PartEnding = ".restore";

    // A restored file stays at least this long, whatever is set: somebody wants to see it.
    private static readonly TimeSpan LeastStay = TimeSpan.FromDays(1);

    /// <summary>Brings segments back to their place on the volume. May run beside a working agent.</summary>
    public async Task<TierReport> ToVolumeAsync(
        TierSelection selection,
        IProgress<TierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var (done, bytes, mismatches) = (0L, 0L, new List<TierMismatch>());
        for (var last = ""; ; )
        {
            var batch = context.Index.Read(q =>
                q.CopiesAfter(last, 500).Select(c => (Copy: c, Segment: c.Segment is { } id ? q.Segment(id) : null)).ToList()
            );
            if (batch.Count == 0)
                return new(done, bytes, 0, mismatches);
            last = batch[^1].Copy.Path;
            foreach (var (copy, segment) in batch.Where(b => b.Segment is { IsRemote: true } s && selection.Holds(s)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await OneAsync(segment!, copy, cancellationToken).ConfigureAwait(false) is { } fault)
                {
                    mismatches.Add(new(copy.Path, fault));
                    continue;
                }

                (done, bytes) = (done + 1, bytes + copy.SizeBytes);
                progress?.Report(new("restore", done, copy.Path, bytes));
            }
        }
    }

    /// <summary>Brings one segment back; null when that went well, else what did not match.</summary>
    public async Task<string?> OneAsync(StoredSegment segment, CopyRow copy, CancellationToken cancellationToken)
    {
        VolumeIdentity.Require(context.Volume, context.VolumeId);
        if (await FetchAsync(context.Volume, copy.Object, cancellationToken).ConfigureAwait(false) is { } fault)
            return fault;
        var stay = context.Options.KeepLocal is { } keep && keep > LeastStay ? keep : LeastStay;
        context.Index.Write(t =>
        {
            if (t.Queries.Camera(segment.Room, segment.Camera) is not { } camera)
                return;
            t.SetRemote(camera.No, segment, remote: false, context.NowMs + (long)stay.TotalMilliseconds);
            t.DropGarbage(copy.Path);
            t.AddTierNote(context.NoteOf("restored", segment, copy));
        });
        return null;
    }

    /// <summary>
    /// Brings everything (or a part) back into a folder, from what the tier alone says: the volume and its index may be lost.
    /// </summary>
    public async Task<TierReport> ToFolderAsync(
        string folder,
        TierSelection selection,
        IProgress<TierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(folder);
        var target = new DiskVolume(folder);
        // The lock's file comes with the first agent or command that uses the folder as a volume, and is never copied.
        if (target.Length(VolumeLock.FileName) is not null)
            throw new FootageException(
                "restore from the archive tier",
                folder,
                "An agent has used this folder as its volume: what it wrote since the copies would be overwritten. Leave --to out to "
                    + "bring segments back to their place, or give another folder."
            );
        var (done, bytes, skipped, mismatches) = (0L, 0L, 0L, new List<TierMismatch>());
        await foreach (var item in context.Tier.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            if (item.Key.Text == TierIdentity.FileName || !IsSelected(item.Key, selection))
                continue;
            if (await IsThereAsync(target, item, cancellationToken).ConfigureAwait(false))
            {
                skipped++;
                continue;
            }

            if (await FetchAsync(target, item, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                mismatches.Add(new(item.Key.Text, fault));
                continue;
            }

            (done, bytes) = (done + 1, bytes + item.SizeBytes);
            progress?.Report(new("restore", done, item.Key.Text, bytes));
        }

        return new(done, bytes, skipped, mismatches);
    }

    private static bool IsSelected(TierKey key, TierSelection selection)
    {
        if (selection.IsEverything)
            return true;
        if (!ArchivePath.TryParse(key.Text, out var path))
            return false;
        var start = UnixMs.ToUtc(Reindex.PathTimeMs(path));
        // The name tells the start to the second; a segment lasts at most five minutes.
        return selection.Segment is null && selection.Holds(path.Room, path.Camera, start, start.AddMinutes(5));
    }

    private static async Task<bool> IsThereAsync(DiskVolume target, TierObject item, CancellationToken cancellationToken)
    {
        if (target.Length(item.Key.Text) != item.SizeBytes)
            return false;
        var stream = target.OpenRead(item.Key.Text)!;
        await using (stream.ConfigureAwait(false))
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false)) == item.Sha256;
    }

    /// <summary>Part file → hash → flush → rename → folder flush.</summary>
    private async Task<string?> FetchAsync(IVolume target, TierObject item, CancellationToken cancellationToken)
    {
        var part = item.Key.Text + PartEnding;
        if (target.FreeBytes() is { } free && free < item.SizeBytes + (64 << 20))
            throw new FootageException(
                "restore from the archive tier",
                $"{target.Root}/{item.Key}",
                "The volume has no room for it. Make room, or restore into another folder."
            );
        var source = await context.Tier.OpenReadAsync(item.Key, item.Version, cancellationToken).ConfigureAwait(false);
        if (source is null)
            return "It is not on the archive tier.";
        await using (source.ConfigureAwait(false))
        {
            target.CreateFolder(item.Key.Folder);
            target.Delete(part);
            string sha256;
            try
            {
                sha256 = await WriteAsync(target, part, source, item.SizeBytes, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (S3Failure.IsFailure(e) && e is not IOException && !cancellationToken.IsCancellationRequested)
            {
                target.Delete(part);
                throw S3Failure.Of(e, "read the archive tier", item.Key.Text);
            }

            if (sha256 != item.Sha256)
            {
                target.Delete(part);
                return $"The archive tier gave other bytes: SHA-256 {sha256}; {item.Sha256} was committed.";
            }

            target.Rename(part, item.Key.Text);
            target.FlushFolder(item.Key.Folder);
            return null;
        }
    }

    private static async Task<string> WriteAsync(IVolume target, string part, Stream source, long size, CancellationToken cancellationToken)
    {
        using var file = target.Create(part);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (var left = size + 1; left > 0; )
        {
            var read = await source
                .ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken)
                .ConfigureAwait(false);
            if (read == 0)
                break;
            hash.AppendData(buffer, 0, read);
            file.Append([buffer.AsMemory(0, read)]);
            left -= read;
        }

        file.Flush();
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
