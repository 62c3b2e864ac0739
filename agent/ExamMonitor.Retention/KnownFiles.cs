using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention;

/// <summary>A file of the volume that is gone, or is not what was written.</summary>
/// <param name="Path">Relative to the volume.</param>
/// <param name="Text">What is wrong with it, and what to do.</param>
public sealed record FileFault(string Path, LocalText Text)
{
    /// <summary>Whether it is whole, and has lines behind those of this agent.</summary>
    public bool IsForeignLines { get; init; }
}

/// <summary>
/// Every file of the volume beside the footage that must be there: rules, sessions, holds, approvals, schedule, registers, statements, time
/// stamps, marks of the clock. Safe from any thread.
/// </summary>
/// <remarks>
/// One list for all kinds, in the index and so on another disk: path, whole lines, and the hash of the last of them (of the whole file
/// where lines are 0). A writer adds to it when its file is on the disk, so that the file is never less than the list says. A new index has
/// the list made from the ledger. A file with lines may have more: what was added and not yet listed. What the
/// ledger does not have of them is a stranger's.
/// </remarks>
internal sealed class KnownFiles(ArchiveContext context, IRetentionLedger ledger)
{
    /// <summary>Files that are read as a whole in one look; the others are asked for their length.</summary>
    private const int ReadAtOnce = 64;

    /// <summary>As many are read at the first look; a volume of years has more, which are read in turn.</summary>
    private const int ReadAtFirst = 4096;

