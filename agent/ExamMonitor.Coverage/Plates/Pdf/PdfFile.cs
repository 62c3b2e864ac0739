using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace ExamMonitor.Coverage.Plates.Pdf;

/// <summary>Writes PDF 1.7 (ISO 32000-1): pages of filled rectangles, lines and text in embedded fonts. The same pages give the same bytes.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PdfFile
{
    private readonly List<byte[]> _objects = [];
    private readonly List<PdfPage> _pages = [];
    private readonly Dictionary<TrueTypeFont, PdfFont> _fonts = [];

    /// <summary>Adds a page; sizes in points (1/72 inch).</summary>
    public PdfPage AddPage(double width, double height)
    {
        var page = new PdfPage(this, width, height);
        _pages.Add(page);
        return page;
    }

    /// <summary>The file.</summary>
    public byte[] Write(string title)
    {
        _objects.Clear();
        int catalog = Reserve(), tree = Reserve(), info = Reserve();
        foreach (var font in _fonts.Values) font.Write(this);
        var fonts = string.Join(' ', _fonts.Values.Select(f => $"/{f.Name} {f.Object} 0 R"));
        var kids = new List<int>();
        foreach (var page in _pages)
        {
            var content = AddStream(string.Empty, Encoding.ASCII.GetBytes(page.Content));
            kids.Add(Add($"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {N(page.Width)} {N(page.Height)}] /Resources << /Font << {fonts} >> >> /Contents {content} 0 R >>"));
        }

        Set(catalog, $"<< /Type /Catalog /Pages {tree} 0 R /ViewerPreferences << /PrintScaling /None >> >>");
        Set(tree, $"<< /Type /Pages /Count {kids.Count} /Kids [{string.Join(' ', kids.Select(k => $"{k} 0 R"))}] >>");
        Set(info, $"<< /Title <FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(title))}> /Producer (Exam Monitor) >>");
        return Assemble(catalog, info);
    }

    internal PdfFont FontOf(TrueTypeFont font)
    {
        if (!_fonts.TryGetValue(font, out var known)) _fonts.Add(font, known = new($"F{_fonts.Count}", font));
        return known;
    }

    internal int Reserve()
    {
        _objects.Add([]);
        return _objects.Count;
    }

    internal int Add(string dictionary)
    {
        var number = Reserve();
        Set(number, dictionary);
        return number;
    }

    internal void Set(int number, string dictionary) => _objects[number - 1] = Encoding.ASCII.GetBytes(dictionary);

    internal int AddStream(string entries, byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(content);
        var number = Reserve();
        _objects[number - 1] =
        [
            .. Encoding.ASCII.GetBytes($"<< /Length {packed.Length} /Filter /FlateDecode {entries} >>\nstream\n"), .. packed.ToArray(), .. "\nendstream"u8,
        ];
        return number;
    }

    internal static string N(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private byte[] Assemble(int catalog, int info)
    {
        using var to = new MemoryStream();
        // The comment of high bytes tells transfer programs that the file is binary (7.5.2).
        to.Write("%PDF-1.7\n%\u00E2\u00E3\u00CF\u00D3\n"u8);
        var offsets = new long[_objects.Count];
        for (var i = 0; i < _objects.Count; i++)
        {
            offsets[i] = to.Position;
            to.Write(Encoding.ASCII.GetBytes($"{i + 1} 0 obj\n"));
            to.Write(_objects[i]);
            to.Write("\nendobj\n"u8);
        }

        var table = to.Position;
        var text = new StringBuilder($"xref\n0 {_objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets) text.Append(CultureInfo.InvariantCulture, $"{offset:0000000000} 00000 n \n");
        text.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {_objects.Count + 1} /Root {catalog} 0 R /Info {info} 0 R >>\nstartxref\n{table}\n%%EOF\n");
        to.Write(Encoding.ASCII.GetBytes(text.ToString()));
        return to.ToArray();
    }
}
