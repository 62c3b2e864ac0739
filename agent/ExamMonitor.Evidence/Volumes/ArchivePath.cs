using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Volumes;

/// <summary>
/// Where a segment lies: <c>yyyy/MM-dd/room/camera/HHmmssZ.mp4</c>. Times in paths are UTC and labels only; the index and the day lines say
/// the truth.
/// </summary>
/// <param name="Day">UTC day of its folder.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Name">Without its ending: <c>HHmmssZ</c>, with <c>-2</c>, <c>-3</c> … when the second was taken.</param>
internal sealed record ArchivePath(DateOnly Day, RoomId Room, CameraId Camera, string Name)
{
    public const string Ending = ".mp4";

    public const string PartEnding = ".mp4.part";

    public string Folder => string.Create(CultureInfo.InvariantCulture, $"{Day:yyyy}/{Day:MM-dd}/{Room}/{Camera}");

    public string File => $"{Folder}/{Name}{Ending}";

    public string Part => $"{Folder}/{Name}{PartEnding}";

    public string DayLog => $"{Folder}/{ExamMonitor.Evidence.Volumes.DayLog.FileName}";

    /// <summary>The path of a segment that begins at a time; <paramref name="attempt"/> counts from 1.</summary>
    public static ArchivePath Of(RoomId room, CameraId camera, DateTimeOffset start, int attempt)
    {
        var utc = start.UtcDateTime;
        var suffix = attempt == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{attempt}");
        return new(DateOnly.FromDateTime(utc), room, camera, string.Create(CultureInfo.InvariantCulture, $"{utc:HHmmss}Z{suffix}"));
    }

    /// <summary>Reads a folder and a file name back; false for anything that <see cref="Of"/> would not write.</summary>
    public static bool TryParse(string path, [NotNullWhen(true)] out ArchivePath? result)
    {
        result = null;
        var names = path.Split('/');
        if (names.Length != 5 || !RoomId.TryParse(names[2], null, out var room) || !CameraId.TryParse(names[3], null, out var camera))
            return false;
        if (!DateOnly.TryParseExact($"{names[0]}/{names[1]}", "yyyy/MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return false;
        var ending = names[4].EndsWith(PartEnding, StringComparison.Ordinal) ? PartEnding : Ending;
        if (!names[4].EndsWith(ending, StringComparison.Ordinal))
            return false;
        var name = names[4][..^ending.Length];
        if (!IdText.IsValid(name) || name.Length > 32)
            return false;
        result = new(day, room, camera, name);
        return true;
    }
}
