using System.Globalization;
using System.Text;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// Compares rules, sessions, holds and approvals, whose every line stands whole in the ledger, byte by byte with what lies on the volume.
/// </summary>
/// <param name="volume">Root of the volume.</param>
internal sealed class JournalAudit(string volume)
{
    private readonly Dictionary<string, SortedDictionary<long, string>> _files = new(StringComparer.Ordinal);

    /// <summary>Takes an entry under a signed head. When two have the same file and number, the later counts.</summary>
    public void Take(ParsedEntry entry)
    {
        if (PinnedLine.Of(entry) is not { } line || KindOf(line.File) is null)
            return;
        if (!_files.TryGetValue(line.File, out var lines))
            _files[line.File] = lines = [];
        lines[line.Number] = ChainedFile.HashOf(Encoding.UTF8.GetBytes(line.Line));
    }

    /// <summary>Compares; one finding per file.</summary>
    public IEnumerable<VerificationFinding> Check()
    {
        foreach (var file in _files.Keys.Concat(OnVolume()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (KindOf(file) is { } kind && Compare(file) is { } text)
                yield return new(kind, file, text);
        }
    }

    private string? Compare(string file)
    {
        var known = _files.TryGetValue(file, out var lines) ? lines : [];
        if (LineFiles.Read(volume, file) is not { } read)
            return Text($"The ledger has its {known.Count} lines, and the file is gone. Make it again with reindex.");
        for (var i = 0; i < read.Lines.Count; i++)
        {
            if (!known.TryGetValue(i + 1, out var hash))
                return Text($"Line {i + 1} is not in the ledger under a signed head: somebody added it.");
            if (hash != LineFiles.HashOf(read.Lines[i]))
                return Text($"Line {i + 1} is not the one in the ledger: somebody changed it. Make the file again with reindex.");
        }

        if (read.TailBytes > 0)
            return Text($"Behind line {read.Lines.Count} stand {read.TailBytes} bytes without a line feed: a line was torn or cut.");
        return read.Lines.Count < known.Count
            ? Text(
                $"It has {read.Lines.Count} of the {known.Count} lines in the ledger: somebody took lines away, or the agent died before it wrote them. Make it again with reindex."
            )
            : null;
    }

    private IEnumerable<string> OnVolume()
    {
        foreach (var file in new[] { RetentionFiles.Rules, RetentionFiles.Holds, RetentionFiles.Approvals, RetentionFiles.ClockMarks })
        {
            if (PlainFiles.IsFile(volume, file))
                yield return file;
        }

        var batches = Path.Combine(volume, "batches");
        if (!PlainFiles.IsFolder(batches))
            yield break;
        foreach (var file in PlainFiles.FilesBelow(batches, "sessions.jsonl"))
            yield return Path.GetRelativePath(volume, file).Replace('\\', '/');
    }

    /// <summary>Null for a path that no such file has: an entry may name anything.</summary>
    private static FindingKind? KindOf(string file) =>
        file switch
        {
            RetentionFiles.Rules => FindingKind.RulesChanged,
            RetentionFiles.Holds => FindingKind.HoldsChanged,
            RetentionFiles.ClockMarks => FindingKind.ClockMarksChanged,
            RetentionFiles.Approvals => FindingKind.ApprovalsChanged,
            _ when file.StartsWith("batches/", StringComparison.Ordinal)
                    && file.EndsWith("/sessions.jsonl", StringComparison.Ordinal)
                    && file.Split('/').All(IsName) => FindingKind.SessionsChanged,
            _ => null,
        };

    private static bool IsName(string name) => ExamMonitor.Contracts.IdText.IsValid(name) && name is not ("." or "..");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
