using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Drawing;

/// <summary>Reads a camera's commissioned picture from beside its map.</summary>
internal static class ReferencePictures
{
    private const long MostBytes = 64L * 1024 * 1024;

    /// <summary>The picture at the map's image size; null with a sentence when there is none to show.</summary>
    public static (Picture? Picture, LocalText? Remark) Load(string mapFolder, MapCamera camera)
    {
        if (camera.Reference is not { Length: > 0 } name)
            return (null, None);
        if (Inside(mapFolder, name) is not { } file)
            return (null, Outside(name));
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists)
                return (null, Missing(name));
            if (info.Length > MostBytes)
                return (null, Unreadable(name, "larger than 64 MiB", "大于 64 MiB"));
            var picture = Picture.Decode(File.ReadAllBytes(file));
            return picture.Size == camera.Image
                ? (picture, null)
                : (picture.Resize(camera.Image.Width, camera.Image.Height), OtherSize(name, picture.Size, camera.Image));
        }
        catch (Exception e) when (e is VisionException or IOException or UnauthorizedAccessException)
        {
            return (null, Unreadable(name, e.Message, e.Message));
        }
    }

    /// <summary>Full path of a file at or below the folder; null when the name leads out of it.</summary>
    private static string? Inside(string folder, string name)
    {
        if (Path.IsPathRooted(name) || name.Contains('\0', StringComparison.Ordinal))
            return null;
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        var file = Path.GetFullPath(Path.Combine(root, name));
        return file.StartsWith(root, StringComparison.Ordinal) ? file : null;
    }

    private static LocalText None { get; } =
        new("No reference picture was taken yet: drawn on grey.", "尚未拍摄基准画面：绘制在灰色背景上。");

    private static LocalText Missing(string name) =>
        new($"The reference picture {name} is not beside the map: drawn on grey.", $"地图旁没有基准画面 {name}：绘制在灰色背景上。");

    private static LocalText Outside(string name) =>
        new($"The reference picture {name} leads out of the map's folder: not read.", $"基准画面 {name} 指向地图文件夹之外：未读取。");

    private static LocalText Unreadable(string name, string why, string whyZh) =>
        new(
            $"The reference picture {name} cannot be read ({why}): drawn on grey.",
            $"无法读取基准画面 {name}（{whyZh}）：绘制在灰色背景上。"
        );

    private static LocalText OtherSize(string name, PixelSize found, PixelSize stated) =>
        new(
            $"The reference picture {name} is {found.Width}×{found.Height}, the map says {stated.Width}×{stated.Height}: drawn at the map's size. Check that the points were marked at that size.",
            $"基准画面 {name} 为 {found.Width}×{found.Height}，地图写的是 {stated.Width}×{stated.Height}：按地图尺寸绘制。请确认标点时使用的是该尺寸。"
        );
}
