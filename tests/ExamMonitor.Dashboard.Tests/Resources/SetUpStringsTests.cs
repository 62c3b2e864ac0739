using System.Text.RegularExpressions;

namespace ExamMonitor.Dashboard.Tests.Resources;

/// <summary>
/// The set-up's sentences: whole in both languages, there for every key that pages and scripts name, and none that nobody says.
/// </summary>
public sealed partial class SetUpStringsTests
{
    // Put together in the scripts from a part that is one of these.
    private static readonly string[] Composed =
    [
        .. Of("Step-", "plan", "cameras", "plates", "calibrate", "result", "versions"),
        .. Of("Corner-", "0", "1", "2", "3"),
        .. Of("Paper-", "a4", "a3"),
        .. Of("Kind-", "none", "refused", "floor-only", "spatial"),
        .. Of("State-", "unknown", "fits", "doubtful", "wrong"),
        .. Of("Short-", "none", "outside-picture", "too-far"),
        .. Of("Place-", "station", "floor", "obstacle", "top"),
        .. Of("Picture-", "points-help", "region-help", "mask-help"),
        .. Of("Grid-", "columns", "rows", "x", "y", "stepX", "stepY", "width", "depth", "height", "turn"),
        "ToolScanHelp",
    ];

    [Fact]
    public void Strings_BothLanguages_HaveTheSameKeysAndPlaceholders() => ResourceFile.AssertBothLanguages("SetUpStrings");

    [Fact]
    public void Strings_EveryKeyThatPagesAndScriptsName_ExistsAndIsSaid()
    {
        var known = ResourceFile.Load("SetUpStrings.resx").Keys.ToHashSet(StringComparer.Ordinal);
        var pages = Directory
            .EnumerateFiles(Path.Combine(ResourceFile.Dashboard, "Features", "SetUp"), "*.razor")
            .Select(File.ReadAllText)
            .ToList();
        var scripts = Directory
            .EnumerateFiles(Path.Combine(ResourceFile.Dashboard, "wwwroot", "js", "set-up"), "*.js")
            .Select(File.ReadAllText)
            .ToList();
        var named = pages
            .SelectMany(p => PageKey().Matches(p))
            .Concat(scripts.SelectMany(s => ScriptKey().Matches(s)))
            .Select(m => m.Groups["key"].Value)
            .Concat(Composed)
            .ToHashSet(StringComparer.Ordinal);
        named.RemoveWhere(k => k.StartsWith("Act", StringComparison.Ordinal) && k.Length > 3);
        Assert.Empty(named.Where(k => !known.Contains(k)));

        // Keys that are chosen before they are said stand in quotes somewhere.
        var quoted = scripts
            .Concat(pages)
            .SelectMany(s => Quoted().Matches(s))
            .Select(m => m.Groups["key"].Value)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Empty(known.Where(k => !named.Contains(k) && !quoted.Contains(k)));
    }

    private static IEnumerable<string> Of(string prefix, params string[] parts) => parts.Select(p => prefix + p);

    [GeneratedRegex("\\bS\\[\"(?<key>\\w+)\"[\\],]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PageKey();

    [GeneratedRegex("\\bt\\(\"(?<key>[A-Za-z0-9-]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ScriptKey();

    [GeneratedRegex("\"(?<key>[A-Z][A-Za-z0-9]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();
}
