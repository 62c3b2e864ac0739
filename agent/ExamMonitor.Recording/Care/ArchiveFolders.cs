using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Recording.Care;

/// <summary>A camera's folder of one day.</summary>
/// <param name="Day">UTC day.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
internal sealed record CameraDay(DateOnly Day, RoomId Room, CameraId Camera)
{
    public string Folder => ArchivePath.Of(Room, Camera, new DateTimeOffset(Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), 1).Folder;

    public string DayLog => $"{Folder}/{ExamMonitor.Evidence.Volumes.DayLog.FileName}";

    public long StartMs => UnixMs.Of(new DateTimeOffset(Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
}

/// <summary>Walks the folders that segments lie in, and passes over everything else on the volume.</summary>
internal static class ArchiveFolders
{
    /// <summary>In order of time.</summary>
    /// <param name="volume">Volume.</param>
    /// <param name="from">First day; null for all.</param>
    public static IEnumerable<CameraDay> Walk(IVolume volume, DateOnly? from = null)
    {
        foreach (var year in volume.Folders("").Where(y => y.Length == 4 && y.All(char.IsAsciiDigit)))
        {
            if (from is { } first && int.Parse(year, CultureInfo.InvariantCulture) < first.Year)
                continue;
            foreach (var date in volume.Folders(year))
            {
                if (
                    !DateOnly.TryParseExact($"{year}/{date}", "yyyy/MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                    || day < from
                )
                    continue;
                foreach (var roomName in volume.Folders($"{year}/{date}"))
                {
                    if (!RoomId.TryParse(roomName, null, out var room))
                        continue;
                    foreach (var cameraName in volume.Folders($"{year}/{date}/{roomName}"))
                    {
                        if (CameraId.TryParse(cameraName, null, out var camera))
                            yield return new(day, room, camera);
                    }
                }
            }
        }
    }

    /// <summary>Segment files of a folder, committed or not.</summary>
    public static IEnumerable<ArchivePath> Segments(IVolume volume, CameraDay day) =>
        volume
            .Files(day.Folder)
            .Select(n => ArchivePath.TryParse($"{day.Folder}/{n}", out var path) ? path : null)
            .OfType<ArchivePath>()
            .DistinctBy(p => p.Name, StringComparer.Ordinal);
}
