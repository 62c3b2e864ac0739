using System.Security.Cryptography;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Care;

/// <summary>
/// Finds rows of segments whose content changed: SQLite keeps no checksum of its pages, so that a flipped byte inside a value looks whole
/// to it.
/// </summary>
/// <remarks>
/// The row is called damaged only when the day line and the file itself agree against it. A day line alone proves nothing: it can be
/// written by hand.
/// </remarks>
internal static class RowCheck
{
    /// <summary>What is wrong with the rows of a camera's day; null when nothing is.</summary>
    public static string? FindDamage(IVolume volume, FootageIndex index, CameraDay day)
    {
        var rows = RowsOf(index, day);
        foreach (var (_, bytes) in DayLog.ReadLines(volume, day.DayLog))
        {
            if (DayLog.TryParse(bytes.Span) is not { Kind: DayLine.Segment, File: { } file, Sha256: { } sha256, Bytes: { } size })
                continue;
            var path = $"{day.Folder}/{file}";
            if (rows.TryGetValue(path, out var row))
            {
                if (row.SizeBytes == size && Convert.ToHexStringLower(row.Sha256.Span) == sha256 && IsConsistent(index, row))
                    continue;
                if (volume.Length(path) == size && HashOf(volume, path) == sha256)
                    return $"the row of {path} contradicts its day line and its file";
            }
            else if (volume.Length(path) is not null && !StandsNow(index, day, path))
            {
                return $"{path} has a day line and a file, and no row";
            }
        }

        return null;
    }

    private static Dictionary<string, StoredSegment> RowsOf(FootageIndex index, CameraDay day) =>
        index
            .Read(q =>
                q.Camera(day.Room, day.Camera) is { } camera
                    ? q.SegmentsOfDay(camera.No, day.Day, day.StartMs, camera.LongestSegmentMs)
                    : []
            )
            .DistinctBy(s => s.Path, StringComparer.Ordinal)
            .ToDictionary(s => s.Path, StringComparer.Ordinal);

    private static bool IsConsistent(FootageIndex index, StoredSegment row) =>
        index.Read(q =>
            q.Segment(row.Id) is null
            || (q.Fragments(row.Id) is { } list && list.InitializationBytes + list.Fragments.Sum(f => (long)f.SizeBytes) == row.SizeBytes)
        );

    /// <summary>A segment that was committed, or let go, since the rows were read.</summary>
    private static bool StandsNow(FootageIndex index, CameraDay day, string path) =>
        RowsOf(index, day).ContainsKey(path) || index.Read(q => q.Garbage()).Exists(g => g.Path == path);

    private static string? HashOf(IVolume volume, string path)
    {
        using var stream = volume.OpenRead(path);
        return stream is null ? null : Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
