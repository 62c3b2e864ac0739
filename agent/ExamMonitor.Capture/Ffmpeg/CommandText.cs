using System.Text;

namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>Between FFMpegCore, which writes a command line as one text, and a child, which takes words. Pure.</summary>
/// <remarks>The rules of .NET's own reading of a command line: quotes group, a backslash means itself except before a quote.</remarks>
internal static class CommandText
{
    /// <summary>A word for a place that stands between quotes already, so that no word can end its place.</summary>
    public static string Escape(string word)
    {
        var text = new StringBuilder(word.Length);
        var slashes = 0;
        foreach (var c in word)
        {
            // Backslashes count double where a quote follows them.
            if (c == '"')
                text.Append('\\', slashes + 1);
            slashes = c == '\\' ? slashes + 1 : 0;
            text.Append(c);
        }

        return text.Append('\\', slashes).ToString();
    }

    /// <summary>The words of a text.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var (quoted, slashes) = (false, 0);
        foreach (var c in text)
        {
            if (c == '\\')
            {
                slashes++;
                continue;
            }

            if (slashes > 0)
                (word ??= new()).Append('\\', c == '"' ? slashes / 2 : slashes);
            var literal = c == '"' && slashes % 2 == 1;
            slashes = 0;
            if (c == '"' && !literal)
                (quoted, word) = (!quoted, word ?? new());
            else if (c == ' ' && !quoted)
                End();
            else
                (word ??= new()).Append(c);
        }

        if (slashes > 0)
            (word ??= new()).Append('\\', slashes);
        End();
        return words;

        void End()
        {
            if (word is not null)
                words.Add(word.ToString());
            word = null;
        }
    }
}
