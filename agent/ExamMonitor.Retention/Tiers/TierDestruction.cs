using ExamMonitor.Recording.Copies;

namespace ExamMonitor.Retention.Tiers;

/// <summary>Deletes copies of segments that were lawfully destroyed, as soon as their lock has ended, and enters that.</summary>
internal sealed class TierDestruction(TierContext context)
{
    /// <returns>How many were deleted.</returns>
    public async Task<long> RunAsync(IProgress<TierProgress>? progress, CancellationToken cancellationToken)
    {
        var gone = 0L;
        while (true)
        {
            var before = gone;
            foreach (var copy in context.Index.Read(q => q.Condemned(context.NowMs, 100)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                // False: the server's clock, or a lock that somebody made longer, says that it is not time yet.
                if (
                    !await context
                        .Tier.DeleteAsync(TierKey.Of(copy.Path), copy.Version, context.Time.GetUtcNow(), cancellationToken)
                        .ConfigureAwait(false)
                )
                    continue;
                context.Index.Write(t =>
                {
                    t.DropCopy(copy.Path);
                    t.AddTierNote(context.NoteOf("archive-destroyed", null, copy, ("reason", copy.Condemned!)));
                });
                gone++;
                progress?.Report(new("destroy", gone, copy.Path, copy.SizeBytes));
            }

            if (gone == before)
                return gone;
        }
    }
}
