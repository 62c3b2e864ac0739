using SkiaSharp;

namespace ExamMonitor.Coverage.Printing;

/// <summary>A part of a printed report.</summary>
public abstract record ReportBlock
{
    /// <summary>A heading.</summary>
    /// <param name="Text">Text.</param>
    /// <param name="OnNewPage">Whether a page begins with it.</param>
    public sealed record Heading(string Text, bool OnNewPage = false) : ReportBlock;

    /// <summary>A paragraph; it is broken into lines.</summary>
    /// <param name="Text">Text.</param>
    /// <param name="Bold">Whether it is bold.</param>
    public sealed record Paragraph(string Text, bool Bold = false) : ReportBlock;

    /// <summary>A table; cells are broken into lines, and the head stands on every page.</summary>
    /// <param name="Widths">Shares of the width, one a column.</param>
    /// <param name="Rows">Rows; the first is the head.</param>
    public sealed record Table(IReadOnlyList<double> Widths, IReadOnlyList<IReadOnlyList<string>> Rows) : ReportBlock;

    /// <summary>A picture, as wide as half the sheet.</summary>
    /// <param name="Jpeg">JPEG or PNG.</param>
    /// <param name="Caption">What it shows.</param>
    public sealed record Picture(byte[] Jpeg, string Caption) : ReportBlock;

    /// <summary>A QR code.</summary>
    /// <param name="Modules">With its quiet zone, by row; true is black.</param>
    /// <param name="Caption">What it holds.</param>
    public sealed record Code(IReadOnlyList<IReadOnlyList<bool>> Modules, string Caption) : ReportBlock;
}

/// <summary>Prints a report: A4, as many pages as it takes, each with its number.</summary>
public static class ReportPrinter
{
    private const double Mm = PrintSheets.Mm;
    private const double Left = 18 * Mm;
    private const double Width = 174 * Mm;
    private const double Top = 20 * Mm;
    private const double Bottom = 278 * Mm;
    private const double TextSize = 9.5;
    private const double CellSize = 8;
    private const double Line = 4.8 * Mm;
    private const double CellLine = 3.9 * Mm;

    /// <summary>Lines of a row that stay together.</summary>
    private const int FewestLines = 12;

    /// <summary>The PDF; null when no font was found to print with.</summary>
    /// <param name="title">Title, on the first page and in the file's properties.</param>
    /// <param name="foot">Stands at the foot of every page, before its number.</param>
    /// <param name="blocks">What stands in it.</param>
    public static byte[]? Print(string title, string foot, IReadOnlyList<ReportBlock> blocks)
    {
        var fonts = PrintFonts.Installed.Value;
        if (fonts.Latin is null)
            return null;
        using var paper = new SKBitmap(1, 1);
        using var canvas = new SKCanvas(paper);
        using var measure = new PrintText(canvas, fonts);
        var pages = new Layout(measure).Of(title, blocks);
        return PrintSheets.DrawA4(
            title,
            fonts,
            pages.Select(
                (steps, i) =>
                    (Action<SKCanvas, PrintText>)(
                        (sheet, text) =>
                        {
                            foreach (var step in steps)
                                step(sheet, text);
                            text.Left($"{foot}   {i + 1} / {pages.Count}", Left, 289 * Mm, 7.5, Width);
                        }
                    )
            )
        );
    }

    /// <summary>Puts blocks one below the other, and begins a page when one is full.</summary>
    private sealed class Layout(PrintText measure)
    {
        private readonly List<List<Action<SKCanvas, PrintText>>> _pages =
        [
            [],
        ];
        private double _y = Top;

        public List<List<Action<SKCanvas, PrintText>>> Of(string title, IReadOnlyList<ReportBlock> blocks)
        {
            Lines(title, 16, 8 * Mm, bold: true);
            foreach (var block in blocks)
                Add(block);
            return _pages;
        }

        private void Add(ReportBlock block)
        {
            switch (block)
            {
                case ReportBlock.Heading heading:
                    if (heading.OnNewPage && _y > Top)
                        Break();
                    Room(4 * Line);
                    _y += 0.6 * Line;
                    Lines(heading.Text, 12.5, 6.4 * Mm, bold: true);
                    break;
                case ReportBlock.Paragraph paragraph:
                    Lines(paragraph.Text, TextSize, Line, paragraph.Bold);
                    _y += 0.3 * Line;
                    break;
                case ReportBlock.Table table:
                    Rows(table);
                    break;
                case ReportBlock.Picture picture:
                    Picture(picture);
                    break;
                case ReportBlock.Code code:
                    Code(code);
                    break;
            }
        }

