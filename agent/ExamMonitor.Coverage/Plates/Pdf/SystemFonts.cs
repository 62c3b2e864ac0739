namespace ExamMonitor.Coverage.Plates.Pdf;

/// <summary>The system's fonts for printed matter: Latin plain, Latin bold, Chinese; null where none was found.</summary>
/// <param name="Latin">Latin plain.</param>
/// <param name="Bold">Latin bold.</param>
/// <param name="Chinese">Chinese.</param>
internal sealed record SystemFonts(TrueTypeFont? Latin, TrueTypeFont? Bold, TrueTypeFont? Chinese)
{
    private const long MostBytes = 64L * 1024 * 1024;

    private static readonly string[] LatinFiles = ["dejavu/DejaVuSans.ttf", "liberation/LiberationSans-Regular.ttf", "arial.ttf", "segoeui.ttf"];
    private static readonly string[] BoldFiles = ["dejavu/DejaVuSans-Bold.ttf", "liberation/LiberationSans-Bold.ttf", "arialbd.ttf", "segoeuib.ttf"];

    // TrueType outlines only: Noto Sans CJK has PostScript outlines, which cannot be cut down to the used glyphs in the same way.
    private static readonly string[] ChineseFiles = ["droid/DroidSansFallbackFull.ttf", "wqy/wqy-microhei.ttc", "wqy/wqy-zenhei.ttc", "arphic/uming.ttc", "msyh.ttc", "simhei.ttf", "simsun.ttc"];

    /// <summary>Looks in the system's folders once.</summary>
    public static Lazy<SystemFonts> Installed { get; } = new(() => new(First(LatinFiles), First(BoldFiles), First(ChineseFiles)));

    private static string[] Folders() => OperatingSystem.IsWindows()
        ? [Environment.GetFolderPath(Environment.SpecialFolder.Fonts)]
        : ["/usr/share/fonts/truetype", "/usr/share/fonts", "/usr/local/share/fonts"];

    private static TrueTypeFont? First(string[] names)
    {
        foreach (var name in names)
        {
            foreach (var folder in Folders())
            {
                var file = new FileInfo(Path.Combine(folder, name));
                if (file.Exists && file.Length <= MostBytes && TrueTypeFont.Read(File.ReadAllBytes(file.FullName)) is { } font) return font;
            }
        }

        return null;
    }
}
