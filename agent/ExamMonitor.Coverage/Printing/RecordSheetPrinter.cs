using SkiaSharp;

namespace ExamMonitor.Coverage.Printing;

/// <summary>What stands on a session's record sheet.</summary>
/// <param name="Title">Title, both languages.</param>
/// <param name="Facts">Name and value, in order.</param>
/// <param name="Tables">Tables: heading, then rows of cells; the first row is the head.</param>
/// <param name="ShortHead">Newest signed head in its short form.</param>
/// <param name="Head">The same, whole: what the QR code holds.</param>
/// <param name="Code">Modules of the QR code with its quiet zone, by row; true is black.</param>
public sealed record RecordSheet(
    string Title,
    IReadOnlyList<(string Name, string Value)> Facts,
    IReadOnlyList<(string Heading, IReadOnlyList<IReadOnlyList<string>> Rows)> Tables,
    string ShortHead,
    string Head,
    IReadOnlyList<IReadOnlyList<bool>> Code
);

/// <summary>Prints the record sheet of a session: A4, as many sheets as it takes; the head stands on the first.</summary>
public static class RecordSheetPrinter
{
    private const double Mm = PrintSheets.Mm;
    private const double Left = 15 * Mm;
    private const double Width = 180 * Mm;
    private const double Bottom = 280 * Mm;
    private const double Row = 5.2 * Mm;

    /// <summary>The PDF; null when no font was found to print with.</summary>
    public static byte[]? Print(RecordSheet sheet)
    {
        var fonts = PrintFonts.Installed.Value;
        if (fonts.Latin is null)
            return null;
        return PrintSheets.DrawA4(sheet.Title, fonts, Pages(sheet));
    }

    /// <summary>First sheet: facts, head and code, and what fits of the tables; then sheets of rows.</summary>
    private static List<Action<SKCanvas, PrintText>> Pages(RecordSheet sheet)
    {
        var (pages, steps) = (new List<Action<SKCanvas, PrintText>>(), new List<Action<SKCanvas, PrintText>>());
        var y = Head(sheet, steps);
        foreach (var (heading, rows) in sheet.Tables)
        {
            Break(3);
            var top = y;
            steps.Add((_, t) => t.Left(heading, Left, top, 11, Width, bold: true));
            y += 1.3 * Row;
            foreach (var row in rows)
            {
                Break(1);
                var (at, cells) = (y, row);
                steps.Add((_, t) => Cells(t, cells, at, isHead: ReferenceEquals(cells, rows[0])));
                y += Row;
            }

            y += 0.6 * Row;
        }

        Break(4);
        var foot = y + Row;
        steps.Add(
            (_, t) =>
                t.Left(
                    "On duty 值班人员：____________________    Signature 签字：____________________    Date 日期：______________",
                    Left,
                    foot,
                    10,
                    Width
                )
        );
        pages.Add(All(steps));
        return pages;

        void Break(int more)
        {
            if (y + (more * Row) <= Bottom)
                return;
            pages.Add(All([.. steps]));
            steps.Clear();
            y = 20 * Mm;
        }
    }

    private static double Head(RecordSheet sheet, List<Action<SKCanvas, PrintText>> steps)
    {
        steps.Add((_, t) => t.Centred(sheet.Title, 105 * Mm, 18 * Mm, 16, Width, bold: true));
        var y = 28 * Mm;
        foreach (var (name, value) in sheet.Facts)
        {
            var at = y;
            steps.Add(
                (_, t) =>
                {
                    t.Left(name, Left, at, 9.5, 45 * Mm, bold: true);
                    t.Left(value, Left + (47 * Mm), at, 9.5, 80 * Mm);
                }
            );
            y += Row;
        }

        steps.Add((c, t) => Code(c, t, sheet));
        var top = Math.Max(y, 80 * Mm) + Row;
        steps.Add((_, t) => t.Left("Newest signed head of the ledger 账本最新签名检查点", Left, top, 10, Width, bold: true));
        steps.Add((_, t) => t.Left(sheet.ShortHead, Left, top + (1.2 * Row), 12, Width));
        steps.Add(
            (_, t) =>
                t.Left(
                    "File this sheet today: it shows that nothing up to this head was written anew later. exam-monitor-verify pack.zip --head \"…\"",
                    Left,
                    top + (2.2 * Row),
                    8,
                    Width
                )
        );
        steps.Add((_, t) => t.Left("请于当日归档：本页可证明此检查点及以前的记录此后未被改写。", Left, top + (3 * Row), 8, Width));
        return top + (4.5 * Row);
    }

    /// <summary>The code at the right: 50 mm, one shape.</summary>
    private static void Code(SKCanvas canvas, PrintText text, RecordSheet sheet)
    {
        var side = 50 * Mm / sheet.Code.Count;
        using var cells = new SKPathBuilder();
        for (var row = 0; row < sheet.Code.Count; row++)
        {
            for (var column = 0; column < sheet.Code[row].Count; column++)
            {
                if (!sheet.Code[row][column])
                    continue;
                var (x, y) = ((145 * Mm) + (column * side), (24 * Mm) + (row * side));
                cells.AddRect(new((float)x, (float)y, (float)(x + side), (float)(y + side)), SKPathDirection.Clockwise);
            }
        }

        using var path = cells.Detach();
        using var black = new SKPaint { Color = SKColors.Black };
        canvas.DrawPath(path, black);
        text.Centred("signed head 签名检查点", 170 * Mm, 77 * Mm, 8, 50 * Mm);
    }

    private static void Cells(PrintText text, IReadOnlyList<string> cells, double y, bool isHead)
    {
        var wide = Width / cells.Count;
        for (var i = 0; i < cells.Count; i++)
            text.Left(cells[i], Left + (i * wide), y, 9, wide - (2 * Mm), isHead);
    }

    private static Action<SKCanvas, PrintText> All(IReadOnlyList<Action<SKCanvas, PrintText>> steps) =>
        (canvas, text) =>
        {
            foreach (var step in steps)
                step(canvas, text);
        };
}
