namespace ExamMonitor.Packs.Verification;

/// <summary>Which names a file of a pack may have: nothing that could lead out of the folder into which a person unpacks it.</summary>
internal static class PackNames
{
    private const int Longest = 300;
    private const int Deepest = 12;

    /// <summary>What is wrong with a name; null for nothing.</summary>
    public static string? Fault(string name)
    {
        if (name.Length is 0 or > Longest) return "its name is empty or too long";
        if (name.Any(c => c is < ' ' or '\\' or ':' or '\u007f' or '\ufffd' or '*' or '?' or '"' or '<' or '>' or '|')) return "its name holds a character that no name of a pack holds";
        var parts = name.Split('/');
        if (parts.Length > Deepest) return "it lies too deep";
        return parts.Any(p => p.Length == 0 || p is "." or ".." || p.EndsWith(' ') || p.EndsWith('.'))
            ? "its name would lead to another place" : null;
    }
}
