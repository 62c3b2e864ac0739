using ExamMonitor.Coverage.Plates.Pdf;

namespace ExamMonitor.Coverage.Plates;

/// <summary>Writes mixed Latin and Chinese lines, centred: each run of characters in the font that has them.</summary>
internal sealed class PlateText(PdfPage page, SystemFonts fonts)
{
    /// <summary>Writes a line about a middle, smaller where it would be wider than <paramref name="widest"/>; all in points.</summary>
    public void Centred(string text, double middle, double baseline, double size, double widest, bool bold = false)
    {
        var runs = Runs(text, bold).ToArray();
        var width = runs.Sum(r => page.Measure(r.Font, size, r.Text));
        if (width > widest) (size, width) = (size * widest / width, widest);
        var x = middle - (width / 2);
        foreach (var (part, font) in runs) x += page.Text(font, size, x, baseline, part);
    }

    /// <summary>Runs of one font each; characters that no font has are left out.</summary>
    private IEnumerable<(string Text, TrueTypeFont Font)> Runs(string text, bool bold)
    {
        var latin = (bold ? fonts.Bold : null) ?? fonts.Latin!;
        var start = 0;
        TrueTypeFont? current = null;
        for (var i = 0; i <= text.Length; i++)
        {
            var font = i == text.Length ? null : latin.Glyph(text[i]) != 0 ? latin : fonts.Chinese is { } chinese && chinese.Glyph(text[i]) != 0 ? chinese : null;
            if (i > 0 && i < text.Length && font == current) continue;
            if (current is not null) yield return (text[start..i], current);
            (start, current) = (i, font);
        }
    }
}
