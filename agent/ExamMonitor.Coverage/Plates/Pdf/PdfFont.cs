using System.Globalization;
using System.Text;

namespace ExamMonitor.Coverage.Plates.Pdf;

/// <summary>A font of a file: text becomes glyph numbers (Identity-H), and the used glyphs are embedded.</summary>
/// <remarks>ISO 32000-1, 9.7: a Type 0 font over a CIDFontType2, with a ToUnicode map so that text can be searched and copied.</remarks>
internal sealed class PdfFont(string name, TrueTypeFont font)
{
    private readonly SortedDictionary<int, char> _used = [];

    /// <summary>Name in the pages' resources.</summary>
    public string Name => name;

    /// <summary>Number of its object once written.</summary>
    public int Object { get; private set; }

    /// <summary>Width of a text, points.</summary>
    public double Width(string text, double size) => text.Sum(c => font.Advance(font.Glyph(c))) * size / 1000;

    /// <summary>The text as glyph numbers in hexadecimal digits.</summary>
    public string Encode(string text)
    {
        var hex = new StringBuilder(text.Length * 4);
        foreach (var c in text)
        {
            var glyph = font.Glyph(c);
            _used.TryAdd(glyph, c);
            hex.Append(glyph.ToString("X4", CultureInfo.InvariantCulture));
        }

        return hex.ToString();
    }

    internal void Write(PdfFile file)
    {
        var program = font.Subset(_used.Keys);
        var fontFile = file.AddStream($"/Length1 {program.Length}", program);
        var full = $"EXAMON+{name}";
        var descriptor = file.Add($"<< /Type /FontDescriptor /FontName /{full} /Flags 4 /FontBBox [{string.Join(' ', font.Box)}] /ItalicAngle 0 /Ascent {font.Ascent} /Descent {font.Descent} /CapHeight {font.Ascent} /StemV 80 /FontFile2 {fontFile} 0 R >>");
        var widths = string.Join(' ', _used.Keys.Select(g => $"{g} [{font.Advance(g)}]"));
        var inner = file.Add($"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{full} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity /DW 1000 /W [{widths}] /FontDescriptor {descriptor} 0 R >>");
        var unicode = file.AddStream(string.Empty, Encoding.ASCII.GetBytes(ToUnicode()));
        Object = file.Add($"<< /Type /Font /Subtype /Type0 /BaseFont /{full} /Encoding /Identity-H /DescendantFonts [{inner} 0 R] /ToUnicode {unicode} 0 R >>");
    }

    private string ToUnicode()
    {
        var map = new StringBuilder(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            + "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
        foreach (var part in _used.Chunk(100)) // at most 100 entries a block (9.10.3)
        {
            map.Append(CultureInfo.InvariantCulture, $"{part.Length} beginbfchar\n");
            foreach (var (glyph, c) in part) map.Append(CultureInfo.InvariantCulture, $"<{glyph:X4}> <{(int)c:X4}>\n");
            map.Append("endbfchar\n");
        }

        return map.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }
}
