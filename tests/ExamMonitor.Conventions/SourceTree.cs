using ExamMonitor.TestKit;

namespace ExamMonitor.Conventions;

/// <summary>The files that people write, by path relative to the root with forward slashes.</summary>
internal static class SourceTree
{
    private static readonly HashSet<string> NotOurs = new(
        ["artifacts", "demo", "node_modules", ".git", "bin", "obj", ".vs", ".idea", "TestResults"],
        StringComparer.Ordinal
    );
    private static readonly HashSet<string> TextKinds = new(
        [
            ".cs",
            ".csproj",
            ".props",
            ".targets",
            ".razor",
            ".md",
            ".json",
            ".yaml",
            ".yml",
            ".sh",
            ".ps1",
            ".py",
            ".cpp",
            ".h",
            ".hpp",
            ".c",
            ".cmake",
            ".txt",
            ".css",
            ".js",
            ".html",
            ".xml",
            ".service",
            ".conf",
            ".config",
            ".resx",
            ".sln",
            ".editorconfig",
            "",
        ],
        StringComparer.Ordinal
    );

    public static IReadOnlyList<string> Text { get; } =
    [.. Walk(Repository.Root).Where(p => TextKinds.Contains(Path.GetExtension(p))).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> With(params string[] extensions) =>
        Text.Where(p => extensions.Contains(Path.GetExtension(p), StringComparer.Ordinal));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    /// <summary>Third-party scripts and styles that are served as they came.</summary>
    public static bool IsVendored(string path) =>
        path.Contains("/wwwroot/lib/", StringComparison.Ordinal) || path.Contains(".min.", StringComparison.Ordinal);

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            yield return Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');
        foreach (var child in Directory.EnumerateDirectories(folder).Where(d => !NotOurs.Contains(Path.GetFileName(d))))
        {
            foreach (var file in Walk(child))
                yield return file;
        }
    }
}