        private void Lines(string text, double size, double line, bool bold)
        {
            foreach (var part in measure.Wrap(text, size, Width, bold))
            {
                Room(line);
                var y = _y;
                Put((_, t) => t.Left(part, Left, y, size, Width, bold));
                _y += line;
            }
        }

        private void Rows(ReportBlock.Table table)
        {
            for (var i = 0; i < table.Rows.Count; i++)
            {
                var (cells, begun) = (CellsOf(table, i), false);
                // A row that is higher than a page goes on on the next one.
                while (begun is false || cells.Any(c => c.Count > 0))
                {
                    var lines = cells.Max(c => c.Count);
                    if (LinesLeft() < Math.Min(lines, begun ? 1 : FewestLines))
                        NextPage(table, i);
                    var now = Math.Min(lines, LinesLeft());
                    Row(table, [.. cells.Select(c => (IReadOnlyList<string>)[.. c.Take(now)])], isHead: i == 0);
                    cells = [.. cells.Select(c => (IReadOnlyList<string>)[.. c.Skip(now)])];
                    begun = true;
                }
            }

            _y += Line;
        }

        private int LinesLeft() => (int)((Bottom - _y - (1.2 * Mm)) / CellLine);

        private void NextPage(ReportBlock.Table table, int row)
        {
            Break();
            if (row > 0)
                Row(table, CellsOf(table, 0), isHead: true);
        }

        private List<IReadOnlyList<string>> CellsOf(ReportBlock.Table table, int row) =>
            [
                .. table
                    .Rows[row]
                    .Select(
                        (cell, k) => measure.Wrap(cell, CellSize, (Width * table.Widths[k] / table.Widths.Sum()) - (2 * Mm), bold: row == 0)
                    ),
            ];

        private void Row(ReportBlock.Table table, List<IReadOnlyList<string>> cells, bool isHead)
        {
            var (x, top, height) = (Left, _y - (0.7 * CellLine), (cells.Max(c => c.Count) * CellLine) + (1.2 * Mm));
            for (var k = 0; k < cells.Count; k++)
            {
                var (left, wide, lines, y) = (x, Width * table.Widths[k] / table.Widths.Sum(), cells[k], _y);
                Put(
                    (canvas, text) =>
                    {
                        using var frame = new SKPaint
                        {
                            Color = SKColors.Gray,
                            IsStroke = true,
                            StrokeWidth = 0.4f,
                        };
                        canvas.DrawRect((float)left, (float)top, (float)wide, (float)height, frame);
                        for (var n = 0; n < lines.Count; n++)
                            text.Left(lines[n], left + Mm, y + (n * CellLine), CellSize, wide - (2 * Mm), isHead);
                    }
                );
                x += wide;
            }

            _y += height;
        }

        private void Picture(ReportBlock.Picture picture)
        {
            using var decoded = SKBitmap.Decode(picture.Jpeg);
            if (decoded is null)
                return;
            var wide = 0.62 * Width;
            var height = wide * decoded.Height / decoded.Width;
            Room(height + (2 * Line));
            var y = _y;
            Put(
                (canvas, _) =>
                {
                    using var image = SKImage.FromEncodedData(picture.Jpeg);
                    canvas.DrawImage(
                        image,
                        SKRect.Create((float)Left, (float)y, (float)wide, (float)height),
                        new SKSamplingOptions(SKFilterMode.Linear)
                    );
                }
            );
            _y += height + (0.9 * Line);
            Lines(picture.Caption, CellSize, CellLine, bold: false);
            _y += 0.8 * Line;
        }

        private void Code(ReportBlock.Code code)
        {
            var side = 55 * Mm;
            Room(side + (2 * Line));
            var (y, cell) = (_y, side / code.Modules.Count);
            Put(
                (canvas, _) =>
                {
                    using var cells = new SKPathBuilder();
                    for (var row = 0; row < code.Modules.Count; row++)
                    for (var column = 0; column < code.Modules[row].Count; column++)
                        if (code.Modules[row][column])
                            cells.AddRect(
                                SKRect.Create((float)(Left + (column * cell)), (float)(y + (row * cell)), (float)cell, (float)cell),
                                SKPathDirection.Clockwise
                            );
                    using var path = cells.Detach();
                    using var black = new SKPaint { Color = SKColors.Black };
                    canvas.DrawPath(path, black);
                }
            );
            _y += side + Line;
            Lines(code.Caption, CellSize, CellLine, bold: false);
            _y += 0.5 * Line;
        }

        private void Put(Action<SKCanvas, PrintText> step) => _pages[^1].Add(step);

        private void Room(double height)
        {
            if (_y + height > Bottom)
                Break();
        }

        private void Break()
        {
            _pages.Add([]);
            _y = Top;
        }
    }
}
