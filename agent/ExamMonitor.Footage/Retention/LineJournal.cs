using ExamMonitor.Contracts;
using ExamMonitor.Footage.Index;
using ExamMonitor.Footage.Ledger;
using ExamMonitor.Footage.Volumes;

namespace ExamMonitor.Footage.Retention;

/// <summary>Chained files whose every line also stands in the ledger, and whose length the index knows.</summary>
internal sealed class LineJournal(ArchiveContext context, IRetentionLedger ledger)
{
    /// <summary>Kinds of ledger entries that carry a line.</summary>
    internal static readonly HashSet<string> Kinds = new(["retention-rules", "session", "hold-placed", "hold-lifted", "destruction-proposed", "destruction-approved", "destruction-closed"], StringComparer.Ordinal);

    private readonly List<string> _problems = [];
    private readonly Dictionary<string, (long Lines, string Sha256)> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _doubted = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Compares the index's notes with the files; makes files again from the ledger when the index is new.</summary>
    public void Open()
    {
        _problems.Clear();
        _known.Clear();
        _doubted.Clear();
        if (context.Index.Read(q => q.RetentionFact("files")) is null) Restore();
        foreach (var (path, known) in context.Index.Read(q => q.RetentionFiles())) _known[path] = known;
    }

    /// <summary>Paths of known files, and of files that lie in the batches' folders.</summary>
    public IReadOnlyList<string> Paths(Func<string, bool> which)
    {
        var found = new SortedSet<string>(_known.Keys, StringComparer.Ordinal);
        foreach (var year in context.Volume.Folders("batches"))
        {
            foreach (var batch in context.Volume.Folders($"batches/{year}"))
                found.UnionWith(context.Volume.Files($"batches/{year}/{batch}").Select(f => $"batches/{year}/{batch}/{f}"));
        }

        return [.. found.Where(which)];
    }

    /// <summary>The lines of a file; null, with a problem noted, when it cannot be read or has fewer lines than were written.</summary>
    public IReadOnlyList<T>? Read<T>(string path)
        where T : class
    {
        try
        {
            var lines = ChainedFile.Read(context.Volume, path);
            if (_known.TryGetValue(path, out var known) && (lines.Count < known.Lines || (known.Lines > 0 && ChainedFile.HashOf(lines[(int)known.Lines - 1].Span) != known.Sha256)))
                return Note<T>(path, $"It has {lines.Count} of the {known.Lines} lines that were written, or others.");
            _known[path] = (lines.Count, lines.Count == 0 ? ChainedFile.Zeros : ChainedFile.HashOf(lines[^1].Span));
            return [.. lines.Select(l => ChainedFile.Parse<T>(l, path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Note<T>(path, e.Message);
        }
    }

    /// <summary>Notes that a file cannot be used.</summary>
    public void Note(string path, string problem) => _problems.Add($"{path}: {problem}");

    /// <summary>Appends lines: ledger, file, index. What an attempt that failed left in the file is taken back by the next one: its lines do not count, and would break the chain.</summary>
    /// <exception cref="IOException">It is not known whether they stand there; memory must not count them.</exception>
    public void Append<T>(string kind, RoomId? room, string path, IReadOnlyList<T> contents)
    {
        VolumeIdentity.Require(context.Volume, context.VolumeId);
        var (count, previous) = _known.TryGetValue(path, out var known) ? known : (0, ChainedFile.Zeros);
        var failedBefore = !_doubted.Add(path);
        var lines = new List<byte[]>();
        foreach (var content in contents)
        {
            lines.Add(ChainedFile.Format(content, previous));
            previous = ChainedFile.HashOf(lines[^1]);
            ledger.Append(kind, room, null, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["file"] = path,
                ["number"] = (count + lines.Count).ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["line"] = System.Text.Encoding.UTF8.GetString(lines[^1]),
            });
        }

        ledger.Commit();
        ChainedFile.Append(context.Volume, path, lines, failedBefore ? count : null);
        context.Index.Write(t => t.SetRetentionFile(path, count + lines.Count, previous));
        _known[path] = (count + lines.Count, previous);
        _doubted.Remove(path);
    }

    private T[]? Note<T>(string path, string problem)
    {
        Note(path, problem);
        return null;
    }

    /// <summary>Writes each file as the ledger has it, when what lies there is less or other.</summary>
    private void Restore()
    {
        var files = new Dictionary<string, SortedDictionary<long, byte[]>>(StringComparer.Ordinal);
        var number = -1L;
        var destroyed = new List<DestructionRecord>();
        foreach (var entry in ledger.ReadFrom(0))
        {
            number++;
            if (entry is not null && DestructionRecord.Of(entry, number) is { } record) Enter(destroyed, record);
            if (entry is null || !Kinds.Contains(entry.Kind) || LineOf(entry) is not { } line) continue;
            if (!files.TryGetValue(line.Path, out var lines)) files[line.Path] = lines = [];
            // A number that comes twice: the first was never written to the file, or its writer was told that it failed.
            lines[line.Number] = line.Bytes;
        }

        foreach (var (path, lines) in files)
        {
            if (lines.Count == lines.Keys.Last() && !IsThere(path, lines)) ChainedFile.Replace(context.Volume, path, lines.Values.SelectMany(l => l.Append((byte)'\n')).ToArray());
        }

        context.Index.Write(t =>
        {
            foreach (var record in destroyed) t.AddDestruction(record);
            foreach (var (path, lines) in files) t.SetRetentionFile(path, lines.Keys.Last(), ChainedFile.HashOf(lines.Values.Last()));
            t.SetRetentionFact("files", "known");
        });
    }

    private void Enter(List<DestructionRecord> destroyed, DestructionRecord record)
    {
        destroyed.Add(record);
        if (destroyed.Count < 10_000) return;
        context.Index.Write(t => destroyed.ForEach(t.AddDestruction));
        destroyed.Clear();
    }

    private bool IsThere(string path, SortedDictionary<long, byte[]> lines)
    {
        try
        {
            var there = ChainedFile.Read(context.Volume, path);
            return there.Count >= lines.Count && there[lines.Count - 1].Span.SequenceEqual(lines[lines.Count]);
        }
        catch (RetentionException)
        {
            return false;
        }
    }

    private static (string Path, long Number, byte[] Bytes)? LineOf(ParsedEntry entry) =>
        entry.Facts is { } facts && facts.TryGetValue("file", out var path) && facts.TryGetValue("number", out var number) && facts.TryGetValue("line", out var line)
            && long.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var n) && n > 0
            ? (path, n, System.Text.Encoding.UTF8.GetBytes(line))
            : null;
}
