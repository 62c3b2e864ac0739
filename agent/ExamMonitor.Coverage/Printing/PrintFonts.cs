using SkiaSharp;

namespace ExamMonitor.Coverage.Printing;

/// <summary>The system's fonts for printed matter: Latin plain, Latin bold, Chinese; null where none was found.</summary>
/// <param name="Latin">Latin plain.</param>
/// <param name="Bold">Latin bold.</param>
/// <param name="Chinese">Chinese.</param>
internal sealed record PrintFonts(SKTypeface? Latin, SKTypeface? Bold, SKTypeface? Chinese)
{
    private static readonly string[] LatinFiles =
    [
        "dejavu/DejaVuSans.ttf",
        "liberation/LiberationSans-Regular.ttf",
        "arial.ttf",
        "segoeui.ttf",
    ];

    private static readonly string[] BoldFiles =
    [
        "dejavu/DejaVuSans-Bold.ttf",
        "liberation/LiberationSans-Bold.ttf",
        "arialbd.ttf",
        "segoeuib.ttf",
    ];

    // TrueType outlines only: Skia embeds a font with PostScript outlines, such as Noto Sans CJK, without cutting it down to the used
    // glyphs.
    private static readonly string[] ChineseFiles =
    [
        "droid/DroidSansFallbackFull.ttf",
        "wqy/wqy-microhei.ttc",
        "wqy/wqy-zenhei.ttc",
        "arphic/uming.ttc",
        "msyh.ttc",
        "simhei.ttf",
        "simsun.ttc",
    ];

    /// <summary>Looks in the system's folders once. They stay open as long as the process lives.</summary>
    public static Lazy<PrintFonts> Installed { get; } = new(() => In(Folders));

    /// <summary>The first of each kind, in the order of the lists, that is there and is a font.</summary>
    internal static PrintFonts In(IReadOnlyList<string> folders) =>
        new(First(folders, LatinFiles), First(folders, BoldFiles), First(folders, ChineseFiles));

    private static IReadOnlyList<string> Folders =>
        OperatingSystem.IsWindows()
            ? [Environment.GetFolderPath(Environment.SpecialFolder.Fonts)]
            : ["/usr/share/fonts/truetype", "/usr/share/fonts", "/usr/local/share/fonts"];

    private static SKTypeface? First(IReadOnlyList<string> folders, string[] names) =>
        names
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .Where(File.Exists)
            .Select(file => SKTypeface.FromFile(file))
            .FirstOrDefault(font => font is { GlyphCount: > 0 });
}
