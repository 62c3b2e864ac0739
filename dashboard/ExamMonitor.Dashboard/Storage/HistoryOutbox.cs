using System.Globalization;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>Facts that wait on disk while the database is away: one JSON line each, in the order in which they came. Thread safe.</summary>
/// <remarks>
/// A line is flushed to the disk before <see cref="Append"/> returns. What was taken into the database is marked in a file beside it; a
/// crash between the two repeats at most one batch, and repeated facts change nothing but for acts, of which a copy more is no lie.
/// </remarks>
internal sealed class HistoryOutbox
{
    /// <summary>Most bytes that wait; what comes then is counted as lost.</summary>
    public const long MostBytes = 256L << 20;

    private const string FileName = "history-outbox.jsonl";
    private readonly string _path;
    private readonly string _markPath;
    private readonly Lock _gate = new();
    private long _taken;
    private long _waiting;

    /// <summary>Opens the files of a data folder, or begins them.</summary>
    public HistoryOutbox(string folder)
    {
        _path = Path.Combine(folder, FileName);
        _markPath = _path + ".taken";
        if (!File.Exists(_path))
            return;
        using (var file = Open())
            EndTornLine(file);
        var isMarked =
            File.Exists(_markPath)
            && long.TryParse(File.ReadAllText(_markPath), NumberStyles.None, CultureInfo.InvariantCulture, out _taken);
        if (!isMarked || _taken > new FileInfo(_path).Length)
            _taken = 0;
        _waiting = Lines(int.MaxValue).Count();
    }

    /// <summary>Facts that wait.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Puts facts at the end.</summary>
    /// <returns>False when it is full: nothing of them is kept.</returns>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public bool Append(IReadOnlyCollection<HistoryFact> facts)
    {
        var text = new StringBuilder();
        foreach (var fact in facts)
            text.Append(JsonSerializer.Serialize(fact, ContractJson.Options)).Append('\n');
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        lock (_gate)
        {
            if (!File.Exists(_path))
                PrivateFiles.Touch(_path);
            using var file = Open();
            if (file.Length + bytes.Length > MostBytes)
                return false;
            EndTornLine(file);
            file.Write(bytes);
            DiskFlush.File(file);
            _waiting += facts.Count;
        }

        return true;
    }

    /// <summary>The oldest facts that wait, and where they end. A line that a crash cut short is passed over.</summary>
    public (IReadOnlyList<HistoryFact> Facts, long End, int Lines) Oldest(int most)
    {
        lock (_gate)
        {
            var lines = Lines(most).ToList();
            return ([.. lines.Select(l => Parse(l.Text)).OfType<HistoryFact>()], lines.Count > 0 ? lines[^1].End : _taken, lines.Count);
        }
    }

    /// <summary>Marks what <see cref="Oldest"/> gave as taken into the database.</summary>
    public void Take(long end, int lines)
    {
        lock (_gate)
        {
            _taken = end;
            _waiting = Math.Max(0, _waiting - lines);
            if (_taken >= new FileInfo(_path).Length)
            {
                File.Delete(_path);
                File.Delete(_markPath);
                (_taken, _waiting) = (0, 0);
            }
            else
            {
                PrivateFiles.Write(_markPath, end.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private FileStream Open() => new(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);

    /// <summary>
    /// Ends a line that a crash or a full disk tore: what comes next would hang on to it, and be lost with it. Leaves the file at its end.
    /// </summary>
    private static void EndTornLine(FileStream file)
    {
        if (file.Length == 0)
            return;
        file.Position = file.Length - 1;
        if (file.ReadByte() == '\n')
            return;
        file.WriteByte((byte)'\n');
        DiskFlush.File(file);
    }

    private static HistoryFact? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<HistoryFact>(line, ContractJson.Options);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException)
        {
            return null;
        }
    }

    private IEnumerable<(string Text, long End)> Lines(int most)
    {
        if (!File.Exists(_path))
            yield break;
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _taken;
        var line = new List<byte>(512);
        var buffer = new byte[64 << 10];
        var at = _taken;
        for (int read; (read = file.Read(buffer)) > 0; )
        {
            for (var i = 0; i < read; i++)
            {
                at++;
                if (buffer[i] != (byte)'\n')
                {
                    line.Add(buffer[i]);
                    continue;
                }

                yield return (Encoding.UTF8.GetString([.. line]), at);
                line.Clear();
                if (--most == 0)
                    yield break;
            }
        }
    }
}
