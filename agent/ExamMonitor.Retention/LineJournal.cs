using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention;

/// <summary>Chained files whose every line also stands in the ledger, and whose length the index knows.</summary>
internal sealed class LineJournal(ArchiveContext context, IRetentionLedger ledger)
{
    private readonly FileListSeal _seal = new(context, ledger);
    private readonly LineVouchers _vouchers = new(ledger);
    private Dictionary<string, ILookup<long, byte[]>> _entered = [];
    private bool _isSealed;
    private long _end;

    private const string Listed = "files-listed";

    private readonly List<string> _problems = [];
    private readonly Dictionary<string, (long Lines, string Sha256)> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _doubted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _foreign = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Files with lines that the ledger has no entry of.</summary>
    public IReadOnlyCollection<string> Foreign => _foreign;

    /// <summary>Compares the index's notes with the files; makes files again from the ledger when the index is new.</summary>
    public void Open()
    {
        _problems.Clear();
        _known.Clear();
        _doubted.Clear();
        _foreign.Clear();
        _end = ledger.Size;
        if (context.Index.Read(q => q.RetentionFact("files")) is null)
            Restore(write: true);
        // An index of before this list knows of rules, sessions and holds alone.
        else if (context.Index.Read(q => q.RetentionFact(Listed)) is null)
            Restore(write: false);
        var (listed, sealedTo) = (context.Index.Read(q => q.RetentionFiles()), _seal.Read());
        _isSealed = sealedTo is not null;
        _entered = ReadEntered(sealedTo ?? 0);
        // A list that nobody sealed vouches for no line.
        foreach (var (path, known) in listed)
            _known[path] = !_isSealed && FileListSeal.IsSealed(path) ? (0, ChainedFile.Zeros) : known;
        var missing = new List<string>();
        foreach (var path in _entered.Keys)
        {
            Finish(path, listed.GetValueOrDefault(path).Lines);
            if (!TakeInEntered(path))
                missing.Add(path);
        }

        try
        {
            if (!_isSealed)
                Relist(listed);
            if (missing.Count > 0)
                _seal.Begin(sealedTo ?? 0);
            else if (sealedTo is not { } entries || entries < _end)
                _seal.Seal(_end);
            else
                _seal.Begin(entries);
            missing.ForEach(_seal.Doubt);
        }
        catch (IOException)
        {
            // The next start asks the ledger again; a full disk keeps nobody from starting.
        }
    }

    /// <summary>Lines that entries hold, by file and number; a number may come twice, when an attempt failed and was made again.</summary>
    private Dictionary<string, ILookup<long, byte[]>> ReadEntered(long from) =>
        ledger
            .ReadFrom(from)
            .Where(e => e is not null && PinnedLine.Kinds.Contains(e.Kind))
            .Select(e => PinnedLine.Of(e!))
            .OfType<PinnedLine>()
            .Where(l => FileListSeal.IsSealed(l.File) && l.File != RetentionFiles.Schedule)
            .GroupBy(l => l.File, StringComparer.Ordinal)
            .ToDictionary(
                f => f.Key,
                f => f.ToLookup(l => l.Number, l => System.Text.Encoding.UTF8.GetBytes(l.Line)),
                StringComparer.Ordinal
            );

