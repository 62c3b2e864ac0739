using System.Xml.Linq;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Conventions;

/// <summary>The import table of docs/architecture.md: a project exists to enforce one row of it.</summary>
public sealed class ImportTests
{
    /// <summary>What each project may use; its own name is understood.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> May = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["ExamMonitor.Contracts"] = [],
        ["ExamMonitor.Mqtt"] = ["ExamMonitor.Contracts"],
        ["ExamMonitor.Transparency"] = ["ExamMonitor.Contracts"],
        ["ExamMonitor.Broker"] = ["ExamMonitor.Contracts", "ExamMonitor.Mqtt"],
        ["ExamMonitor.Media"] = ["ExamMonitor.Contracts"],
        ["ExamMonitor.Evidence"] = ["ExamMonitor.Contracts", "ExamMonitor.Transparency"],
        ["ExamMonitor.Recording"] = ["ExamMonitor.Contracts", "ExamMonitor.Media", "ExamMonitor.Evidence"],
        ["ExamMonitor.Retention"] = ["ExamMonitor.Contracts", "ExamMonitor.Evidence", "ExamMonitor.Recording"],
        ["ExamMonitor.Coverage"] = ["ExamMonitor.Contracts"],
        ["ExamMonitor.Capture"] = ["ExamMonitor.Contracts", "ExamMonitor.Media"],
        ["ExamMonitor.Hosting"] = ["ExamMonitor.Contracts", "ExamMonitor.Transparency"],
        ["ExamMonitor.Problems"] = ["ExamMonitor.Contracts", "ExamMonitor.Mqtt", "ExamMonitor.Hosting"],
        ["ExamMonitor.Messaging"] =
        [
            "ExamMonitor.Contracts",
            "ExamMonitor.Mqtt",
            "ExamMonitor.Broker",
            "ExamMonitor.Capture",
            "ExamMonitor.Hosting",
            "ExamMonitor.Problems",
        ],
        ["ExamMonitor.Floor"] =
        [
            "ExamMonitor.Contracts",
            "ExamMonitor.Mqtt",
            "ExamMonitor.Media",
            "ExamMonitor.Capture",
            "ExamMonitor.Evidence",
            "ExamMonitor.Recording",
            "ExamMonitor.Coverage",
            "ExamMonitor.Hosting",
            "ExamMonitor.Problems",
        ],
        ["ExamMonitor.Preservation"] =
        [
            "ExamMonitor.Contracts",
            "ExamMonitor.Mqtt",
            "ExamMonitor.Transparency",
            "ExamMonitor.Evidence",
            "ExamMonitor.Recording",
            "ExamMonitor.Retention",
            "ExamMonitor.Hosting",
            "ExamMonitor.Problems",
        ],
        ["ExamMonitor.Exams"] =
        [
            "ExamMonitor.Contracts",
            "ExamMonitor.Mqtt",
            "ExamMonitor.Media",
            "ExamMonitor.Capture",
            "ExamMonitor.Evidence",
            "ExamMonitor.Recording",
            "ExamMonitor.Retention",
            "ExamMonitor.Coverage",
            "ExamMonitor.Hosting",
            "ExamMonitor.Problems",
            "ExamMonitor.Floor",
            "ExamMonitor.Preservation",
        ],
        ["ExamMonitor.CommandLine"] =
        [
            "ExamMonitor.Contracts",
            "ExamMonitor.Mqtt",
            "ExamMonitor.Transparency",
            "ExamMonitor.Broker",
            "ExamMonitor.Media",
            "ExamMonitor.Capture",
            "ExamMonitor.Evidence",
            "ExamMonitor.Recording",
            "ExamMonitor.Retention",
            "ExamMonitor.Coverage",
            "ExamMonitor.Hosting",
            "ExamMonitor.Problems",
            "ExamMonitor.Messaging",
            "ExamMonitor.Floor",
            "ExamMonitor.Preservation",
            "ExamMonitor.Exams",
        ],
        ["ExamMonitor.Agent"] =
        [
            "ExamMonitor.Contracts",
            "ExamMonitor.Mqtt",
            "ExamMonitor.Broker",
            "ExamMonitor.Media",
            "ExamMonitor.Evidence",
            "ExamMonitor.Recording",
            "ExamMonitor.Retention",
            "ExamMonitor.Coverage",
            "ExamMonitor.Capture",
            "ExamMonitor.Transparency",
            "ExamMonitor.Hosting",
            "ExamMonitor.Problems",
            "ExamMonitor.Messaging",
            "ExamMonitor.Floor",
            "ExamMonitor.Preservation",
            "ExamMonitor.Exams",
            "ExamMonitor.CommandLine",
            "ExamMonitor.Packs",
            "ExamMonitor.Evaluation",
            "ExamMonitor.SetUp",
        ],
        ["ExamMonitor.Packs"] = ["ExamMonitor.Contracts", "ExamMonitor.Transparency", "ExamMonitor.Evidence"],
        ["ExamMonitor.Evaluation"] =
        [
            "ExamMonitor.Contracts",
            "ExamMonitor.Capture",
            "ExamMonitor.Evidence",
            "ExamMonitor.Recording",
            "ExamMonitor.Retention",
            "ExamMonitor.Coverage",
            "ExamMonitor.Packs",
            "ExamMonitor.Hosting",
            "ExamMonitor.Floor",
            "ExamMonitor.Preservation",
            "ExamMonitor.Exams",
        ],
        ["ExamMonitor.SetUp"] =
        [
            "ExamMonitor.Contracts",
            "ExamMonitor.Media",
            "ExamMonitor.Capture",
            "ExamMonitor.Recording",
            "ExamMonitor.Coverage",
            "ExamMonitor.Hosting",
            "ExamMonitor.Floor",
            "ExamMonitor.Preservation",
            "ExamMonitor.Exams",
        ],
        ["ExamMonitor.Verify"] = ["ExamMonitor.Contracts", "ExamMonitor.Evidence", "ExamMonitor.Transparency", "ExamMonitor.Packs"],
        ["ExamMonitor.Dashboard"] = ["ExamMonitor.Contracts", "ExamMonitor.Mqtt", "ExamMonitor.Transparency"],
        ["ExamMonitor.CameraSimulator"] = ["ExamMonitor.Contracts", "ExamMonitor.Mqtt"],
    };

    public static TheoryData<string> Products => [.. ProjectFiles().Where(p => !p.StartsWith("tests/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Products))]
    public void Project_References_AreInTheTable(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        Assert.True(May.TryGetValue(name, out var allowed), $"{path} is not in the import table.");
        Assert.Empty(
            References(path, "ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/')))
                .Except(allowed, StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Table_EveryRow_IsAProject() =>
        Assert.Equal(
            May.Keys.Order(StringComparer.Ordinal),
            Products.Select(p => Path.GetFileNameWithoutExtension(p.Data)).Order(StringComparer.Ordinal)
        );

    [Theory]
    [InlineData("agent/ExamMonitor.Media/ExamMonitor.Media.csproj")]
    public void Project_AtTheBottom_UsesTheBaseLibraryOnly(string path)
    {
        Assert.Empty(References(path, "PackageReference"));
        Assert.Empty(References(path, "FrameworkReference"));
    }

    /// <summary>Decisions 0140, 0165 and 0233: one library each, and nothing else beside the base library.</summary>
    [Theory]
    [InlineData("contracts/ExamMonitor.Contracts/ExamMonitor.Contracts.csproj", "TimeZoneConverter")]
    [InlineData("contracts/ExamMonitor.Mqtt/ExamMonitor.Mqtt.csproj", "MQTTnet")]
    [InlineData("contracts/ExamMonitor.Transparency/ExamMonitor.Transparency.csproj", "NSec.Cryptography")]
    public void Project_OfAContractWithALibrary_UsesThatOneOnly(string path, string library)
    {
        Assert.Equal([library], References(path, "PackageReference"));
        Assert.Empty(References(path, "FrameworkReference"));
    }

    /// <summary>Decision 0300: who verifies trusts what comes along, and brings no database, object store or web server.</summary>
    [Fact]
    public void Verifier_WithAllThatItUses_BringsTheseLibrariesAndNoFramework()
    {
        var all = Closure("agent/ExamMonitor.Verify/ExamMonitor.Verify.csproj");
        Assert.Empty(all.SelectMany(p => References(p, "FrameworkReference").Select(r => $"{p}: {r}")));
        Assert.Equal(
            ["NSec.Cryptography", "System.CommandLine", "System.IO.Hashing", "System.Security.Cryptography.Pkcs", "TimeZoneConverter"],
            all.SelectMany(p => References(p, "PackageReference")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Project_AgentOrTestPackages_AreNeverInAProduct()
    {
        var tools = new[] { "xunit", "FsCheck", "Microsoft.NET.Test", "Microsoft.Playwright" };
        Assert.Empty(
            Products
                .SelectMany(p => References(p.Data, "PackageReference").Select(r => $"{p.Data}: {r}"))
                .Where(r => tools.Any(t => r.Contains(t, StringComparison.Ordinal)))
        );
    }

    [Fact]
    public void Project_Everyone_IsInTheSolution()
    {
        var solution = SourceTree.Read("Monitor.sln").Replace('\\', '/');
        Assert.Empty(ProjectFiles().Where(p => !solution.Contains(p, StringComparison.Ordinal)));
    }

    private static HashSet<string> Closure(string path)
    {
        var (found, next) = (new HashSet<string>(StringComparer.Ordinal), new Queue<string>([path]));
        while (next.TryDequeue(out var one))
        {
            if (!found.Add(one))
                continue;
            foreach (var r in References(one, "ProjectReference"))
                next.Enqueue(r.Replace("$(RepoRoot)", "", StringComparison.Ordinal).Replace('\\', '/'));
        }

        return found;
    }

    private static IEnumerable<string> ProjectFiles() => SourceTree.With(".csproj");

    private static IEnumerable<string> References(string path, string kind) =>
        XDocument.Load(Path.Combine(Repository.Root, path)).Descendants(kind).Select(e => e.Attribute("Include")!.Value);
}
