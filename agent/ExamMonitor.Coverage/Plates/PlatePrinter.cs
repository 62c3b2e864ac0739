using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Printing;
using SkiaSharp;

namespace ExamMonitor.Coverage.Plates;

/// <summary>Paper that plates are printed on.</summary>
public enum PlatePaper
{
    /// <summary>210 × 297 mm; the tag's black border is 136 mm wide and reads to about 4.6 m at 1080p and 90° across.</summary>
    A4,

    /// <summary>297 × 420 mm; the tag's black border is 196 mm wide and reads to about 6.7 m at 1080p and 90° across.</summary>
    A3,
}

/// <summary>What printing gave.</summary>
/// <param name="Pages">Plates in the file; 0 when nothing was written.</param>
/// <param name="Problem">Why nothing was written, or what is missing from what was; null for all well.</param>
public sealed record PlatePrint(int Pages, LocalText? Problem);

/// <summary>
/// Prints the number plates of a room's stations: one page each, with the number, the room and an AprilTag 36h11 that a camera reads.
/// </summary>
/// <remarks>Needs the system's fonts.</remarks>
public static class PlatePrinter
{
    private const double PointsPerMm = 72 / 25.4;

    /// <summary>Side of a tag's black border on paper, metres.</summary>
    public static double BorderMetres(PlatePaper paper) => TagFamily36h11.BorderCells * CellMm(paper) / 1000;

    /// <summary>Writes a PDF file, whole or not at all; one that was there is replaced.</summary>
    /// <param name="map">The room; its stations give the numbers, see <see cref="PlateNumbers"/>.</param>
    /// <param name="file">Path of the file.</param>
    /// <param name="paper">Paper size.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static PlatePrint Print(StationMap map, string file, PlatePaper paper = PlatePaper.A4)
    {
        var (pdf, print) = Draw(map, map.Stations, paper);
        if (pdf is null)
            return print;
        var temporary = file + ".tmp";
        File.WriteAllBytes(temporary, pdf);
        File.Move(temporary, file, overwrite: true);
        return print;
    }

    /// <summary>The PDF of some stations' plates; null, with the reason, when there is none.</summary>
    /// <param name="map">The room; all of its stations give the numbers.</param>
    /// <param name="stations">Stations of the room to print, in this order.</param>
    /// <param name="paper">Paper size.</param>
    public static (byte[]? Pdf, PlatePrint Print) Draw(StationMap map, IReadOnlyList<MapStation> stations, PlatePaper paper = PlatePaper.A4)
    {
        var (numbers, problem) = PlateNumbers.Of(map);
        if (numbers is null)
            return (null, new(0, problem));
        if (stations.Count == 0)
            return (null, new(0, NoStations));
        var fonts = PrintFonts.Installed.Value;
        if (fonts.Latin is null)
            return (null, new(0, NoLatin));
        var pdf = PrintSheets.Draw($"Station plates, room {map.Room.Id}", Sheet(paper), stations.Select(Plate));
        return (pdf, new(stations.Count, fonts.Chinese is null ? NoChinese : null));

        Action<SKCanvas> Plate(MapStation station) =>
            canvas =>
            {
                using var text = new PrintText(canvas, fonts);
                Draw(canvas, text, map, station, numbers.TagOf(station.Id), paper);
            };
    }

    private static SKSize Sheet(PlatePaper paper) => paper == PlatePaper.A3 ? Points(297, 420) : Points(210, 297);

    private static SKSize Points(double widthMm, double heightMm) => new((float)(widthMm * PointsPerMm), (float)(heightMm * PointsPerMm));

    private static double CellMm(PlatePaper paper) => paper == PlatePaper.A3 ? 24.5 : 17;

