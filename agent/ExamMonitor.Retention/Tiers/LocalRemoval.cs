using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// Takes segments from the volume that lie proved on the archive tier. That is no destruction: the footage is held, elsewhere.
/// </summary>
/// <remarks>
/// Order: every byte read back from the tier now → one transaction (row says remote, file among the garbage, note) → ledger → unlink →
/// folder flush → garbage row gone.
/// A crash before the transaction changes nothing; after it, the next pass or the next start goes on. A copy whose lock ends soon takes
/// nothing's place.
/// </remarks>
internal sealed class LocalRemoval(TierContext context, TierNotes notes)
{
    private static readonly TimeSpan LeastLock = TimeSpan.FromDays(1);

    /// <summary>Takes away what may go.</summary>
    /// <returns>How many went.</returns>
    public async Task<long> RunAsync(IProgress<TierProgress>? progress, CancellationToken cancellationToken)
    {
        Finish();
        if (context.Options.KeepLocal is not { } keep)
            return 0;
        var gone = 0L;
        while (true)
        {
            var now = context.Time.GetUtcNow();
            var found = context.Index.Read(q => q.LeavingLocal(UnixMs.Of(now - keep), UnixMs.Of(now), 100));
            var before = gone;
            foreach (var copy in found.Where(c => !context.IsMismatched(c.Path) && UnixMs.ToUtc(c.RetainUntilMs) > now + LeastLock))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!await RemoveAsync(copy, cancellationToken).ConfigureAwait(false))
                    continue;
                gone++;
                progress?.Report(new("remove", gone, copy.Path, copy.SizeBytes));
            }

            if (gone == before)
                return gone;
        }
    }

    private async Task<bool> RemoveAsync(CopyRow copy, CancellationToken cancellationToken)
    {
        var verdict = await context.Tier.ProveAsync(copy.Object, TierProof.Reread, cancellationToken).ConfigureAwait(false);
        if (!verdict.IsProved || verdict.By != TierProof.Reread)
        {
            context.Mismatched(copy.Path, verdict.Text);
            return false;
        }

        var proved = copy with { ProvedMs = context.NowMs, Proof = TierProof.Reread };
        var done = context.Index.Write(t =>
        {
            if (
                t.Queries.Segment(copy.Segment!.Value) is not { IsRemote: false } segment
                || t.Queries.Camera(segment.Room, segment.Camera) is not { } camera
            )
                return false;
            t.PutCopy(proved);
            t.SetRemote(camera.No, segment, remote: true, 0);
            t.AddGarbage(copy.Path, segment.Id, GarbageRow.OnArchiveTier, context.NowMs);
            t.AddTierNote(context.NoteOf("local-removed", segment, proved));
            return true;
        });
        if (done)
            Finish();
        return done;
    }

    private void Finish()
    {
        var garbage = context.Index.Read(q => q.Garbage()).Where(g => g.Reason == GarbageRow.OnArchiveTier).ToList();
        if (garbage.Count == 0 || !notes.Drain() || notes.Ledger is not { } ledger)
            return;
        // The row alone is the word of a file that anybody on the machine can write.
        var standing = ledger.Standing([.. garbage.Select(g => g.Path)]);
        foreach (var item in garbage)
        {
            // Brought back meanwhile: it is wanted here.
            if (item.Segment is { } id && context.Index.Read(q => q.Segment(id)) is { IsRemote: false })
            {
                context.Index.Write(t => t.DropGarbage(item.Path));
                continue;
            }

            if (standing.Contains(item.Path) || !ArchivePath.TryParse(item.Path, out var path) || path.File != item.Path)
            {
                context.Logger.GarbageRefused(item.Path);
                ledger.RefusedGarbage(item.Path);
                context.Index.Write(t => t.DropGarbage(item.Path));
                continue;
            }

            context.Volume.Delete(item.Path);
            context.Volume.FlushFolder(item.Path[..item.Path.LastIndexOf('/')]);
            context.Index.Write(t => t.DropGarbage(item.Path));
        }
    }
}
