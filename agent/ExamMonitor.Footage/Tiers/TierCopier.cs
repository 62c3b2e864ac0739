using ExamMonitor.Footage.Index;
using ExamMonitor.Footage.Volumes;

namespace ExamMonitor.Footage.Tiers;

/// <summary>Copies segments, proves them, and writes down that it did.</summary>
/// <remarks>
/// Order: put → proved → line in <c>copies.jsonl</c> → row and note in one transaction → ledger. Killed before the put ended: nothing is seen under the key, and the next pass
/// begins anew. Before the line or the row: the next pass finds the object, reads it back, and writes down that it is there; nothing is sent twice. Before the ledger: the note waits.
/// </remarks>
internal sealed class TierCopier(TierContext context)
{
    /// <summary>Copies one segment, or raises its date. False when evidence does not match; that latches.</summary>
    public async Task<bool> CopyAsync(TierTask task, CancellationToken cancellationToken)
    {
        var segment = task.Segment;
        try
        {
            if (task.Copy is { } copy) await ExtendAsync(segment, copy, task.Until, cancellationToken).ConfigureAwait(false);
            else await CopyAsync(segment, task.Until, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TierMismatchException e)
        {
            context.Mismatched(segment.Path, e.Hint);
            return false;
        }
    }

    private async Task CopyAsync(StoredSegment segment, DateTimeOffset until, CancellationToken cancellationToken)
    {
        VolumeIdentity.Require(context.Volume, context.VolumeId);
        if (context.Volume.Length(segment.Path) is null)
        {
            // It may have been destroyed lawfully since the queue was read.
            if (context.Index.Read(q => q.Segment(segment.Id)) is not null) throw new TierMismatchException("copy to the second tier", segment.Path, "The file is not on the volume. Run fsck.");
            return;
        }

        var content = new TierContent(segment.SizeBytes, segment.Sha256, () => context.Volume.OpenRead(segment.Path) ?? throw new FileNotFoundException(segment.Path));
        var put = await context.Tier.PutAsync(TierKey.Of(segment.Path), content, until, cancellationToken).ConfigureAwait(false);
        if (!put.ServerChecked && await context.Tier.ProveAsync(put with { RetainUntil = until }, TierProof.Reread, cancellationToken).ConfigureAwait(false) is { IsProved: false } verdict)
            throw new TierMismatchException("prove a copy", segment.Path, verdict.Text);
        // Recording needs the memory more than a file that was read once.
        if (context.Volume is DiskVolume) PageCache.Drop(Path.Combine(context.Volume.Root, segment.Path));
        var now = context.NowMs;
        var held = Math.Max(UnixMs.Ceiling(until), UnixMs.Of(put.RetainUntil ?? until));
        Settle(segment, new(segment.Path, segment.Id, UnixMs.Of(segment.EndUtc), segment.SizeBytes, segment.Sha256, put.Version, held, now, now, put.ServerChecked ? TierProof.Checksum : TierProof.Reread), "archived");
    }

    private async Task ExtendAsync(StoredSegment segment, CopyRow copy, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var held = await context.Tier.ExtendAsync(TierKey.Of(copy.Path), copy.Version, until, cancellationToken).ConfigureAwait(false);
        Settle(segment, copy with { RetainUntilMs = Math.Max(UnixMs.Ceiling(until), UnixMs.Of(held)) }, "archive-extended");
    }

    private void Settle(StoredSegment segment, CopyRow copy, string kind)
    {
        CopyLines.Append(context.Volume, copy, context.TierId);
        var note = context.NoteOf(kind, segment, copy);
        context.Index.Write(t =>
        {
            // A segment that was let go while its copy was made: the copy may go, too, once its lock ends.
            t.PutCopy(t.Queries.Segment(segment.Id) is null ? copy with { Condemned = "let go while it was copied" } : copy);
            t.AddTierNote(note);
        });
    }
}
