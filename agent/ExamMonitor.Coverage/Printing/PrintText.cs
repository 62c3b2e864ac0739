using System.Globalization;
using System.Text;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace ExamMonitor.Coverage.Printing;

/// <summary>Writes mixed Latin and Chinese lines, centred: each run of characters in the font that has them. Not thread-safe.</summary>
internal sealed class PrintText(SKCanvas canvas, PrintFonts fonts, SKColor? color = null) : IDisposable
{
    private static readonly Rune Missing = new('〓');
    private readonly Dictionary<SKTypeface, SKShaper> _shapers = [];
    private readonly SKPaint _black = new() { Color = color ?? SKColors.Black, IsAntialias = true };

    /// <summary>Writes a line about a middle, smaller where it would be wider than <paramref name="widest"/>; all in points.</summary>
    public void Centred(string text, double middle, double baseline, double size, double widest, bool bold = false)
    {
        var runs = Runs(text, bold).ToArray();
        var width = Width(runs, size);
        if (width > widest)
            (size, width) = (size * widest / width, widest);
        var x = middle - (width / 2);
        foreach (var (part, typeface) in runs)
            x += Draw(part, typeface, size, x, baseline);
    }

    /// <summary>Writes a line from a left edge on, smaller where it would be wider than <paramref name="widest"/>; all in points.</summary>
    public void Left(string text, double left, double baseline, double size, double widest, bool bold = false)
    {
        var runs = Runs(text, bold).ToArray();
        var width = Width(runs, size);
        if (width > widest)
            size *= widest / width;
        foreach (var (part, typeface) in runs)
            left += Draw(part, typeface, size, left, baseline);
    }

    /// <summary>No line begins with one of them (GB/T 15834).</summary>
    private const string Closing = "，。、；：？！）》”’】,.;)";

    private static bool IsOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c is ':' or '.';

    /// <summary>Breaks a text into lines: between words, between Chinese characters, and within a word that is wider than a line.</summary>
    public IReadOnlyList<string> Wrap(string text, double size, double widest, bool bold)
    {
        // No line holds more, however narrow its letters are: a long note is measured once, not once for each of its lines.
        var (lines, most) = (new List<string>(), (int)(widest / size * 6) + 2);
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var rest = paragraph.AsSpan().Trim().ToString();
            while (rest.Length > most || (rest.Length > 0 && Width(Runs(rest, bold), size) > widest))
            {
                var (low, high) = (1, Math.Min(rest.Length, most));
                while (low < high)
                {
                    var middle = (low + high + 1) / 2;
                    if (Width(Runs(rest[..middle], bold), size) <= widest)
                        low = middle;
                    else
                        high = middle - 1;
                }

                // Where a Latin word would be cut, the line ends before it, unless the word is the line.
                var at = low;
                while (
                    at > 1
                    && at < rest.Length
                    && ((IsOfWord(rest[at]) && IsOfWord(rest[at - 1])) || Closing.Contains(rest[at], StringComparison.Ordinal))
                )
                    at--;
                if (at <= 1)
                    at = low;
                if (at < rest.Length && char.IsLowSurrogate(rest[at]))
                    at = at > 1 ? at - 1 : 2;
                lines.Add(rest[..at].TrimEnd());
                rest = rest[at..].TrimStart();
            }

            lines.Add(rest);
        }

        return lines;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shaper in _shapers.Values)
            shaper.Dispose();
        _black.Dispose();
    }

    private double Width(IEnumerable<(string Text, SKTypeface Font)> runs, double size) =>
        runs.Sum(r =>
        {
            using var font = new SKFont(r.Font, (float)size);
            return (double)Shaper(r.Font).Shape(r.Text, font).Width;
        });

    /// <summary>The glyphs with the characters that they stand for: words are found and copied as they were written.</summary>
    private double Draw(string text, SKTypeface typeface, double size, double x, double baseline)
    {
        using var font = new SKFont(typeface, (float)size) { Subpixel = true, LinearMetrics = true };
        var shaped = Shaper(typeface).Shape(text, font);
        var bytes = Encoding.UTF8.GetBytes(text);
        using var builder = new SKTextBlobBuilder();
        var run = builder.AllocatePositionedTextRun(font, shaped.Codepoints.Length, bytes.Length);
        run.SetGlyphs([.. shaped.Codepoints.Select(c => (ushort)c)]);
        run.SetPositions(shaped.Points);
        run.SetText(bytes);
        run.SetClusters(shaped.Clusters);
        using var blob = builder.Build();
        if (blob is not null)
            canvas.DrawText(blob, (float)x, (float)baseline, _black);
        return shaped.Width;
    }

    private SKShaper Shaper(SKTypeface font)
    {
        if (!_shapers.TryGetValue(font, out var shaper))
            _shapers.Add(font, shaper = new(font));
        return shaper;
    }

    private static bool Has(SKTypeface? typeface, Rune c)
    {
        if (typeface is null)
            return false;
        using var font = new SKFont(typeface);
        return font.ContainsGlyph(c.Value);
    }

    /// <summary>Runs of one font each.</summary>
    private IEnumerable<(string Text, SKTypeface Font)> Runs(string text, bool bold)
    {
        var (latin, run) = ((bold ? fonts.Bold : null) ?? fonts.Latin!, new StringBuilder());
        SKTypeface? current = null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (GlyphOf(rune, latin) is not { } glyph)
                continue;
            if (glyph.Font != current && run.Length > 0)
            {
                yield return (run.ToString(), current!);
                run.Clear();
            }

            current = glyph.Font;
            run.Append(glyph.Text);
        }

        if (run.Length > 0)
            yield return (run.ToString(), current!);
    }

    /// <summary>
    /// A character in the font that has it. One that no font has is never left out in silence: 〓 stands for it, as in Chinese print. Null
    /// for what is not seen anyway.
    /// </summary>
    private (string Text, SKTypeface Font)? GlyphOf(Rune rune, SKTypeface latin)
    {
        if (Has(latin, rune))
            return (rune.ToString(), latin);
        if (Has(fonts.Chinese, rune))
            return (rune.ToString(), fonts.Chinese!);
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark)
            return null;
        return Has(fonts.Chinese, Missing) ? (Missing.ToString(), fonts.Chinese!) : ("?", latin);
    }
}
