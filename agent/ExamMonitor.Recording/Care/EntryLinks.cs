using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Recording.Care;

/// <summary>Tells the rows of a new index which ledger entries are theirs.</summary>
/// <remarks>
/// The volume's day lines do not say it, and without it footage would be kept for ever: what is let go must have an entry that says what it
/// was. An entry is a row's when camera, start, number and hash are the same; of two the later one counts.
/// </remarks>
internal static class EntryLinks
{
    private const int AtOnce = 4_000;

    /// <summary>
    /// Reads the ledger once. One that cannot be read leaves rows without their entry, and the next making of the index asks again.
    /// </summary>
    public static void Fill(ArchiveContext context, CancellationToken cancellationToken)
    {
        var cameras = context.Index.Read(q => q.Cameras()).ToDictionary(c => (c.Room.Text, c.Camera.Text), c => c.No);
        try
        {
            foreach (var some in context.Ledger.Items().Chunk(AtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                context.Index.Write(t =>
                {
                    foreach (var item in some)
                    {
                        if (cameras.TryGetValue((item.Room, item.Camera), out var no) && item.Sha256 is null or { Length: 64 })
                            t.SetLeaf(no, item);
                    }
                });
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not FootageException)
        {
            context.Logger.EntriesNotLinked(e);
        }
    }
}
