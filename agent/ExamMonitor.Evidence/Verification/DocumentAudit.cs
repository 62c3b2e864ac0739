using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// Compares the exam schedule and the statements with what the ledger pins of them, and asks whether the note of trusted time is the
/// agent's.
/// </summary>
/// <param name="volume">Root of the volume.</param>
/// <param name="terms">What to verify against.</param>
internal sealed class DocumentAudit(string volume, VerificationTerms terms)
{
    private readonly Dictionary<string, (string Sha256, IReadOnlyDictionary<string, string> Facts)> _sets = new(StringComparer.Ordinal);
    private readonly HashSet<(string Set, string Entry)> _entered = [];
    private (string Set, string Sha256, IReadOnlyDictionary<string, string> Facts)? _newest;
    private string? _conflict;
    private readonly Dictionary<string, string> _statements = new(StringComparer.Ordinal);

    /// <summary>Takes an entry under a signed head.</summary>
    public void Take(ParsedEntry entry, long number)
    {
        if (
            entry is { Kind: LedgerEntry.FilesRestored, Facts: { } files }
            && files.GetValueOrDefault("restored")?.Split(' ').Contains(RetentionFiles.Schedule, StringComparer.Ordinal) == true
        )
            TakeRestored();
        if (entry.Facts is not { } facts || facts.GetValueOrDefault("sha256") is not { } sha256)
            return;
        if (entry.Kind == "schedule" && facts.GetValueOrDefault("set") is { } set)
        {
            // An agent that died before it noted the entry enters the import again, with the same words.
            if (!_sets.TryAdd(set, (sha256, facts)) && _sets[set].Sha256 != sha256)
                _conflict ??= set;
            _newest = (set, sha256, facts);
            _entered.Add((set, number.ToString(CultureInfo.InvariantCulture)));
        }
        else if (entry.Kind == "statement" && facts.GetValueOrDefault("path") is { } path && IsStatement(path))
        {
            _statements[path] = sha256;
        }
    }

    /// <summary>
    /// A person had the schedule written again: its newest entry is the first import of the new file, whatever stood there before.
    /// </summary>
    private void TakeRestored()
    {
        if (_newest is not var (set, sha256, facts))
            return;
        _sets.Clear();
        (_sets[set], _conflict) = ((sha256, facts), null);
    }

    /// <summary>Compares.</summary>
    public IEnumerable<VerificationFinding> Check()
    {
        if (Schedule() is { } schedule)
            yield return new(FindingKind.ScheduleChanged, RetentionFiles.Schedule, schedule);
        foreach (var (path, sha256) in _statements.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (Statement(path, sha256) is { } text)
                yield return new(FindingKind.StatementChanged, path, text);
        }

        var clock = new FileInfo(Path.Combine(volume, RetentionFiles.TrustedTime));
        if (
            PlainFiles.IsFile(volume, RetentionFiles.TrustedTime)
            && (
                clock.Length > SignedNote.MaxLength
                || !SignedNote.TryParse(File.ReadAllText(clock.FullName), out var note)
                || !IsSigned(note)
            )
        )
            yield return new(
                FindingKind.StatementChanged,
                RetentionFiles.TrustedTime,
                "The note of trusted time is not signed by the given key: somebody changed it. The agent then trusts its newest head."
            );
    }

