using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Verification;

/// <summary>A line of a chained file.</summary>
/// <param name="Value">What it says.</param>
/// <param name="Content">Its bytes without the link to the line before.</param>
internal sealed record ChainedLine<T>(T Value, byte[] Content);

/// <summary>What a folder's day lines and register say, and, entry by entry, what the ledger says of it.</summary>
internal sealed class FolderDetail
{
    private readonly string _volume;
    private readonly string _folder;
    private readonly ReadLines? _dayFile;
    private readonly ReadLines? _registerFile;
    private readonly SortedDictionary<long, ParsedEntry> _entries = [];
    private readonly Dictionary<string, (long Number, ParsedEntry Entry, DestructionRecord Record)> _gone = new(StringComparer.Ordinal);
    private readonly string? _dayFault;
    private readonly string? _registerFault;

    public FolderDetail(string volume, string folder)
    {
        (_volume, _folder) = (volume, folder);
        _dayFile = LineFiles.Read(volume, DayPath);
        _registerFile = LineFiles.Read(volume, RegisterPath);
        Lines = Parse<DayLine>(_dayFile, out _dayFault);
        Register = Parse<DestructionRecord>(_registerFile, out _registerFault);
    }

    /// <summary>Day lines that can be read.</summary>
    public IReadOnlyList<ChainedLine<DayLine>> Lines { get; }

    /// <summary>Register lines that can be read.</summary>
    public IReadOnlyList<ChainedLine<DestructionRecord>> Register { get; }

    /// <summary>Whether a line cannot be read or breaks the chain, or a file ends without a line feed.</summary>
    public bool IsBroken => _dayFault is not null || _registerFault is not null;

    private string DayPath => $"{_folder}/{DayLog.FileName}";

    private string RegisterPath => $"{_folder}/{DestructionLog.FileName}";

    /// <summary>Takes an entry of this folder.</summary>
    public void Take(ParsedEntry entry, long number, bool signed)
    {
        if (entry.Kind is LedgerEntry.Segment or LedgerEntry.Gap && entry.Number is { } place)
            _entries[place] = entry;
        else if (signed && entry.Kind == LedgerEntry.Destruction && DestructionRecord.Of(entry, number) is { } record)
            _gone.TryAdd(record.Path, (number, entry, record));
    }

    /// <summary>What is wrong here, as far as the entries that were taken tell.</summary>
    /// <param name="newest">Number of the camera's newest entry: a line behind it was written by an agent that died before it entered
    /// it.</param>
    public IEnumerable<VerificationFinding> Check(long newest)
    {
        if (DayFault(newest) is { } day)
            yield return new(FindingKind.DayLinesChanged, DayPath, day);
        if (RegisterFault() is { } register)
            yield return new(FindingKind.RegisterChanged, RegisterPath, register);
        foreach (var (path, gone) in _gone)
        {
            // A destruction that died before its register line left the file, too: the next sweep finishes it.
            if (!Register.Any(r => r.Value.Path == path) && _registerFault is null && !File.Exists(Path.Combine(_volume, path)))
                yield return new(
                    FindingKind.DestructionUnregistered,
                    path,
                    Text($"Entry {gone.Number} lets it go, and {RegisterPath} has no line about it: somebody took the line away.")
                );
        }
    }

    /// <summary>Whether a signed destruction speaks of a file that is still there.</summary>
    public bool IsGone(string path) => _gone.ContainsKey(path);

    private string? DayFault(long newest)
    {
        if (_dayFault is not null)
            return _dayFault;
        if (_dayFile is null && _entries.Count > 0)
            return Text(
                $"The ledger has {_entries.Count} segments and gaps of this day, and the file is gone. Make its lines again with fsck --repair."
            );
        foreach (var (line, content) in Lines)
        {
            if (!_entries.TryGetValue(line.Number, out var entry))
            {
                if (line.Number <= newest)
                    return Text($"The line of number {line.Number} has no entry in the ledger: somebody added it.");
                continue;
            }

            if (
                (entry.Line is null ? FolderAudit.LineText(line) : FolderAudit.LineText(line.Number, content))
                != FolderAudit.LineText(entry)
            )
                return Text($"The line of number {line.Number} does not say what the ledger says: somebody changed it.");
        }

        var numbers = Lines.Select(l => l.Value.Number).ToHashSet();
        var missing = _entries.Keys.Where(n => !numbers.Contains(n)).ToList();
        return missing.Count > 0
            ? Text(
                $"{missing.Count} lines are missing, the first of number {missing[0]}, which the ledger has. Make them again with fsck --repair."
            )
            : null;
    }

    private string? RegisterFault()
    {
        if (_registerFault is not null)
            return _registerFault;
        foreach (var (line, content) in Register)
        {
            if (!_gone.TryGetValue(line.Path, out var gone))
                return Text($"A line says that {line.Path} was let go, and no signed entry says so: somebody added it.");
            // Entries of older versions do not say when the register line was made.
            var told = gone.Entry.Facts!.ContainsKey("registered") ? content : FolderAudit.RegisterBytes(line with { At = gone.Record.At });
            if (!told.AsSpan().SequenceEqual(FolderAudit.RegisterBytes(gone.Record)))
                return Text($"The line about {line.Path} does not say what entry {gone.Number} says: somebody changed it.");
        }

        return Register.Select(r => r.Value.Path).Distinct(StringComparer.Ordinal).Count() < Register.Count
            ? "A segment stands in it twice."
            : null;
    }

    private static List<ChainedLine<T>> Parse<T>(ReadLines? file, out string? fault)
        where T : class
    {
        var (read, previous) = (new List<ChainedLine<T>>(), ChainedFile.Zeros);
        fault = null;
        foreach (var bytes in file?.Lines ?? [])
        {
            try
            {
                var line = JsonSerializer.Deserialize<T>(bytes.Span, ContractJson.Options) ?? throw new JsonException("null");
                if (ChainedFile.PreviousOf(bytes.Span) != previous)
                    throw new JsonException("another line was here");
                read.Add(new(line, ChainedFile.WithoutLink(bytes.Span)));
            }
            catch (Exception e)
                when (e
                        is JsonException
                            or FormatException
                            or ArgumentException
                            or InvalidOperationException
                            or NotSupportedException
                            or OverflowException
                )
            {
                fault ??= Text($"Line {read.Count + 1} cannot be read, or does not follow from the line before: the file was changed.");
            }

            previous = LineFiles.HashOf(bytes);
        }

        if (file is { TailBytes: > 0 })
            fault ??= Text($"Behind line {file.Lines.Count} stand {file.TailBytes} bytes without a line feed: a line was torn or cut.");
        return read;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
