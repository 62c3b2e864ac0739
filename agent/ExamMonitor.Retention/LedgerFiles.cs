using System.Globalization;
using System.Text;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention;

/// <summary>A file whose every line stands in the ledger.</summary>
/// <param name="Path">Relative to the volume.</param>
/// <param name="Lines">Its lines, without line feeds.</param>
internal sealed record LedgerFile(string Path, IReadOnlyList<byte[]> Lines)
{
    /// <summary>Puts the file in its place.</summary>
    public void WriteTo(IVolume volume) => ChainedFile.Replace(volume, Path, Lines.SelectMany(l => l.Append((byte)'\n')).ToArray());
}

/// <summary>What the ledger's entries say of files beside the footage. Fed with every entry in order. Not thread-safe.</summary>
internal sealed class LedgerFiles
{
    /// <summary>Kind of a change of the exam schedule; its fact <c>set</c> counts from 1.</summary>
    public const string Schedule = "schedule";

    private readonly Dictionary<string, SortedDictionary<long, (string Kind, byte[] Bytes)>> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _whole = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _registers = new(StringComparer.Ordinal);
    private readonly Queue<string> _newest = new();
    private long _sets;
    private IReadOnlyDictionary<string, string>? _newestSet;

    /// <summary>
    /// Every file that must be there: lines and hash of the last one (empty when only their number is known); 0 lines and the hash of the
    /// whole file.
    /// </summary>
    /// <param name="exists">Whether a segment's file is there. A destruction that was cut off after its entry has neither let it go nor
    /// written its line.</param>
    /// <param name="volume">Volume.</param>
    public IEnumerable<(string Path, long Lines, string Sha256)> Known(Func<string, bool> exists, IVolume volume)
    {
        var least = LeastScheduleLines(volume);
        foreach (var folder in _newest.Where(exists).Select(FolderOf))
            _registers[folder]--;
        return
        [
            .. _lines.Select(f => (f.Key, f.Value.Keys.Last(), ChainedFile.HashOf(f.Value.Values.Last().Bytes))),
            .. _whole.Select(f => (f.Key, 0L, f.Value)),
            .. _registers.Where(f => f.Value > 0).Select(f => ($"{f.Key}/{DestructionLog.FileName}", f.Value, string.Empty)),
            .. least > 0 ? [(RetentionFiles.Schedule, least, string.Empty)] : Array.Empty<(string, long, string)>(),
        ];
    }

    /// <summary>
    /// Lines that the exam schedule has at least: one for each import and one for its entry, but for the newest, which a crash may have cut
    /// off: after its line, or before it, when an intent beside the file holds it.
    /// </summary>
    public long LeastScheduleLines(IVolume volume)
    {
        if (_sets == 0)
            return 0;
        var intent = LineFile.Read(volume, RetentionFiles.Schedule + ScheduleIntent.Ending, ChainedFile.MaxBytes);
        return (2 * _sets) - (_newestSet is { } newest && ScheduleIntent.Is(intent, newest) ? 2 : 1);
    }

    /// <summary>Files whose lines are all there, of some kinds of entries.</summary>
    public IEnumerable<LedgerFile> Journals(IReadOnlySet<string> kinds) =>
        _lines
            .Where(f => f.Value.Count == f.Value.Keys.Last() && f.Value.Values.All(l => kinds.Contains(l.Kind)))
            .Select(f => new LedgerFile(f.Key, [.. f.Value.Values.Select(l => l.Bytes)]));

    /// <summary>Takes an entry.</summary>
    public void Take(ParsedEntry entry)
    {
        if (entry.Facts is not { } facts)
            return;
        if (
            PinnedLine.Kinds.Contains(entry.Kind)
            && facts.TryGetValue("file", out var file)
            && facts.TryGetValue("line", out var line)
            && Number(facts, "number") is > 0 and var number
        )
        {
            if (!_lines.TryGetValue(file, out var lines))
                _lines[file] = lines = [];
            // A number that comes twice: the first was never written to the file, or its writer was told that it failed.
            lines[number] = (entry.Kind, Encoding.UTF8.GetBytes(line));
        }
        else if (entry.Kind == "statement" && facts.TryGetValue("path", out var path) && facts.TryGetValue("sha256", out var hash))
        {
            _whole[path] = hash;
        }
        else if (
            entry.Kind == LedgerEntry.Anchor
            && facts.TryGetValue("file", out var answer)
            && facts.TryGetValue("sha256", out var stamped)
        )
        {
            _whole[$"ledger/anchors/{answer}"] = stamped;
        }
        else if (entry.Kind == LedgerEntry.Destruction && facts.TryGetValue("path", out var gone) && ArchivePath.TryParse(gone, out _))
        {
            _registers[FolderOf(gone)] = _registers.GetValueOrDefault(FolderOf(gone)) + 1;
            _newest.Enqueue(gone);
            if (_newest.Count > FootageRetention.SegmentsAtOnce)
                _newest.Dequeue();
        }
        else if (entry.Kind == Schedule && Number(facts, "set") is > 0 and var set)
        {
            (_sets, _newestSet) = (set, facts);
        }
        else if (
            entry.Kind == LedgerEntry.FilesRestored
            && facts.TryGetValue("lost", out var lost)
            && facts.TryGetValue("restored", out var restored)
        )
        {
            foreach (var given in lost.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                _whole.Remove(given);
        }
    }

    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];

    private static long Number(IReadOnlyDictionary<string, string> facts, string name) =>
        facts.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
