using System.Security.Cryptography;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention.Scrubbing;

/// <summary>Tells whether a segment's line in its <c>day.jsonl</c> is the one that was written.</summary>
/// <remarks>Remembers the files read last, one for each camera of a large site. Not thread-safe.</remarks>
/// <param name="volume">Volume.</param>
internal sealed class DayLineReader(IVolume volume)
{
    private const int Remembered = 96;
    private readonly Dictionary<string, Day> _days = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Whether the line is there, links to the line before, and says what the index says.</summary>
    public bool Fits(StoredSegment segment)
    {
        var slash = segment.Path.LastIndexOf('/');
        return Find(segment.Path[..slash]).TryGetValue(segment.Path[(slash + 1)..], out var line)
            && line is { } found
            && found.Number == segment.Number
            && found.Bytes == segment.SizeBytes
            && found.Start == segment.StartUtc
            && found.End == segment.EndUtc
            && string.Equals(found.Sha256, Convert.ToHexStringLower(segment.Sha256.Span), StringComparison.Ordinal);
    }

    private Dictionary<string, DayLine?> Find(string folder)
    {
        var path = $"{folder}/{DayLog.FileName}";
        var length = volume.Length(path) ?? 0;
        if (_days.TryGetValue(folder, out var day) && day.Length == length)
            return day.Lines;
        if (!_days.ContainsKey(folder))
            _order.Enqueue(folder);
        if (_order.Count > Remembered)
            _days.Remove(_order.Dequeue());
        _days[folder] = new(length, Read(path));
        return _days[folder].Lines;
    }

    /// <summary>Lines by file; null for one that breaks the chain.</summary>
    private Dictionary<string, DayLine?> Read(string path)
    {
        var lines = new Dictionary<string, DayLine?>(StringComparer.Ordinal);
        var previous = new string('0', 64);
        try
        {
            foreach (var (_, bytes) in DayLog.ReadLines(volume, path))
            {
                var line = DayLog.TryParse(bytes.Span);
                if (line?.File is { } file)
                    lines[file] = line.Previous == previous ? line with { Fragments = null } : null;
                previous = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that cannot be read has no lines.
            lines.Clear();
        }

        return lines;
    }

    private sealed record Day(long Length, Dictionary<string, DayLine?> Lines);
}
