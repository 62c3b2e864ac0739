using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention.Tiers;

/// <summary>Copies segments, proves them, and writes down that it did.</summary>
/// <remarks>
/// Order: put → proved → line in <c>copies.jsonl</c> → row and note in one transaction → ledger. Killed before the put ended: nothing is
/// seen under the key, and the next pass
/// begins anew. Before the line or the row: the next pass finds the object, reads it back, and writes down that it is there; nothing is
/// sent twice. Before the ledger: the note waits.
/// </remarks>
internal sealed class TierCopier : IDisposable
{
    private readonly TierContext _context;
    private readonly GroupCommit<(StoredSegment Segment, CopyRow Copy, string Kind)> _settled;

    public TierCopier(TierContext context) => (_context, _settled) = (context, new(SettleAsync));

    /// <summary>Copies one segment, or raises its date. False when evidence does not match; that latches.</summary>
    public async Task<bool> CopyAsync(TierTask task, CancellationToken cancellationToken)
    {
        var segment = task.Segment;
        try
        {
            if (task.Copy is { } copy)
                await ExtendAsync(segment, copy, task.Until, cancellationToken).ConfigureAwait(false);
            else
                await CopyAsync(segment, task.Until, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TierMismatchException e)
        {
            _context.Mismatched(segment.Path, e.Hint);
            return false;
        }
        catch (TierUnavailableException) when (LocalFault(segment) is { } fault)
        {
            // One bad sector of the volume holds up nothing else: a person is told, and the others are copied.
            _context.Mismatched(segment.Path, fault);
            return false;
        }
    }

    private async Task CopyAsync(StoredSegment segment, DateTimeOffset until, CancellationToken cancellationToken)
    {
        VolumeIdentity.Require(_context.Volume, _context.VolumeId);
        if (_context.Volume.Length(segment.Path) is null)
        {
            // It may have been destroyed lawfully since the queue was read.
            if (_context.Index.Read(q => q.Segment(segment.Id)) is not null)
                throw new TierMismatchException("copy to the archive tier", segment.Path, "The file is not on the volume. Run fsck.");
            return;
        }

        var content = new TierContent(
            segment.SizeBytes,
            segment.Sha256,
            () => _context.Volume.OpenRead(segment.Path) ?? throw new FileNotFoundException(segment.Path)
        );
        var put = await _context.Tier.PutAsync(TierKey.Of(segment.Path), content, until, cancellationToken).ConfigureAwait(false);
        var (proof, failed) = await _context.ProvedAsync(put with { RetainUntil = until }, cancellationToken).ConfigureAwait(false);
        if (failed is not null)
            throw new TierMismatchException("prove a copy", segment.Path, failed.Text);
        // Recording needs the memory more than a file that was read once.
        if (_context.Volume is DiskVolume)
            PageCache.Drop(Path.Combine(_context.Volume.Root, segment.Path));
        var now = _context.NowMs;
        var held = Math.Max(UnixMs.Ceiling(until), UnixMs.Of(put.RetainUntil ?? until));
        await _settled
            .AddAsync(
                (
                    segment,
                    new(
                        segment.Path,
                        segment.Id,
                        UnixMs.Of(segment.EndUtc),
                        segment.SizeBytes,
                        segment.Sha256,
                        put.Version,
                        held,
                        now,
                        now,
                        proof
                    ),
                    "archived"
                )
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// What failed may have been the local file: why it cannot be read; null when it can, or when the volume is not there at all.
    /// </summary>
    private string? LocalFault(StoredSegment segment)
    {
        try
        {
            VolumeIdentity.Require(_context.Volume, _context.VolumeId);
            using var stream = _context.Volume.OpenRead(segment.Path);
            stream?.CopyTo(Stream.Null);
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException and not FootageException))
        {
            return $"The local file cannot be read ({e.Message}). It was not copied; look at the disk of the volume, then run fsck --depth hash.";
        }
        catch (WrongVolumeException)
        {
            return null;
        }
    }

    private async Task ExtendAsync(StoredSegment segment, CopyRow copy, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var held = await _context.Tier.ExtendAsync(TierKey.Of(copy.Path), copy.Version, until, cancellationToken).ConfigureAwait(false);
        await _settled
            .AddAsync((segment, copy with { RetainUntilMs = Math.Max(UnixMs.Ceiling(until), UnixMs.Of(held)) }, "archive-extended"))
            .ConfigureAwait(false);
    }

    public void Dispose() => _settled.Dispose();

    /// <summary>Several copies travel at once; those that were proved meanwhile are written down together.</summary>
    private Task SettleAsync(IReadOnlyList<(StoredSegment Segment, CopyRow Copy, string Kind)> proved)
    {
        CopyLines.Append(_context.Volume, proved.Select(p => p.Copy), _context.TierId);
        _context.Index.Write(t =>
        {
            foreach (var (segment, copy, kind) in proved)
            {
                // A segment that was let go while its copy was made: the copy may go, too, once its lock ends.
                t.PutCopy(t.Queries.Segment(segment.Id) is null ? copy with { Condemned = "let go while it was copied" } : copy);
                t.AddTierNote(_context.NoteOf(kind, segment, copy));
            }
        });
        return Task.CompletedTask;
    }
}
