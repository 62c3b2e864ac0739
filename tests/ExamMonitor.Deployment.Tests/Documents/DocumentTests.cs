using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Deployment.Tests.Documents;

/// <summary>Runs the marked blocks of each document, word by word and in order, in one prepared folder of a disposable machine.</summary>
public sealed class DocumentTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly Lazy<Dictionary<string, Task>> Runs = new(() =>
    {
        var places = new SemaphoreSlim(2, 2);
        return Documents.Select(d => d.Data).ToDictionary(d => d, d => Task.Run(() => FollowAsync(d, places)), StringComparer.Ordinal);
    });

    public static TheoryData<string> Documents =>
        [.. DocumentBlock.Documents.Where(d => d != PackageTests.Document && DocumentBlock.Of(d).Any(IsStep))];

    // Takes minutes and publishes the programs while it does: -explicit only.
    [Theory(Explicit = true)]
    [MemberData(nameof(Documents))]
    public async Task Document_FollowedWordByWord_Works(string document)
    {
        Assert.SkipWhen(Machine.WhyNot is not null, Machine.WhyNot ?? string.Empty);
        await Runs.Value[document];
    }

    /// <summary>Two at a time: each has a machine of its own, and mostly waits for cameras and segments.</summary>
    private static async Task FollowAsync(string document, SemaphoreSlim places)
    {
        await places.WaitAsync();
        try
        {
            await FollowNowAsync(document);
        }
        finally
        {
            places.Release();
        }
    }

    private static async Task FollowNowAsync(string document)
    {
        using var folder = new TempFolder();
        var blocks = DocumentBlock.Of(document);
        WriteSteps(blocks, folder.Path);
        var prepare = Path.Combine(Machine.Scripts, "prepare", document.Replace('/', '-').Replace(".md", ".sh", StringComparison.Ordinal));
        File.WriteAllText(folder["prepare.sh"], File.Exists(prepare) ? await File.ReadAllTextAsync(prepare) : "installed\n");
        var result = await Machine.RunAsync(folder.Path, Path.Combine(Machine.Scripts, "document.sh"), Limit);
        AssertWorked(blocks, folder.Path, result);
    }

    /// <summary>Writes the steps of a document for <c>document.sh</c>.</summary>
    internal static void WriteSteps(IReadOnlyList<DocumentBlock> blocks, string folder)
    {
        var steps = new StringBuilder();
        foreach (var block in blocks.Where(IsStep))
        {
            File.WriteAllText(Path.Combine(folder, NameOf(block)), block.Text);
            steps
                .Append(
                    block.Value("file") is { } file ? $"file {NameOf(block)} {file}"
                    : block.Has("run") ? $"run {NameOf(block)} {block.Value("exit") ?? "0"}"
                    : $"background {NameOf(block)} {block.Value("until")}"
                )
                .Append('\n');
        }

        File.WriteAllText(Path.Combine(folder, "steps"), steps.ToString());
    }

    /// <summary>Every step ended as it should, and printed what the document says.</summary>
    internal static void AssertWorked(IReadOnlyList<DocumentBlock> blocks, string folder, ProgramResult result)
    {
        var failed = Path.Combine(folder, "failed");
        if (File.Exists(failed))
        {
            var said = File.ReadAllText(failed).Trim();
            var output = Path.Combine(folder, said.Split(' ')[0] + ".out");
            Assert.Fail(
                $"{blocks[0].Document}, step {said}:\n{(File.Exists(output) ? File.ReadAllText(output) : string.Empty)}\n{result.All}"
            );
        }

        Assert.True(File.Exists(Path.Combine(folder, "done")), result.All);
        foreach (var (block, before) in blocks.Skip(1).Zip(blocks).Where(p => p.First.Has("output")))
        {
            Assert.True(before.Has("run"), $"{block.Where}: no step that is run stands before this output.");
            var printed = File.ReadAllText(Path.Combine(folder, NameOf(before) + ".out"));
            foreach (var line in block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var pattern = Regex.Escape(line.TrimEnd()).Replace("…", ".*", StringComparison.Ordinal);
                Assert.True(
                    Regex.IsMatch(printed, pattern, RegexOptions.None, TimeSpan.FromSeconds(2)),
                    $"{block.Where}: \"{line}\" is not what was printed:\n{printed}"
                );
            }
        }
    }

    private static bool IsStep(DocumentBlock block) => block.Has("run") || block.Has("background") || block.Value("file") is not null;

    private static string NameOf(DocumentBlock block) => "line-" + block.Line.ToString("0000", CultureInfo.InvariantCulture);
}
