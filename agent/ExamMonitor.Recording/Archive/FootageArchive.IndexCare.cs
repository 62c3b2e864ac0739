using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Care;

namespace ExamMonitor.Recording;

/// <summary>An index that is damaged is found and made again beside the recording.</summary>
public sealed partial class FootageArchive
{
    private const int DaysHeldAgainstTheVolume = 7;

    /// <summary>Makes the index again on a thread of its own. Called by whoever finds the damage, maybe inside a transaction.</summary>
    private void Rebuild(string reason)
    {
        _rebuild.Note(reason);
        if (_disposed || Interlocked.CompareExchange(ref _rebuilding, 1, 0) != 0)
            return;
        _work = Task.Run(RebuildAsync, CancellationToken.None);
    }

    private async Task RebuildAsync()
    {
        do
        {
            do await _rebuild.RunAsync(_closing.Token).ConfigureAwait(false);
            while (IsBroken());
            Volatile.Write(ref _rebuilding, 0);
        }
        // Damage that was found between the two lines above found nobody to begin.
        while (IsBroken() && Interlocked.CompareExchange(ref _rebuilding, 1, 0) == 0);

        bool IsBroken() => _context.Index.IsDamaged && !_closing.IsCancellationRequested;
    }

    /// <summary>Ends when the index was looked through after the start.</summary>
    internal Task IndexChecked { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Beside the recording: a large index is read through, table by table, so that no reading transaction holds up its log for long; then
    /// the newest days' rows are held against the volume.
    /// </summary>
    private void CheckIndex()
    {
        try
        {
            foreach (var table in IsSmall(_context.Index.Path) ? [] : _context.Index.Read(q => q.Tables()))
            {
                if (_closing.IsCancellationRequested)
                    return;
                if (_context.Index.Read(q => q.DamageOf(table)) is { } damage)
                    _context.Index.SayDamaged(damage);
            }

            var newest = _context.Index.Read(q => q.Cameras()).Max(c => c.LastEndMs) ?? _context.NowMs;
            foreach (
                var day in ArchiveFolders.Walk(
                    _context.Volume,
                    DateOnly.FromDateTime(UnixMs.ToUtc(newest).UtcDateTime).AddDays(-DaysHeldAgainstTheVolume)
                )
            )
            {
                if (_closing.IsCancellationRequested)
                    return;
                if (RowCheck.FindDamage(_context.Volume, _context.Index, day) is { } damage)
                    _context.Index.SayDamaged(damage);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The index was found damaged meanwhile, or the volume does not answer: whoever found it tells.
        }
    }
}
