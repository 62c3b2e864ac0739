namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>
/// The last lines a child wrote to standard error, with every trace of the credentials removed before anything is kept. Thread-safe.
/// </summary>
internal sealed class ErrorLines
{
    private const int Kept = 30;
    private readonly Queue<string> _lines = new(Kept);
    private readonly Lock _gate = new();
    private readonly string[] _secrets;

    public ErrorLines(CameraCredentials? credentials) =>
        _secrets =
            credentials is null || credentials.Password.Length == 0
                ? []
                : [.. new[] { credentials.Password, Uri.EscapeDataString(credentials.Password) }.Distinct(StringComparer.Ordinal)];

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        var safe = WithoutUserInfo(line);
        foreach (var secret in _secrets)
            safe = safe.Replace(secret, "***", StringComparison.Ordinal);
        lock (_gate)
        {
            if (_lines.Count == Kept)
                _lines.Dequeue();
            _lines.Enqueue(safe);
        }
    }

    /// <summary>What is kept, oldest first.</summary>
    public IReadOnlyList<string> Snapshot()
    {
        lock (_gate)
            return [.. _lines];
    }

    /// <summary>The newest line, for a message.</summary>
    public string Last => Snapshot() is [.., var last] ? last : "ffmpeg said nothing";

    private static string WithoutUserInfo(string line)
    {
        for (var at = line.IndexOf("://", StringComparison.Ordinal); at >= 0; at = line.IndexOf("://", at + 3, StringComparison.Ordinal))
        {
            var end = line.AsSpan(at + 3).IndexOfAny(" /'\"");
            var authority = end < 0 ? line.AsSpan(at + 3) : line.AsSpan(at + 3, end);
            var sign = authority.LastIndexOf('@');
            if (sign >= 0)
                line = line.Remove(at + 3, sign + 1);
        }

        return line;
    }
}
