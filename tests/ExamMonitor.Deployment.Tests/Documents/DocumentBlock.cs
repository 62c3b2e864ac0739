using ExamMonitor.TestKit;

namespace ExamMonitor.Deployment.Tests.Documents;

/// <summary>A fenced block of a document. Its info string says what a test does with it.</summary>
/// <param name="Document">Path below the root, with forward slashes.</param>
/// <param name="Line">Line of the opening fence, from 1.</param>
/// <param name="Language">First word of the info string; empty for none.</param>
/// <param name="Words">Further words of the info string.</param>
/// <param name="Text">What stands between the fences, with a line feed at the end of each line.</param>
/// <remarks>
/// <c>run</c>: executed. <c>exit=N</c>: ends with N, else with 0. <c>background until=WHAT</c>: executed until the document ends; it goes
/// on when WHAT, a file or an http address, is there. <c>file=PATH</c>: written to that path. <c>output</c>: each of its lines stands in
/// what the block before printed; <c>…</c> stands for anything. <c>checked-by=CLASS</c>: that test class takes the text itself.
/// <c>shown</c>: neither a command nor a configuration. <c>not-run</c>: its text says that it is not run, and why.
/// </remarks>
internal sealed record DocumentBlock(string Document, int Line, string Language, IReadOnlyList<string> Words, string Text)
{
    private const string Fence = "```";

    /// <summary>Documents that people follow: README, docs, deploy and samples; decisions are history.</summary>
    public static IReadOnlyList<string> Documents { get; } =
    [
        "README.md",
        .. Directory
            .EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.PathOf("deploy"), "*.md", SearchOption.AllDirectories))
            .Append(Repository.PathOf("samples", "README.md"))
            .Select(p => Path.GetRelativePath(Repository.Root, p).Replace('\\', '/'))
            .Where(p => !p.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    public string Where => FormattableString.Invariant($"{Document}:{Line}");

    public string? Value(string name) =>
        Words.FirstOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    public bool Has(string word) => Words.Contains(word, StringComparer.Ordinal);

    public static IReadOnlyList<DocumentBlock> Of(string document) =>
        Parse(document, File.ReadAllText(Repository.PathOf(document.Split('/'))));

    public static IReadOnlyList<DocumentBlock> Parse(string document, string text)
    {
        var blocks = new List<DocumentBlock>();
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
                continue;
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            var words = lines[i].Trim()[Fence.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var end = Array.FindIndex(lines, i + 1, l => l.Trim() == Fence);
            if (end < 0)
                throw new InvalidDataException(FormattableString.Invariant($"{document}:{i + 1}: this block does not end."));
            var body = lines[(i + 1)..end].Select(l => l.Length >= indent && l[..indent].All(c => c == ' ') ? l[indent..] : l);
            blocks.Add(
                new(document, i + 1, words.FirstOrDefault(string.Empty), [.. words.Skip(1)], string.Concat(body.Select(l => l + "\n")))
            );
            i = end;
        }

        return blocks;
    }
}