    /// <summary>
    /// Writes lines that have an entry and do not stand in the file, because a crash came between: never less than the ledger says. A file
    /// that has fewer lines than are listed was cut, and is left for a person.
    /// </summary>
    private void Finish(string path, long listed)
    {
        try
        {
            var (there, entered) = (ChainedFile.Read(context.Volume, path), _entered[path]);
            if (there.Count < listed)
                return;
            var (previous, lines) = (there.Count == 0 ? ChainedFile.Zeros : ChainedFile.HashOf(there[^1].Span), new List<byte[]>());
            while (entered[there.Count + lines.Count + 1].LastOrDefault(l => ChainedFile.PreviousOf(l) == previous) is { } next)
            {
                lines.Add(next);
                previous = ChainedFile.HashOf(next);
            }

            if (lines.Count == 0)
                return;
            VolumeIdentity.Require(context.Volume, context.VolumeId);
            ChainedFile.Append(context.Volume, path, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads the file next finds what is wrong with it, and says so.
        }
    }

    /// <summary>
    /// Lists the lines whose row a crash took, before the seal says that everything of the ledger is listed: whoever reads the file later,
    /// this
    /// journal or another one, asks for no line of before the seal any more.
    /// </summary>
    /// <returns>Whether the file has every line that was entered; where it has not, no seal goes beyond.</returns>
    private bool TakeInEntered(string path)
    {
        try
        {
            var (lines, from) = (ChainedFile.Read(context.Volume, path), _known.GetValueOrDefault(path, (0, ChainedFile.Zeros)));
            var count = (int)from.Item1;
            if (lines.Count < count || (count > 0 && ChainedFile.HashOf(lines[count - 1].Span) != from.Item2))
                return false;
            while (count < lines.Count && _entered[path][count + 1].Any(l => lines[count].Span.SequenceEqual(l)))
                count++;
            if (count > from.Item1)
            {
                _known[path] = (count, ChainedFile.HashOf(lines[count - 1].Span));
                if (_isSealed)
                    _seal.Set(path, count, _known[path].Sha256);
            }

            return count >= _entered[path].Max(l => l.Key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads the file next finds what is wrong with it, and says so.
            return false;
        }
    }

    /// <summary>Of a list that nobody sealed, each file has as many lines as the ledger says.</summary>
    private void Relist(Dictionary<string, (long Lines, string Sha256)> listed)
    {
        foreach (var (path, lines) in _entered)
        {
            var (most, known) = (lines.Max(l => l.Key), listed.GetValueOrDefault(path));
            if (known.Lines != most || !lines[most].Any(l => ChainedFile.HashOf(l) == known.Sha256))
                _seal.Set(path, most, ChainedFile.HashOf(lines[most].Last()));
        }

        foreach (var path in listed.Keys.Where(p => FileListSeal.IsSealed(p) && p != RetentionFiles.Schedule && !_entered.ContainsKey(p)))
            _seal.Drop(path);
        var files = new LedgerFiles();
        foreach (
            var entry in ledger.ReadFrom(0).OfType<ParsedEntry>().Where(e => e.Kind is LedgerFiles.Schedule or LedgerEntry.FilesRestored)
        )
            files.Take(entry);
        if (files.LeastScheduleLines(context.Volume) is var least && listed.GetValueOrDefault(RetentionFiles.Schedule).Lines < least)
            _seal.Set(RetentionFiles.Schedule, least, string.Empty);
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

    /// <summary>
    /// The lines of a file; null, with a problem noted, when it cannot be read, or has fewer lines than were written, or more than were
    /// entered.
    /// </summary>
    public IReadOnlyList<T>? Read<T>(string path)
        where T : class
    {
        try
        {
            var lines = ChainedFile.Read(context.Volume, path);
            if (
                _known.TryGetValue(path, out var known)
                && (lines.Count < known.Lines || (known.Lines > 0 && ChainedFile.HashOf(lines[(int)known.Lines - 1].Span) != known.Sha256))
            )
                return Note<T>(path, $"It has {lines.Count} of the {known.Lines} lines that were written, or others.");
            if (lines.Count > known.Lines && !TakeIn(path, lines, (int)known.Lines))
                return Note<T>(path, $"It has {lines.Count} lines; the ledger has no entry of the last: somebody else wrote it.");
            _known[path] = (lines.Count, lines.Count == 0 ? ChainedFile.Zeros : ChainedFile.HashOf(lines[^1].Span));
            return [.. lines.Select(l => ChainedFile.Parse<T>(l, path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Note<T>(path, e.Message);
        }
    }

    /// <summary>
    /// An entry comes before its line: a line behind those that the index lists is a crash's when the ledger has it, and a stranger's when
    /// it does not.
    /// </summary>
    private bool TakeIn(string path, IReadOnlyList<ReadOnlyMemory<byte>> lines, int from)
    {
        var entered = _entered.GetValueOrDefault(path);
        var missing = Enumerable
            .Range(from + 1, lines.Count - from)
            .Where(n => entered?[n].Any(l => lines[n - 1].Span.SequenceEqual(l)) != true)
            .ToList();
        // A file that a sealed list does not have is asked for in the whole ledger.
        if (!_vouchers.HasLines(path, lines, missing, _isSealed && from == 0 ? 0 : _end))
        {
            _foreign.Add(path);
            return false;
        }

        _seal.Set(path, lines.Count, ChainedFile.HashOf(lines[^1].Span));
        return true;
    }

    /// <summary>Notes that a file cannot be used.</summary>
    public void Note(string path, string problem) => _problems.Add($"{path}: {problem}");

    /// <summary>
    /// Appends lines: ledger, file, index. What an attempt that failed left in the file is taken back by the next one: its lines do not
    /// count, and would break the chain.
    /// </summary>
    /// <exception cref="IOException">It is not known whether they stand there; memory must not count them.</exception>
    public void Append<T>(string kind, RoomId? room, string path, IReadOnlyList<T> contents)
    {
        try
        {
            AppendOnce(kind, room, path, contents);
        }
        catch (Exception e) when (e is IOException && context.Reserve.NoteFailure(e))
        {
            // The disk is full, and gave room for what must be written all the same.
            AppendOnce(kind, room, path, contents);
        }
    }

    private void AppendOnce<T>(string kind, RoomId? room, string path, IReadOnlyList<T> contents)
    {
        lock (_seal.Gate)
            AppendGated(kind, room, path, contents);
    }

    private void AppendGated<T>(string kind, RoomId? room, string path, IReadOnlyList<T> contents)
    {
        VolumeIdentity.Require(context.Volume, context.VolumeId);
        var (count, previous) = _known.TryGetValue(path, out var known) ? known : (0, ChainedFile.Zeros);
        var failedBefore = !_doubted.Add(path);
        _seal.Doubt(path);
        var lines = new List<byte[]>();
        foreach (var content in contents)
        {
            lines.Add(ChainedFile.Format(content, previous));
            previous = ChainedFile.HashOf(lines[^1]);
            ledger.Append(
                kind,
                room,
                null,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["file"] = path,
                    ["number"] = (count + lines.Count).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    ["line"] = System.Text.Encoding.UTF8.GetString(lines[^1]),
                }
            );
        }

        ledger.Commit();
        ChainedFile.Append(context.Volume, path, lines, failedBefore ? count : null);
        _seal.Set(path, count + lines.Count, previous);
        _seal.Settle(path);
        _known[path] = (count + lines.Count, previous);
        _doubted.Remove(path);
    }

    private T[]? Note<T>(string path, string problem)
    {
        Note(path, problem);
        return null;
    }

    /// <summary>
    /// Lists every file that the ledger knows, and writes those whose lines it holds, where what lies there is less or other.
    /// </summary>
    private void Restore(bool write)
    {
        var files = new LedgerFiles();
        var number = -1L;
        var destroyed = new List<DestructionRecord>();
        foreach (var entry in ledger.ReadFrom(0))
        {
            number++;
            if (entry is null)
                continue;
            if (write && DestructionRecord.Of(entry, number) is { } record)
                Enter(destroyed, record);
            files.Take(entry);
        }

        if (write)
            files.Journals(PinnedLine.Kinds).Where(f => !IsThere(f.Path, f.Lines)).ToList().ForEach(f => f.WriteTo(context.Volume));
        context.Index.Write(t =>
        {
            foreach (var record in destroyed)
                t.AddDestruction(record);
            var known = t.Queries.RetentionFiles();
            foreach (
                var (path, lines, sha256) in files
                    .Known(p => context.Volume.Length(p) is not null, context.Volume)
                    .Where(f => write || !known.ContainsKey(f.Path))
            )
                t.SetRetentionFile(path, lines, sha256);
            t.SetRetentionFact("files", "known");
            t.SetRetentionFact(Listed, "yes");
        });
    }

    private void Enter(List<DestructionRecord> destroyed, DestructionRecord record)
    {
        destroyed.Add(record);
        if (destroyed.Count < 10_000)
            return;
        context.Index.Write(t => destroyed.ForEach(t.AddDestruction));
        destroyed.Clear();
    }

    private bool IsThere(string path, IReadOnlyList<byte[]> lines)
    {
        try
        {
            var there = ChainedFile.Read(context.Volume, path);
            return there.Count >= lines.Count && there[lines.Count - 1].Span.SequenceEqual(lines[^1]);
        }
        catch (RetentionException)
        {
            return false;
        }
    }
}
