using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Deployment.Tests.Documents;

/// <summary>What is written is run, or stands there as not run.</summary>
public sealed class BlockTests
{
    private static readonly HashSet<string> Shells = new(["bash", "sh", "powershell"], StringComparer.Ordinal);
    private static readonly HashSet<string> Known = new(["run", "background", "output", "shown", "not-run"], StringComparer.Ordinal);
    private static readonly IReadOnlyList<DocumentBlock> All = [.. DocumentBlock.Documents.SelectMany(DocumentBlock.Of)];

    [Fact]
    public void Block_Everywhere_SaysWhatATestDoesWithIt() =>
        Assert.Empty(All.Select(b => (b.Where, Fault: FaultOf(b))).Where(b => b.Fault is not null));

    [Fact]
    public void Block_CheckedElsewhere_NamesAClassThatReadsItsDocument()
    {
        var tests = Directory
            .EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(Path.GetFileNameWithoutExtension);
        bool Reads(string test, string document) =>
            tests[test].Any(f => File.ReadAllText(f).Contains(Path.GetFileName(document), StringComparison.Ordinal));
        Assert.Empty(All.Where(b => b.Value("checked-by") is { } name && !Reads(name, b.Document)).Select(b => b.Where));
    }

    [Theory]
    [InlineData("```\nx\n```", "no language")]
    [InlineData("```bash\nrm x\n```", "says nothing")]
    [InlineData("```bash shown\nrm x\n```", "a command")]
    [InlineData("```bash not-run\nrm x\n```", "does not say")]
    [InlineData("```yaml\na: 1\n```", "says nothing")]
    [InlineData("```bash run sideways\nx\n```", "sideways")]
    [InlineData("```bash not-run\n# Not run by a test: it needs a camera.\nx\n```", null)]
    [InlineData("```bash run exit=2\nx\n```", null)]
    [InlineData("```yaml file=a.yaml\nx: 1\n```", null)]
    public void Fault_OfABlock_IsFound(string text, string? part)
    {
        var fault = FaultOf(DocumentBlock.Parse("x.md", text).Single());
        if (part is null)
            Assert.Null(fault);
        else
            Assert.Contains(part, fault, StringComparison.Ordinal);
    }

    private static string? FaultOf(DocumentBlock b)
    {
        if (b.Language.Length == 0)
            return "no language";
        var unknown = b.Words.FirstOrDefault(w =>
            !Known.Contains(w) && w.Split('=')[0] is not ("exit" or "until" or "file" or "checked-by")
        );
        if (unknown is not null)
            return $"{unknown} is no word of a block";
        var does = b.Words.Count(w => Known.Contains(w) || w.Split('=')[0] is "file" or "checked-by");
        if (does != 1)
            return "says nothing, or two things, of what a test does with it";
        if (b.Has("shown") && Shells.Contains(b.Language))
            return "a command is run, or says that it is not";
        if (b.Has("not-run") && !b.Text.Contains("not run", StringComparison.OrdinalIgnoreCase))
            return "does not say in its text that it is not run";
        return b.Has("background") == (b.Value("until") is not null) ? null : "background goes with until=";
    }
}
