using System.Globalization;
using System.Text;

namespace ExamMonitor.Coverage.Plates.Pdf;

/// <summary>A page; places in points from the top left corner, y down.</summary>
internal sealed class PdfPage(PdfFile file, double width, double height)
{
    private readonly StringBuilder _content = new();

    /// <summary>Points.</summary>
    public double Width => width;

    /// <summary>Points.</summary>
    public double Height => height;

    internal string Content => _content.ToString();

    /// <summary>A black polygon with straight sides.</summary>
    public void Rectangle(double left, double top, double wide, double high) =>
        _content.Append(CultureInfo.InvariantCulture, $"{PdfFile.N(left)} {PdfFile.N(height - top - high)} {PdfFile.N(wide)} {PdfFile.N(high)} re\n");

    /// <summary>Fills all rectangles since the last time as one shape, so that no hairline shows between them.</summary>
    public void Fill() => _content.Append("f\n");

    /// <summary>A black line.</summary>
    public void Line(double x0, double y0, double x1, double y1, double thick) => _content.Append(
        CultureInfo.InvariantCulture, $"{PdfFile.N(thick)} w {PdfFile.N(x0)} {PdfFile.N(height - y0)} m {PdfFile.N(x1)} {PdfFile.N(height - y1)} l S\n");

    /// <summary>Black text from a place on its base line; returns its width, points.</summary>
    public double Text(TrueTypeFont font, double size, double x, double baseline, string text)
    {
        var used = file.FontOf(font);
        _content.Append(CultureInfo.InvariantCulture, $"BT /{used.Name} {PdfFile.N(size)} Tf {PdfFile.N(x)} {PdfFile.N(height - baseline)} Td <{used.Encode(text)}> Tj ET\n");
        return used.Width(text, size);
    }

    /// <summary>Width that <see cref="Text"/> would take, points.</summary>
    public double Measure(TrueTypeFont font, double size, string text) => file.FontOf(font).Width(text, size);
}