    private readonly Lock _gate = new();
    private readonly FileListSeal _seal = new(context, ledger);
    private readonly LineVouchers _vouchers = new(ledger);
    private readonly Dictionary<string, (int Lines, string Sha256, bool Vouched)> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _noted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Length, long Lines, string Sha256)> _whole = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<FileFault> _faults = [];
    private int _turn;

    /// <summary>What the last look found; empty when all is well. While it is not empty, nothing is destroyed.</summary>
    public IReadOnlyList<FileFault> Faults => _faults;

    /// <summary>Files of which a reader found that they have lines without an entry.</summary>
    public Func<IEnumerable<string>> Foreign { get; set; } = () => [];

    /// <summary>Says that a file has lines without an entry.</summary>
    public void NoteForeign(string path)
    {
        lock (_gate)
            _noted.Add(path);
    }

    /// <summary>Lists a file as it lies there.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Note(string path)
    {
        var bytes = LineFile.Read(context.Volume, path, ChainedFile.MaxBytes);
        _seal.Set(path, 0, ChainedFile.HashOf(bytes));
    }

    /// <summary>Lists a file with chained lines as it lies there.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void NoteLines(string path)
    {
        var lines = ChainedFile.Read(context.Volume, path);
        if (lines.Count > 0)
            _seal.Set(path, lines.Count, ChainedFile.HashOf(lines[^1].Span));
    }

    /// <summary>
    /// Looks at every file: whether it is there, and not shorter than before; in turn also whether it is what was written.
    /// </summary>
    /// <param name="thorough">Whether every file is read.</param>
    public IReadOnlyList<FileFault> Look(bool thorough)
    {
        lock (_gate)
        {
            var known = context.Index.Read(q => q.RetentionFiles()).OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
            var faults = new List<FileFault>();
            var before = _faults.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
            for (var i = 0; i < known.Count; i++)
            {
                var (path, (lines, sha256)) = known[i];
                var inTurn =
                    thorough
                    || known.Count <= (_whole.Count == 0 ? ReadAtFirst : ReadAtOnce)
                    || (uint)(i - _turn) < ReadAtOnce
                    || before.Contains(path);
                if (FaultOf(path, lines, sha256, inTurn) is { } fault)
                    faults.Add(fault);
            }

            faults.AddRange(
                Foreign()
                    .Concat(_noted)
                    .Distinct(StringComparer.Ordinal)
                    .Where(p => faults.TrueForAll(f => f.Path != p) && HasMore(p, known.Find(k => k.Key == p).Value.Lines))
                    .Select(More)
            );
            _turn = _turn + ReadAtOnce < known.Count ? _turn + ReadAtOnce : 0;
            return _faults = faults;
        }
    }

    private FileFault? FaultOf(string path, long lines, string sha256, bool read)
    {
        try
        {
            if (context.Volume.Length(path) is not { } length)
                return Gone(path);
            if (
                !read
                && (!_whole.TryGetValue(path, out var seen) || (seen.Length == length && seen.Lines == lines && seen.Sha256 == sha256))
            )
                return null;
            var foreign = false;
            if (lines == 0 ? !IsWhole(path, sha256) : !HasLines(path, lines, sha256, out foreign))
                return Other(path, lines);
            if (foreign)
                return More(path);
            _whole[path] = (length, lines, sha256);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, new($"{path} cannot be read: {e.Message}", $"无法读取 {path}：{e.Message}"));
        }
    }

    private bool IsWhole(string path, string sha256)
    {
        using var stream = context.Volume.OpenRead(path);
        return stream is not null && Convert.ToHexStringLower(SHA256.HashData(stream)) == sha256;
    }

    private bool HasLines(string path, long lines, string sha256, out bool foreign)
    {
        var there = ChainedFile.Read(context.Volume, path);
        // A new index knows of some files how many lines they must have, and not the last of them.
        var has = there.Count >= lines && (sha256.Length == 0 || ChainedFile.HashOf(there[(int)lines - 1].Span) == sha256);
        foreign = has && there.Count > lines && !AreVouched(path, there, (int)lines);
        return has;
    }

    /// <summary>The ledger is asked once for each state of a file: it may have to be read from its beginning.</summary>
    private bool AreVouched(string path, IReadOnlyList<ReadOnlyMemory<byte>> lines, int listed)
    {
        var last = ChainedFile.HashOf(lines[^1].Span);
        if (_asked.TryGetValue(path, out var asked) && asked.Lines == lines.Count && asked.Sha256 == last)
            return asked.Vouched;
        var vouched = _vouchers.HasAll(path, lines, listed);
        _asked[path] = (lines.Count, last, vouched);
        return vouched;
    }

    private bool HasMore(string path, long lines)
    {
        try
        {
            return ChainedFile.Read(context.Volume, path).Count > lines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static FileFault More(string path) =>
        new(
            path,
            new(
                $"{path} on the footage volume has lines that the ledger has no entry of: somebody else wrote them. They are not obeyed, and nothing is destroyed. Stop the agent and run: exam-monitor-agent ledger restore.",
                $"录像卷上的 {path} 含有账本中没有登记的行，并非本机写入：这些行不予执行，也不销毁任何录像。请停止代理后运行：exam-monitor-agent ledger restore。"
            )
        )
        {
            IsForeignLines = true,
        };

    private static FileFault Gone(string path) =>
        new(
            path,
            new(
                $"{path} is gone from the footage volume. Nothing is destroyed and no schedule is imported until it is back: put it back from a copy, or stop the agent and run: exam-monitor-agent ledger restore.",
                $"录像卷上的 {path} 已缺失。恢复之前不销毁任何录像，也不导入考试安排：请从副本恢复，或停止代理后运行：exam-monitor-agent ledger restore。"
            )
        );

    private static FileFault Other(string path, long lines) =>
        new(
            path,
            lines == 0
                ? new(
                    $"{path} on the footage volume is not what was written. Nothing is destroyed until it is: put it back from a copy, or stop the agent and run: exam-monitor-agent ledger restore.",
                    $"录像卷上的 {path} 与写入内容不符。恢复之前不销毁任何录像：请从副本恢复，或停止代理后运行：exam-monitor-agent ledger restore。"
                )
                : new(
                    $"{path} on the footage volume has fewer lines than were written, or others. Nothing is destroyed and no schedule is imported until it is whole: put it back from a copy, or stop the agent and run: exam-monitor-agent ledger restore.",
                    $"录像卷上的 {path} 行数少于已写入的记录或内容被改动。恢复之前不销毁任何录像，也不导入考试安排：请从副本恢复，或停止代理后运行：exam-monitor-agent ledger restore。"
                )
        );
}
