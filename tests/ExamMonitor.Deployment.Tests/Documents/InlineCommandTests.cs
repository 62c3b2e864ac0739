using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Deployment.Tests.Documents;

/// <summary>Commands that stand in the middle of a sentence or a table are at least ones that the programs understand.</summary>
public sealed partial class InlineCommandTests
{
    private static readonly Dictionary<string, Command> Programs = new(StringComparer.Ordinal) { ["exam-monitor-agent"] = Agent() };

    [Fact]
    public void Command_InASentence_IsUnderstood()
    {
        var (seen, wrong) = (0, new List<string>());
        foreach (var (where, words) in DocumentBlock.Documents.SelectMany(Spans))
        {
            if (Target(words) is not { } target)
                continue;
            seen++;
            var errors = target
                .Command.Parse(target.Arguments)
                .Errors.Select(e => e.Message)
                .Where(m => m.Contains("Unrecognized", StringComparison.Ordinal) || m.Contains("Cannot parse", StringComparison.Ordinal))
                .ToList();
            if (errors.Count > 0)
                wrong.Add($"{where}: {string.Join(' ', words)}: {string.Join("; ", errors)}");
        }

        Assert.Empty(wrong);
        Assert.InRange(seen, 50, int.MaxValue);
    }

    /// <summary>
    /// A command with the words after the program's name; a first word that is a command of the agent needs no program before it.
    /// </summary>
    private static (Command Command, string[] Arguments)? Target(string[] words)
    {
        if (Programs.TryGetValue(words[0], out var program))
            return (program, words[1..]);
        var agent = Programs["exam-monitor-agent"];
        return agent.Subcommands.Any(c => c.Name == words[0]) && (words.Length > 1 || words[0].Contains('-', StringComparison.Ordinal))
            ? (agent, words)
            : null;
    }

    private static IEnumerable<(string Where, string[] Words)> Spans(string document)
    {
        var lines = File.ReadAllText(Repository.PathOf(document.Split('/'))).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            foreach (var span in Span().Matches(lines[i]).Select(m => m.Groups["code"].Value))
            {
                // What stands for a value is given one that any option takes; a redirection is the shell's.
                var text = span.Split(['>', '|'])[0].Replace("…", "2026-11-21T09:00:00+08:00", StringComparison.Ordinal);
                var words = Word().Matches(text).Select(m => m.Value.Trim('"') is "N" ? "1" : m.Value.Trim('"')).ToArray();
                if (words.Length > 0)
                    yield return (FormattableString.Invariant($"{document}:{i + 1}"), words);
            }
        }
    }

    /// <summary>The agent's command line, as its program makes it.</summary>
    private static Command Agent()
    {
        var run = MakerOf("exam-monitor-agent", "RunCommand").Invoke(null, null);
        return (Command)MakerOf("ExamMonitor.CommandLine", "AgentCommand").Invoke(null, [run])!;
    }

    private static MethodInfo MakerOf(string assembly, string type) =>
        Assembly
            .Load(assembly)
            .GetTypes()
            .Single(t => t.Name == type)
            .GetMethod("Create", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.NonBacktracking)]
    private static partial Regex Span();

    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
