using System.Globalization;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Printing;
using SkiaSharp;

namespace ExamMonitor.Coverage.Certificates;

/// <summary>Prints a calibration: plan, pictures with stations, tables, A4. The same sheet gives the same bytes.</summary>
/// <remarks>Needs the system's fonts.</remarks>
public static class CalibrationSheetPrinter
{
    internal const double Mm = PrintSheets.Mm;
    internal const double Left = 15 * Mm;
    internal const double Width = 180 * Mm;
    private const double Bottom = 280 * Mm;
    private const double Row = 5.2 * Mm;

    /// <summary>The PDF; null when no font was found to print with, or none for Chinese where Chinese is asked for.</summary>
    public static byte[]? Print(CalibrationSheet sheet)
    {
        var fonts = PrintFonts.Installed.Value;
        if (fonts.Latin is null || (sheet.Language != SheetLanguage.En && fonts.Chinese is null))
            return null;
        var pages = Pages(sheet);
        return PrintSheets.DrawA4(
            sheet.Title.En,
            fonts,
            pages.Select(
                (page, i) =>
                    (Action<SKCanvas, PrintText>)(
                        (canvas, text) =>
                        {
                            page(canvas, text);
                            text.Left($"{i + 1}/{pages.Count}   {sheet.Say(sheet.Foot)}", Left, 289 * Mm, 7, Width);
                        }
                    )
            )
        );
    }

    private static List<Action<SKCanvas, PrintText>> Pages(CalibrationSheet sheet)
    {
        var pages = new List<Action<SKCanvas, PrintText>> { (canvas, text) => First(sheet, canvas, text) };
        foreach (var pair in sheet.Result.Cameras.Chunk(2))
            pages.Add((canvas, text) => Pictures(sheet, pair, canvas, text));
        var lines = Stations(sheet).Concat(Cameras(sheet)).ToArray();
        foreach (var part in lines.Chunk((int)((Bottom - (20 * Mm)) / Row)))
            pages.Add((_, text) => Table(part, text));
        return pages;
    }

