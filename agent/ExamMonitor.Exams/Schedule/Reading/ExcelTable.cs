using System.Globalization;
using System.IO.Compression;
using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>
/// Reads the first sheet of an Excel workbook (.xlsx) that holds anything, with ExcelDataReader: formulas as the values that were stored
/// with them, merged cells filled, dates as dates.
/// </summary>
/// <remarks>Hostile input costs bounded memory: the parts of the archive are unpacked once against a limit before they are read.</remarks>
internal static class ExcelTable
{
    private const long LargestUnpacked = 64L << 20;
    private const int MostParts = 1000;
    private const int MostRows = 20_000;

    private static readonly LocalText SaveAgain = new(
        "Open it in a spreadsheet program, save it as .xlsx without a password, and try again.",
        "请用表格软件打开，另存为不带密码的 .xlsx 后重试。"
    );

    /// <summary>Rows that are not empty, in order; rows of hidden sheets are not read.</summary>
    /// <exception cref="TableException">It is no workbook, is encrypted, or is impossibly large.</exception>
    public static IEnumerable<TableRow> Read(byte[] bytes)
    {
        // Read when the first row is asked for, as a CSV is: what is wrong then is found where the rows are read.
        foreach (var row in Whole(bytes))
            yield return row;
    }

    private static List<TableRow> Whole(byte[] bytes)
    {
        try
        {
            RefuseBombs(bytes);

            // The library's configuration asks for code page 1252 when it is made, though an .xlsx has none.
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            using var stream = new MemoryStream(bytes, writable: false);
            using var reader = ExcelReaderFactory.CreateOpenXmlReader(stream);
            do
            {
                if (reader.VisibleState != "visible")
                    continue;
                var rows = Rows(reader);
                if (rows.Count > 0)
                    return rows;
            } while (reader.NextResult());
            return [];
        }
        catch (InvalidPasswordException)
        {
            throw new TableException(0, new("The workbook is protected by a password.", "此工作簿有密码保护。"), SaveAgain);
        }
        catch (Exception e) when (e is not TableException and not OutOfMemoryException)
        {
            // The reader throws what its parsers throw; whichever it is, the file is no workbook that can be read.
            throw new TableException(0, new("This is no Excel workbook that can be read.", "这不是可读取的 Excel 工作簿。"), SaveAgain);
        }
    }

    private static void RefuseBombs(byte[] bytes)
    {
        // Compound documents are what encrypted workbooks and those of before 2007 are.
        if (bytes is [0xD0, 0xCF, 0x11, 0xE0, ..])
            throw new TableException(
                0,
                new(
                    "The workbook is protected by a password, or has the form of before 2007 (.xls).",
                    "此工作簿有密码保护，或为 2007 年以前的格式（.xls）。"
                ),
                SaveAgain
            );
        using var zip = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
        var left = LargestUnpacked;
        var buffer = new byte[64 * 1024];
        var parts = 0;
        foreach (var part in zip.Entries)
        {
            if (++parts > MostParts)
                throw TooLarge();
            using var unpacked = part.Open();
            for (int read; (read = unpacked.Read(buffer)) > 0; )
            {
                if ((left -= read) < 0)
                    throw TooLarge();
            }
        }
    }

    private static List<TableRow> Rows(IExcelDataReader reader)
    {
        var sheet = new List<string[]>();
        while (reader.Read())
        {
            if (reader.FieldCount > 16_384 || sheet.Count == MostRows)
                throw TooLarge();
            var cells = new string[Math.Min(reader.FieldCount, TableRow.MostCells)];
            for (var i = 0; i < cells.Length; i++)
                cells[i] = TextOf(reader.GetValue(i));
            sheet.Add(cells);
        }

        Fill(sheet, reader.MergeCells ?? []);
        var rows = new List<TableRow>();
        for (var i = 0; i < sheet.Count; i++)
        {
            if (Array.Exists(sheet[i], c => c.Length > 0))
                rows.Add(new(i + 1, sheet[i]));
        }

        return rows;
    }

    /// <summary>
    /// A merged range shows its first cell everywhere: a batch written once beside ten sessions is the batch of each. Across columns it is
    /// one cell, a title.
    /// </summary>
    private static void Fill(List<string[]> sheet, CellRange[] merged)
    {
        foreach (var range in merged)
        {
            if (range.FromRow >= sheet.Count || range.FromColumn != range.ToColumn || range.FromColumn >= sheet[range.FromRow].Length)
                continue;
            var value = sheet[range.FromRow][range.FromColumn];
            for (var row = range.FromRow + 1; row <= range.ToRow && row < sheet.Count; row++)
            {
                if (range.FromColumn < sheet[row].Length)
                    sheet[row][range.FromColumn] = value;
            }
        }
    }

    private static string TextOf(object? value)
    {
        var text = value switch
        {
            null => string.Empty,
            DateTime at => ExcelTime.TextOf(at),
            TimeSpan time => ExcelTime.TextOf(time),
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            bool yes => yes ? "yes" : "no",
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? string.Empty,
        };
        return text.Length > TableRow.LongestCell ? throw TooLarge() : FieldText.Visible(text);
    }

    private static TableException TooLarge() =>
        new(0, new("The workbook is impossibly large for a schedule.", "此工作簿过大，不像是考试安排。"), ScheduleFile.SplitIt);
}
