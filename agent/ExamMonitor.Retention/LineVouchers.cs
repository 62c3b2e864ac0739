using System.Text;
using System.Text.Json;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Verification;

namespace ExamMonitor.Retention;

/// <summary>Asks the ledger whether lines of a file beside the footage were written by this agent. Safe from any thread.</summary>
/// <remarks>
/// An entry comes before its line in every such file, so that a line without one is a stranger's, whenever it is looked at.
/// </remarks>
/// <param name="ledger">Ledger.</param>
internal sealed class LineVouchers(IRetentionLedger ledger)
{
    /// <summary>
    /// Whether the ledger speaks of every line behind the first <paramref name="from"/>. It may be read from its beginning.
    /// </summary>
    /// <param name="path">File.</param>
    /// <param name="lines">All its lines.</param>
    /// <param name="from">Lines that are vouched for already.</param>
    public bool HasAll(string path, IReadOnlyList<ReadOnlyMemory<byte>> lines, int from)
    {
        if (path == RetentionFiles.Schedule)
            return HasSets(lines.Skip(from));
        return path.EndsWith("/" + DestructionLog.FileName, StringComparison.Ordinal)
            ? lines.Skip(from).All(HasRecord)
            : HasLines(path, lines, Enumerable.Range(from + 1, lines.Count - from), 0);
    }

    /// <summary>Whether entries from a number on hold lines of a journal.</summary>
    /// <param name="path">File.</param>
    /// <param name="lines">All its lines.</param>
    /// <param name="numbers">Numbers of the lines that are asked for, from 1.</param>
    /// <param name="entry">First entry that is asked.</param>
    public bool HasLines(string path, IReadOnlyList<ReadOnlyMemory<byte>> lines, IEnumerable<int> numbers, long entry)
    {
        var missing = numbers.ToHashSet();
        if (missing.Count == 0)
            return true;
        foreach (var line in ledger.ReadFrom(entry).Where(e => e is not null).Select(e => PinnedLine.Of(e!)).OfType<PinnedLine>())
        {
            if (
                line.File == path
                && line.Number <= lines.Count
                && lines[(int)line.Number - 1].Span.SequenceEqual(Encoding.UTF8.GetBytes(line.Line))
            )
                missing.Remove((int)line.Number);
            if (missing.Count == 0)
                return true;
        }

        return false;
    }

    /// <summary>A line of a register says which entry it is of.</summary>
    private bool HasRecord(ReadOnlyMemory<byte> line)
    {
        try
        {
            var record = ChainedFile.Parse<DestructionRecord>(line, DestructionLog.FileName);
            return IsEntered(record, ledger);
        }
        catch (RetentionException)
        {
            return false;
        }
    }

    /// <summary>Whether the ledger has a record's entry where the record says, to the byte.</summary>
    public static bool IsEntered(DestructionRecord record, IRetentionLedger ledger) =>
        record.Ledger >= 0
        && record.Ledger < ledger.Size
        && ledger.ReadFrom(record.Ledger).First() is { } entry
        && DestructionRecord.Of(entry, record.Ledger) is { } known
        && FolderAudit.RegisterBytes(known).AsSpan().SequenceEqual(FolderAudit.RegisterBytes(record));

    private bool HasSets(IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        var sets = new List<JsonElement>();
        foreach (var line in lines)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                if (root.TryGetProperty("set", out var set) && set.ValueKind == JsonValueKind.Object)
                    sets.Add(set.Clone());
                else if (!root.TryGetProperty("entered", out var note) || !IsNote(note))
                    return false;
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                return false;
            }
        }

        if (sets.Count == 0)
            return true;
        foreach (var entry in ledger.ReadFrom(0))
        {
            if (entry is { Kind: LedgerFiles.Schedule, Facts: { } facts })
                sets.RemoveAll(s => Agrees(s, facts));
            if (sets.Count == 0)
                return true;
        }

        return false;
    }

    private bool IsNote(JsonElement note)
    {
        var number = note.GetProperty("entry").GetInt64();
        return number >= 0
            && number < ledger.Size
            && ledger.ReadFrom(number).First() is { Kind: LedgerFiles.Schedule, Facts: { } facts }
            && facts.GetValueOrDefault("set") == note.GetProperty("set").GetRawText();
    }

    private static bool Agrees(JsonElement set, IReadOnlyDictionary<string, string> facts)
    {
        try
        {
            return ScheduleIntent.Agrees(set, facts);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
