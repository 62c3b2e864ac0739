using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Care;

/// <summary>
/// Whether an index that SQLite finds whole is as new as its volume. A changed or lost write-ahead log, or an old copy, looks whole and
/// lacks the newest rows.
/// </summary>
/// <remarks>
/// Looks at the days since the newest footage that the index knows: few folders, and of each day file its end. Day lines follow the rows,
/// so a line that no row can have made is proof. After a clock that was years ahead those days are not the newest: so the ledger is asked,
/// too,
/// whose order no clock changes. An entry follows its row.
/// </remarks>
internal static class IndexAge
{
    /// <summary>What the volume has and the index does not; null when there is nothing.</summary>
    public static string? FindBehind(IVolume volume, FootageIndex index, ILedgerSink ledger)
    {
        foreach (var camera in index.Read(q => q.Cameras()))
        {
            if (ledger.NewestNumber(camera.Room, camera.Camera) is { } entered && entered > index.Read(q => q.Numbers(camera.No)))
                return $"the ledger has number {entered} of {camera.Room}/{camera.Camera}";
        }

        foreach (var day in ArchiveFolders.Walk(volume, FirstDay(index)))
        {
            var newest = DayLog.NewestNumber(volume, day.DayLog);
            if (newest > index.Read(q => q.Camera(day.Room, day.Camera) is { } camera ? q.Numbers(camera.No) : 0))
                return $"{day.DayLog} has line {newest}";
        }

        return null;
    }

    private static DateOnly? FirstDay(FootageIndex index) =>
        index.Read(q => q.Cameras()).Max(c => c.LastEndMs) is { } end
            ? DateOnly.FromDateTime(UnixMs.ToUtc(end).UtcDateTime).AddDays(-1)
            : null;
}