    private string? Schedule()
    {
        if (_conflict is { } twice)
            return $"The ledger enters import {twice} twice, with different sessions.";
        if (LineFiles.Read(volume, RetentionFiles.Schedule) is not { } read)
            return _sets.Count > (IsIntended(1) ? 1 : 0)
                ? Text($"The ledger has {_sets.Count} imports, and the file is gone. Restore it from the archive tier.")
                : null;
        var (previous, sets, notes) = (
            ChainedFile.Zeros,
            new HashSet<string>(StringComparer.Ordinal),
            new HashSet<string>(StringComparer.Ordinal)
        );
        for (var i = 0; i < read.Lines.Count; i++)
        {
            try
            {
                using var json = JsonDocument.Parse(read.Lines[i]);
                if (json.RootElement.GetProperty("previous").GetString() != previous)
                    throw new FormatException("another line was here");
                if (Line(json.RootElement, sets, notes) is { } text)
                    return Text($"Line {i + 1}: {text}");
            }
            catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
            {
                return Text($"Line {i + 1} cannot be read, or does not follow from the line before: the file was changed.");
            }

            previous = LineFiles.HashOf(read.Lines[i]);
        }

        if (read.TailBytes > 0)
            return Text($"Behind line {read.Lines.Count} stand {read.TailBytes} bytes without a line feed: a line was torn or cut.");
        return sets.Count + (IsIntended(sets.Count + 1) ? 1 : 0) < _sets.Count
            ? Text(
                $"It has {sets.Count} of the {_sets.Count} imports in the ledger: somebody took lines away. Restore it from the archive tier."
            )
            : null;
    }

    /// <summary>Whether the agent died between the entry of an import and its line: its next start writes the line.</summary>
    private bool IsIntended(int number) =>
        _sets.TryGetValue(number.ToString(CultureInfo.InvariantCulture), out var known)
        && ScheduleIntent.Is(RetentionFiles.Schedule, volume, known.Facts);

    private string? Line(JsonElement line, HashSet<string> sets, HashSet<string> notes)
    {
        if (line.TryGetProperty("entered", out var note) && note.ValueKind == JsonValueKind.Object)
        {
            var of = note.GetProperty("set").GetRawText();
            if (!_entered.Contains((of, note.GetProperty("entry").GetRawText())))
                return "it names an entry of the ledger that is not that of the import.";
            return sets.Contains(of) && notes.Add(of) ? null : "it stands before its import, or a second time: somebody moved or added it.";
        }

        var set = line.GetProperty("set");
        var number = set.GetProperty("number").GetRawText();
        // Imports are numbered from 1 in the order in which they were made.
        if (!sets.Add(number))
            return "this import stands in the file a second time: somebody added it.";
        if (number != sets.Count.ToString(CultureInfo.InvariantCulture))
            return Text($"import {number} stands where import {sets.Count} is expected: somebody moved or took away lines.");
        if (!_sets.TryGetValue(number, out var known))
            return "the ledger has no signed entry of this import: somebody added it, or the agent died before it entered it.";
        var same = ScheduleIntent.Agrees(set, known.Facts);
        return same ? null : "it does not say what the ledger says of this import: somebody changed it.";
    }

    private string? Statement(string path, string sha256)
    {
        var file = new FileInfo(Path.Combine(volume, path));
        if (!PlainFiles.IsFile(volume, path))
            return "The ledger speaks of this statement, and it is gone.";
        if (file.Length > LineFiles.MaxBytes)
            return "It is not the statement that the ledger speaks of.";
        var bytes = File.ReadAllBytes(file.FullName);
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != sha256)
            return "It is not the statement that the ledger speaks of: somebody changed it.";
        var list = new FileInfo(Path.ChangeExtension(file.FullName, ".list.jsonl"));
        var pinned = Encoding.UTF8.GetString(bytes).Split('\n').FirstOrDefault(l => l.StartsWith("list ", StringComparison.Ordinal))?[5..];
        if (pinned is null)
            return null;
        return
            PlainFiles.IsFile(list.FullName)
            && list.Length <= LineFiles.MaxBytes
            && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(list.FullName))) == pinned
            ? null
            : "The list beside it is gone, or is not the one that was signed.";
    }

    private bool IsSigned(SignedNote note) =>
        note.Signatures.Any(s =>
            (terms.Origin is null || s.Name == terms.Origin)
            && (note.IsSignedBy(s.Name, terms.PublicKey) || terms.EarlierKeys.Any(k => note.IsSignedBy(s.Name, k)))
        );

    private static bool IsStatement(string path) =>
        path.StartsWith("batches/", StringComparison.Ordinal)
        && path.EndsWith(".statement", StringComparison.Ordinal)
        && path.Split('/').All(n => IdText.IsValid(n) && n is not ("." or ".."));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
