using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using Xunit;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace ExamMonitor.Conventions;

/// <summary>
/// The walls of docs/architecture.md, checked on the types that were compiled: who uses whom, and that no room of a project needs itself
/// by way of another.
/// </summary>
public sealed class ArchitectureTests
{
    /// <summary>Assemblies whose name is not their project's.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["exam-monitor-agent"] = "ExamMonitor.Agent",
        ["exam-monitor-verify"] = "ExamMonitor.Verify",
        ["exam-monitor-dashboard"] = "ExamMonitor.Dashboard",
        ["exam-monitor-camera-simulator"] = "ExamMonitor.CameraSimulator",
    };

    /// <summary>Projects whose namespaces are free of cycles.</summary>
    private static readonly string[] Free =
    [
        "ExamMonitor.Hosting",
        "ExamMonitor.Problems",
        "ExamMonitor.Messaging",
        "ExamMonitor.Floor",
        "ExamMonitor.Preservation",
        "ExamMonitor.Exams",
        "ExamMonitor.CommandLine",
        "ExamMonitor.Agent",
    ];

    private static readonly string[] EmptyWords = ["Manager", "Helper", "Helpers", "Util", "Utils", "Data", "Info2", "2"];

    private static readonly string[] StageWords = ["Desk", "Book", "Board", "Shelf", "Teller", "Beat", "Telling", "Keeping"];

    private static readonly System.Reflection.Assembly[] Loaded = [.. ReflectionTests.Products];

    private static readonly Architecture House = new ArchLoader().LoadAssemblies(Loaded).Build();

    public static TheoryData<string> Projects => [.. ImportTests.May.Keys];

    public static TheoryData<string> FreeOfCycles => [.. Free];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Types_UseTheTablesProjectsOnly(string project)
    {
        var strangers = ImportTests.May.Keys.Where(p => p != project && !ImportTests.May[project].Contains(p)).Select(AssemblyOf).ToArray();
        Types()
            .That()
            .ResideInAssembly(AssemblyOf(project))
            .Should()
            .NotDependOnAny(Types().That().ResideInAssembly(strangers[0], strangers[1..]))
            .Because("docs/architecture.md says what it may use")
            .Check(House);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Types_LieInItsNamespace(string project)
    {
        var types = TypesOf(project).ToList();
        Assert.NotEmpty(types);
        Assert.Empty(
            types
                .Where(t => t.Namespace.FullName != project && !t.Namespace.FullName.StartsWith(project + ".", StringComparison.Ordinal))
                .Select(t => t.FullName)
        );
    }

    /// <summary>Empty words say nothing, and a stranger cannot guess what a desk, a book or a shelf does.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Types_HaveTheIndustrysNames(string project)
    {
        var words = EmptyWords.Concat(StageWords).ToArray();
        Assert.Empty(TypesOf(project).Where(t => words.Any(w => t.Name.EndsWith(w, StringComparison.Ordinal))).Select(t => t.FullName));
    }

    [Theory]
    [MemberData(nameof(FreeOfCycles))]
    public void Project_Namespaces_HaveNoCycle(string project) =>
        SliceRuleDefinition.Slices().Matching(project + ".(**)").Should().BeFreeOfCycles().Check(House);

    [Fact]
    public void Projects_EveryOne_IsLoaded() => Assert.All(ImportTests.May.Keys, p => Assert.NotNull(AssemblyOf(p)));

    /// <summary>What people wrote: generators write into namespaces of their own, and into none.</summary>
    private static IEnumerable<IType> TypesOf(string project) =>
        House
            .Types.Where(t => t.Assembly.Name.Split(',')[0] == AssemblyOf(project).GetName().Name)
            .Where(t =>
                t.Namespace.FullName.Length > 0 && !IsGenerated(t.Namespace.FullName) && !t.Name.Contains('<', StringComparison.Ordinal)
            );

    /// <summary>What the compiler of pages and the generators of the framework put into an assembly.</summary>
    private static bool IsGenerated(string name) =>
        name.EndsWith(".Generated", StringComparison.Ordinal)
        || name.StartsWith("__Blazor.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.Extensions.Validation.Embedded", StringComparison.Ordinal);

    private static System.Reflection.Assembly AssemblyOf(string project) =>
        Loaded.Single(a => Renamed.GetValueOrDefault(a.GetName().Name!, a.GetName().Name!) == project);
}
