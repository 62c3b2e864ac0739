using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;

namespace ExamMonitor.Retention;

/// <summary>What was done about files that were gone or other than written.</summary>
/// <param name="Restored">Written again from the ledger.</param>
/// <param name="Lost">Given up by a person: the ledger holds their hash alone.</param>
/// <param name="Left">Still at fault.</param>
public sealed record FileRestoreReport(IReadOnlyList<string> Restored, IReadOnlyList<string> Lost, IReadOnlyList<FileFault> Left);

/// <summary>Writes files of the volume again from what the ledger holds of them. The agent must not run.</summary>
/// <remarks>
/// Each file stays beside the new one with the ending <c>.replaced</c> when there was one: it is evidence. The ledger gets an entry with
/// the person, the reason and every path.
/// </remarks>
internal sealed class FileRestore(ArchiveContext context, IRetentionLedger ledger, KnownFiles files)
{
    private readonly FileListSeal _seal = new(context, ledger);

    /// <summary>Restores what can be.</summary>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="acceptLost">Whether files of which the ledger holds only the hash are given up.</param>
    /// <param name="schedule">Writes the exam schedule again; null leaves it.</param>
    public FileRestoreReport Run(string by, string reason, bool acceptLost, Action? schedule)
    {
        var faults = files.Look(thorough: true).Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var (restored, lost) = (new List<string>(), new List<string>());
        var content = Read(out var registers);
        foreach (var path in faults.Order(StringComparer.Ordinal))
        {
            if (content.TryGetValue(path, out var file))
            {
                Keep(path);
                file.WriteTo(context.Volume);
                _seal.Set(path, file.Lines.Count, ChainedFile.HashOf(file.Lines[^1]));
                restored.Add(path);
            }
            else if (registers.TryGetValue(path, out var records))
            {
                Keep(path);
                context.Volume.Delete(path);
                new DestructionLog(context.Volume).Append(path[..path.LastIndexOf('/')], records);
                files.NoteLines(path);
                restored.Add(path);
            }
            else if (path == RetentionFiles.Schedule && schedule is not null)
            {
                Keep(path);
                context.Volume.Delete(path);
                schedule();
                files.NoteLines(path);
                restored.Add(path);
            }
            else if (path != RetentionFiles.Schedule && files.Foreign().Contains(path, StringComparer.Ordinal))
            {
                // The ledger never had such a file.
                Keep(path);
                _seal.Drop(path);
                restored.Add(path);
            }
            else if (acceptLost && path != RetentionFiles.Schedule)
            {
                _seal.Drop(path);
                lost.Add(path);
            }
        }

        if (restored.Count + lost.Count > 0)
            Enter(by, reason, restored, lost);
        return new(restored, lost, files.Look(thorough: true));
    }

    /// <summary>What the ledger holds: journals to the byte, registers by their entries.</summary>
    private Dictionary<string, LedgerFile> Read(out Dictionary<string, List<DestructionRecord>> registers)
    {
        var (entries, number) = (new LedgerFiles(), -1L);
        registers = new(StringComparer.Ordinal);
        foreach (var entry in ledger.ReadFrom(0))
        {
            number++;
            if (entry is null)
                continue;
            entries.Take(entry);
            if (DestructionRecord.Of(entry, number) is not { } record || !ArchivePath.TryParse(record.Path, out _))
                continue;
            var path = $"{record.Folder}/{DestructionLog.FileName}";
            if (!registers.TryGetValue(path, out var records))
                registers[path] = records = [];
            records.Add(record);
        }

        return entries.Journals(PinnedLine.Kinds).ToDictionary(f => f.Path, StringComparer.Ordinal);
    }

    private void Keep(string path)
    {
        if (context.Volume.Length(path) is null)
            return;
        context.Volume.Rename(path, path + ".replaced");
        context.Volume.FlushFolder(path[..path.LastIndexOf('/')]);
    }

    private void Enter(string by, string reason, List<string> restored, List<string> lost)
    {
        // An entry holds 64 KiB: many registers take several entries.
        foreach (var some in restored.Select(p => (p, Lost: false)).Concat(lost.Select(p => (p, Lost: true))).Chunk(200))
        {
            ledger.Append(
                LedgerEntry.FilesRestored,
                null,
                null,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["by"] = by,
                    ["reason"] = reason,
                    ["restored"] = string.Join(' ', some.Where(p => !p.Lost).Select(p => p.p)),
                    ["lost"] = string.Join(' ', some.Where(p => p.Lost).Select(p => p.p)),
                }
            );
        }

        ledger.Commit();
    }
}