    private static void Draw(SKCanvas canvas, PrintText text, StationMap map, MapStation station, int tag, PlatePaper paper)
    {
        var scale = paper == PlatePaper.A3 ? 297.0 / 210 : 1;
        double middle = Sheet(paper).Width / 2,
            mm = scale * PointsPerMm,
            widest = 190 * mm;
        text.Centred(OneLine($"{map.Room.Name} · {map.Room.Id}"), middle, 16 * mm, 16 * scale, widest);
        text.Centred(OneLine(station.Label), middle, 62 * mm, 150 * scale, widest, bold: true);
        text.Centred(
            $"station {station.Id} 工位 {station.Id} · tag {tag.ToString(CultureInfo.InvariantCulture)}",
            middle,
            72 * mm,
            12 * scale,
            widest
        );
        Tag(canvas, tag, middle - (TagFamily36h11.Cells / 2.0 * CellMm(paper) * PointsPerMm), 76 * mm, CellMm(paper) * PointsPerMm);
        Instructions(text, middle, mm, scale);
        Ruler(canvas, text, middle, mm, scale);
    }

    private static void Tag(SKCanvas canvas, int tag, double left, double top, double cell)
    {
        // One shape, so that no hairline shows between its cells.
        using var cells = new SKPathBuilder();
        for (var row = 0; row < TagFamily36h11.Cells; row++)
        {
            for (var column = 0; column < TagFamily36h11.Cells; column++)
            {
                if (TagFamily36h11.IsWhite(tag, column, row))
                    continue;
                var end = column;
                while (end + 1 < TagFamily36h11.Cells && !TagFamily36h11.IsWhite(tag, end + 1, row))
                    end++;
                var (x, y) = (left + (column * cell), top + (row * cell));
                cells.AddRect(
                    new((float)x, (float)y, (float)(x + ((end - column + 1) * cell)), (float)(y + cell)),
                    SKPathDirection.Clockwise
                );
                column = end;
            }
        }

        using var path = cells.Detach();
        using var black = new SKPaint { Color = SKColors.Black };
        canvas.DrawPath(path, black);
    }

    private static void Instructions(PrintText text, double middle, double mm, double scale)
    {
        string[] lines =
        [
            "Stick it flat beside or on the station, where no hand or screen covers it; the white margin belongs to the tag.",
            "请平整贴在工位上或旁边，勿被手或屏幕遮挡；标签四周的白边须保留。",
            "For calibration lay it flat in the middle of the worktop. Print at 100 % (no \"fit to page\"), matt paper, no laminate.",
            "标定时平放在台面正中。按 100 % 打印（勿选“适合页面”），用哑光纸，勿覆膜。",
        ];
        for (var i = 0; i < lines.Length; i++)
            text.Centred(lines[i], middle, (253 + (6 * i)) * mm, 9.5 * scale, 194 * mm);
    }

    private static void Ruler(SKCanvas canvas, PrintText text, double middle, double mm, double scale)
    {
        // Always 100 mm on paper, whatever the sheet.
        double half = 50 * PointsPerMm,
            y = 281 * mm;
        using var line = new SKPaint
        {
            Color = SKColors.Black,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = 0.8f,
        };
        canvas.DrawLine((float)(middle - half), (float)y, (float)(middle + half), (float)y, line);
        for (var i = -5; i <= 5; i++)
        {
            double x = middle + (i * half / 5),
                tick = i is -5 or 5 ? 6 : 3;
            canvas.DrawLine((float)x, (float)(y - tick), (float)x, (float)(y + tick), line);
        }

        text.Centred("This line must measure exactly 100 mm 此线段应恰为 100 毫米", middle, y + (6 * mm), 9 * scale, 190 * mm);
    }

    private static string OneLine(string text) => new([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(60)]);

    private static LocalText NoStations { get; } =
        new("The room has no stations, so there are no plates to print.", "该考场没有工位，无需打印编号牌。");

    private static LocalText NoLatin { get; } =
        new(
            "No font was found to print with. Install one: on Debian and Ubuntu, apt install fonts-dejavu-core fonts-droid-fallback.",
            "找不到可用于打印的字体。请安装：Debian 和 Ubuntu 上执行 apt install fonts-dejavu-core fonts-droid-fallback。"
        );

    private static LocalText NoChinese { get; } =
        new(
            "No Chinese font with TrueType outlines was found, so Chinese words are missing from the plates. Install one: on Debian and Ubuntu, apt install fonts-droid-fallback.",
            "找不到 TrueType 轮廓的中文字体，编号牌上缺少中文。请安装：Debian 和 Ubuntu 上执行 apt install fonts-droid-fallback。"
        );
}
