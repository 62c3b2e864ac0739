using System.Text;

namespace ExamMonitor.Capture.Children;

/// <summary>Cuts text into lines; what is longer than the bound is dropped, so that a child cannot make us grow.</summary>
internal sealed class BoundedLines(int longest)
{
    private readonly StringBuilder _line = new();

    /// <summary>Lines that are whole now. Empty lines are left out.</summary>
    public List<string> Push(ReadOnlySpan<char> text)
    {
        var whole = new List<string>();
        foreach (var c in text)
        {
            if (c is '\n' or '\r')
            {
                if (Rest() is { } line)
                    whole.Add(line);
            }
            else if (_line.Length < longest)
            {
                _line.Append(char.IsControl(c) ? ' ' : c);
            }
        }

        return whole;
    }

    /// <summary>The line that has begun, and forgets it; null when there is none.</summary>
    public string? Rest()
    {
        if (_line.Length == 0)
            return null;
        var line = _line.ToString();
        _line.Clear();
        return line;
    }
}
