using System.Globalization;

namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>Reads what belongs to a camera's picture beside its calibration: pictures of parts of the day, and masks.</summary>
internal sealed class ViewReader(Findings findings, ShapeReader shapes)
{
    private const int MostReferences = 8;
    private const int MostMasks = 8;

    /// <summary>Whether a path stays in the map's folder, on any system.</summary>
    public static bool IsBelowTheMap(string path) =>
        path.Split('/')
            .All(part => part.Length > 0 && part is not ("." or "..") && part.IndexOfAny(['\\', ':', '*', '?', '"', '<', '>', '|']) < 0);

    /// <summary>Pictures of parts of the day; null when there are none.</summary>
    public List<MapReference>? References(MapObject camera)
    {
        var items = camera.Items(
            "references",
            0,
            MostReferences,
            new("the list of pictures for parts of the day", "各时段参考图像列表"),
            required: false
        );
        if (items is null)
            return null;
        var read = new List<MapReference>();
        foreach (var place in items)
        {
            if (MapObject.Of(place, findings, "from", "to", "picture") is not { } part)
                continue;
            var (from, to) = (Hour(part, "from"), Hour(part, "to"));
            var picture = part.Text("picture", new("the picture's file name", "图像文件名"));
            if (from is not { } start || to is not { } end || picture is null)
                continue;
            if (!IsBelowTheMap(picture))
            {
                findings.Error(
                    place,
                    new("The picture must lie beside the map or in a folder below it.", "该图像必须位于地图文件所在文件夹或其子文件夹中。"),
                    new("Write a path relative to the map with / between folders.", "请写相对于地图文件的路径，文件夹之间用 /。")
                );
            }
            else if (start == end || read.Exists(r => Overlap(r, start, end)))
            {
                findings.Error(
                    place,
                    new("This part of the day is empty, or overlaps another one.", "该时段为空，或与另一时段重叠。"),
                    new(
                        "Give parts that begin before they end (past midnight is allowed) and do not overlap.",
                        "请填写不重叠的时段；可跨午夜。"
                    )
                );
            }
            else
            {
                read.Add(
                    new(start.ToString("HH:mm", CultureInfo.InvariantCulture), end.ToString("HH:mm", CultureInfo.InvariantCulture), picture)
                );
            }
        }

        return read;
    }

    /// <summary>Polygons that never count; null when there are none.</summary>
    public List<IReadOnlyList<PixelPoint>>? Masks(MapObject camera)
    {
        var items = camera.Items(
            "masks",
            0,
            MostMasks,
            new("the list of polygons that never count, such as an on-screen clock", "不参与判断的多边形列表，例如画面时钟"),
            required: false
        );
        return items is null ? null : [.. items.Select(shapes.PixelPolygon).Where(p => p is not null).Select(p => p!)];
    }

    private TimeOnly? Hour(MapObject part, string name)
    {
        if (part.Text(name, new("an hour of the site, such as 18:00", "考点时间，例如 18:00")) is not { } text)
            return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour))
            return hour;
        findings.Error(
            part.Place.Members[name],
            new($"\"{text}\" is not an hour.", $"“{text}”不是有效时间。"),
            new("Write it as 18:00, 00:00 to 23:59.", "请写成 18:00 的形式，00:00 至 23:59。")
        );
        return null;
    }

    private static bool Overlap(MapReference other, TimeOnly from, TimeOnly to) =>
        other.Holds(from) || TimeOnly.ParseExact(other.From, "HH:mm", CultureInfo.InvariantCulture).IsBetween(from, to);
}