    private static void First(CalibrationSheet sheet, SKCanvas canvas, PrintText text)
    {
        text.Centred(sheet.Say(sheet.Title), 105 * Mm, 18 * Mm, 16, Width, bold: true);
        var y = 28 * Mm;
        foreach (var (name, value) in sheet.Facts)
        {
            text.Left(sheet.Say(name), Left, y, 9, 58 * Mm, bold: true);
            text.Left(value, Left + (60 * Mm), y, 9, 120 * Mm);
            y += Row;
        }

        var floor = sheet.Result.Floor;
        text.Left(sheet.Say("Stations that pass", "合格工位"), Left, y, 9, 58 * Mm, bold: true);
        text.Left($"{sheet.Result.Stations.Count(s => s.Passes)} / {sheet.Result.Stations.Count}", Left + (60 * Mm), y, 9, 120 * Mm);
        text.Left(sheet.Say("Floor in view", "可见地面"), Left, y + Row, 9, 58 * Mm, bold: true);
        text.Left(
            floor?.ByOne is { } one
                ? sheet.Say(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{one * 100:0.0} % of {floor.AreaM2:0.0} m², {floor.ByTwo * 100:0.0} % by two cameras."
                    ),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{floor.AreaM2:0.0} 平方米的 {one * 100:0.0} %，双机 {floor.ByTwo * 100:0.0} %。"
                    )
                )
                : "–",
            Left + (60 * Mm),
            y + Row,
            9,
            120 * Mm
        );
        PlanSheet.Draw(sheet, canvas, text, new((float)Left, (float)(y + (2.2 * Row)), (float)(Left + Width), (float)Bottom));
    }

    private static void Pictures(CalibrationSheet sheet, CameraResult[] cameras, SKCanvas canvas, PrintText text)
    {
        var y = 20 * Mm;
        foreach (var camera in cameras)
        {
            text.Left($"{camera.Camera}   {Kind(sheet, camera)}", Left, y, 11, Width, bold: true);
            text.Left(Pose(sheet, camera), Left, y + Row, 8.5, Width);
            PictureSheet.Draw(
                sheet,
                camera,
                canvas,
                text,
                new((float)Left, (float)(y + (1.6 * Row)), (float)(Left + Width), (float)(y + (118 * Mm)))
            );
            y += 128 * Mm;
        }
    }

    private static void Table(string[][] rows, PrintText text)
    {
        var y = 20 * Mm;
        foreach (var row in rows)
        {
            var isHead = row[0].StartsWith('#');
            var wide = Width / row.Length;
            for (var i = 0; i < row.Length; i++)
                text.Left(i == 0 ? row[i].TrimStart('#') : row[i], Left + (i * wide), y, 8.5, wide - (1.5 * Mm), isHead);
            y += Row;
        }
    }

    private static IEnumerable<string[]> Stations(CalibrationSheet sheet)
    {
        yield return
        [
            $"#{sheet.Say("Station", "工位")}",
            sheet.Say("plate", "编号牌"),
            sheet.Say("best", "最佳"),
            "px/m",
            sheet.Say("needed", "要求"),
            sheet.Say("in picture", "画面内"),
            sheet.Say("second", "第二"),
            sheet.Say("passes", "合格"),
        ];
        foreach (var s in sheet.Result.Stations)
        {
            var best = s.Views.Count > 0 ? s.Views[0] : null;
            var second = s.Views.Count > 1 ? s.Views[1] : null;
            yield return
            [
                s.Station.Text,
                s.Label,
                best?.Camera.Text ?? "–",
                best is null ? "–" : $"{(best.Estimated ? "~" : string.Empty)}{N(best.PxPerMetre, "0")}",
                N(s.RequiredPxPerMetre, "0"),
                best is null ? "–" : $"{N(best.InPictureShare * 100, "0")} %",
                second is null ? "–" : $"{second.Camera} {N(second.PxPerMetre, "0")}",
                s.Passes ? sheet.Say("yes", "是") : sheet.Say("no", "否"),
            ];
        }

        yield return [string.Empty];
    }

    private static IEnumerable<string[]> Cameras(CalibrationSheet sheet)
    {
        yield return
        [
            $"#{sheet.Say("Camera", "摄像机")}",
            sheet.Say("points", "点数"),
            sheet.Say("rms", "均方根"),
            sheet.Say("held out", "留一"),
            sheet.Say("of diagonal", "占对角线"),
            sheet.Say("worst point", "最大误差"),
        ];
        foreach (var c in sheet.Result.Cameras.Where(c => !c.IsVirtual))
        {
            var worst = c.Points.Where(p => p.MissPx is not null).MaxBy(p => p.MissPx);
            yield return
            [
                c.Camera.Text,
                c.Points.Count.ToString(CultureInfo.InvariantCulture),
                c.RmsPx is { } rms ? $"{N(rms, "0.00")} px" : "–",
                c.HeldOutRmsPx is { } held ? $"{N(held, "0.00")} px" : "–",
                c.HeldOutShare is { } share ? $"{N(share * 100, "0.00")} %" : "–",
                worst is null
                    ? "–"
                    : $"{worst.Index + 1}: {N(worst.MissPx!.Value, "0.0")} px{(worst.MissCm is { } cm ? $" ({N(cm, "0.#")} cm)" : string.Empty)}",
            ];
        }
    }

    private static string Kind(CalibrationSheet sheet, CameraResult camera) =>
        camera.IsVirtual
            ? sheet.Say("not hung yet", "尚未安装")
            : camera.Kind switch
            {
                "spatial" => sheet.Say("position, direction and lens known", "位置、方向和镜头已知"),
                "floor-only" => sheet.Say("floor only, heights ignored", "仅地面，忽略高度"),
                "refused" => sheet.Say("calibration refused", "标定被拒绝"),
                _ => sheet.Say("no calibration", "未标定"),
            };

    private static string Pose(CalibrationSheet sheet, CameraResult camera) =>
        camera.Pose is not { } p
            ? sheet.Say("Where it hangs is not known.", "安装位置未知。")
            : sheet.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Lens at x {p.Position.X:0.00}, y {p.Position.Y:0.00}, {p.Position.Z:0.00} m high; pan {p.PanDeg:0.0}°, tilt {p.TiltDeg:0.0}° down, roll {p.RollDeg:0.0}°; opening {p.HorizontalFieldOfViewDeg:0}°; {camera.Image.Width} × {camera.Image.Height}."
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"镜头 x {p.Position.X:0.00}，y {p.Position.Y:0.00}，高 {p.Position.Z:0.00} 米；方位 {p.PanDeg:0.0}°，俯角 {p.TiltDeg:0.0}°，横滚 {p.RollDeg:0.0}°；视场 {p.HorizontalFieldOfViewDeg:0}°；{camera.Image.Width} × {camera.Image.Height}。"
                )
            );

    private static string N(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
