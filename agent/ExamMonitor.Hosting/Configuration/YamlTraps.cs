using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>
/// Aliases let a small file grow without bound, and deep nesting exhausts the stack: neither has a use in a file that people write for us.
/// </summary>
internal static class YamlTraps
{
    /// <summary>Reads the text to its end, before anything is built from it.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="maxDepth">Deepest nesting that has a use.</param>
    /// <exception cref="YamlException">It holds a trap, or is no YAML.</exception>
    public static void Refuse(string text, int maxDepth)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        var depth = 0;
        while (parser.MoveNext())
        {
            if (parser.Current is AnchorAlias)
                throw new YamlException(parser.Current.Start, parser.Current.End, "aliases (*name) are not accepted");
            depth += parser.Current?.NestingIncrease ?? 0;
            if (depth > maxDepth)
                throw new YamlException(parser.Current!.Start, parser.Current.End, "it is nested too deeply");
        }
    }
}
