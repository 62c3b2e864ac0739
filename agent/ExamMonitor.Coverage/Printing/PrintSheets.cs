using System.Diagnostics;
using System.Globalization;
using System.Text;
using SkiaSharp;

namespace ExamMonitor.Coverage.Printing;

/// <summary>A PDF of sheets of one size that asks viewers to print it at its true size. The same drawing gives the same bytes.</summary>
internal static class PrintSheets
{
    /// <summary>Points in a millimetre.</summary>
    public const double Mm = 72 / 25.4;

    private const string CatalogMark = "/Type /Catalog";

    /// <summary>Draws the sheets.</summary>
    /// <param name="title">Title in the file's properties.</param>
    /// <param name="size">Points (1/72 inch).</param>
    /// <param name="sheets">One for each sheet; places in points from the top left corner, y down.</param>
    public static byte[] Draw(string title, SKSize size, IEnumerable<Action<SKCanvas>> sheets)
    {
        using var to = new MemoryStream();
        var about = new SKDocumentPdfMetadata
        {
            Title = title,
            Producer = "Exam Monitor",
            RasterDpi = 300,
            EncodingQuality = 101,
        };
        using (var document = SKDocument.CreatePdf(to, about))
        {
            foreach (var sheet in sheets)
            {
                sheet(document.BeginPage(size.Width, size.Height));
                document.EndPage();
            }

            document.Close();
        }

        return WithTrueSize(to.ToArray());
    }

    /// <summary>Draws pages of A4.</summary>
    /// <param name="title">Title in the file's properties.</param>
    /// <param name="fonts">Fonts to write with.</param>
    /// <param name="pages">One for each page; places in points from the top left corner, y down.</param>
    public static byte[] DrawA4(string title, PrintFonts fonts, IEnumerable<Action<SKCanvas, PrintText>> pages) =>
        Draw(
            title,
            new((float)(210 * Mm), (float)(297 * Mm)),
            pages.Select(page =>
                (Action<SKCanvas>)(
                    canvas =>
                    {
                        using var text = new PrintText(canvas, fonts);
                        page(canvas, text);
                    }
                )
            )
        );

    /// <summary>
    /// Adds <c>/PrintScaling /None</c> to the catalog, which Skia cannot write: an incremental update (ISO 32000-1, 7.5.6) appends the
    /// catalog once more with the entry, a table of the one object, and a trailer that points at the older one.
    /// </summary>
    internal static byte[] WithTrueSize(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var mark = text.LastIndexOf(CatalogMark, StringComparison.Ordinal);
        var start = mark < 0 ? -1 : text.LastIndexOf(" 0 obj", mark, StringComparison.Ordinal);
        var trailer = text.LastIndexOf("trailer", StringComparison.Ordinal);
        var older = text.LastIndexOf("startxref", StringComparison.Ordinal);
        if (start < 0 || trailer < 0 || older < trailer)
            throw new UnreachableException("Skia wrote no catalog or no trailer in plain text.");
        var number = text[(text.LastIndexOf('\n', start) + 1)..start];
        var catalog = text[(start + " 0 obj".Length)..text.IndexOf("endobj", mark, StringComparison.Ordinal)].Trim();
        var entries = text[(trailer + "trailer".Length)..older].Trim();
        var previous = text[(older + "startxref".Length)..].Trim().Split('\n')[0];
        var update = new StringBuilder("\n");
        var at = pdf.Length + 1;
        update.Append(CultureInfo.InvariantCulture, $"{number} 0 obj\n{catalog[..^2]}\n");
        update.Append("/ViewerPreferences <</PrintScaling /None>>>>\nendobj\n");
        var table = pdf.Length + update.Length;
        update.Append(CultureInfo.InvariantCulture, $"xref\n{number} 1\n{at:0000000000} 00000 n \n");
        update.Append(CultureInfo.InvariantCulture, $"trailer\n{entries[..^2]}\n/Prev {previous}>>\nstartxref\n{table}\n%%EOF\n");
        return [.. pdf, .. Encoding.Latin1.GetBytes(update.ToString())];
    }
}
