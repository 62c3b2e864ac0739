using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention;

/// <summary>
/// Signs what the index lists of files whose lines are obeyed, so that a list which somebody else wrote vouches for nothing. Safe from any
/// thread.
/// </summary>
/// <remarks>
/// The seal is a note under the ledger's key over those rows and over a number of entries: every line that the ledger has below it is
/// listed. It is written in the transaction that changes a row. A start asks the ledger alone about entries behind that number; without a
/// seal that fits, about all of them. So a list that was set back is found by the entries behind its number, and one that was edited says
/// nothing at all.
/// </remarks>
/// <param name="context">Context.</param>
/// <param name="ledger">Ledger.</param>
internal sealed class FileListSeal(ArchiveContext context, IRetentionLedger ledger)
{
    private const string Fact = "files-seal";
    private const string FirstLine = "exam-monitor/files-listed/1";

    private static readonly ConditionalWeakTable<FootageIndex, SealState> States = [];

    /// <summary>One for all who write to an index.</summary>
    private readonly SealState _state = States.GetOrCreateValue(context.Index);

    /// <summary>Held from the entry of a line to its row, so that no seal speaks of an entry whose row is missing.</summary>
    public Lock Gate => _state.Gate;

    /// <summary>Whether a file's lines are obeyed, so that its row is sealed.</summary>
    public static bool IsSealed(string path) =>
        path
            is RetentionFiles.Rules
                or RetentionFiles.Holds
                or RetentionFiles.Approvals
                or RetentionFiles.ClockMarks
                or RetentionFiles.Schedule
        || IsSessions(path);

    /// <summary>Whether it is a file of sessions of a batch.</summary>
    public static bool IsSessions(string path) =>
        path.StartsWith("batches/", StringComparison.Ordinal) && path.EndsWith("/sessions.jsonl", StringComparison.Ordinal);

    /// <summary>Entries below which every line is listed; null when the list is not the one that was sealed.</summary>
    public long? Read() =>
        context.Index.Read(q =>
            q.RetentionFact(Fact) is { } text
            && SignedNote.TryParse(text, out var note)
            && ledger.IsSigned(note)
            && note.Text.Split('\n') is [FirstLine, var number, var digest, ""]
            && digest == DigestOf(q)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var entries)
                ? (long?)Math.Min(entries, ledger.Size)
                : null
        );

    /// <summary>Lists a file, and seals the list.</summary>
    public void Set(string path, long lines, string sha256) => Write(t => t.SetRetentionFile(path, lines, sha256), IsSealed(path));

    /// <summary>Takes a file out of the list.</summary>
    public void Drop(string path) => Write(t => t.DropRetentionFile(path), IsSealed(path));

    /// <summary>Seals the list as it is: every line below so many entries is in it.</summary>
    public void Seal(long entries)
    {
        lock (Gate)
        {
            context.Index.Write(t => Seal(t, entries));
            _state.Entries = entries;
        }
    }

    /// <summary>Goes on with the seal that fits.</summary>
    public void Begin(long entries)
    {
        lock (Gate)
            _state.Entries = entries;
    }

    /// <summary>Says that entries were made whose lines may not be written; until <see cref="Settle"/> no seal goes beyond them.</summary>
    public void Doubt(string path)
    {
        lock (Gate)
            _state.Doubted.Add(path);
    }

    /// <summary>Says that a file's lines are those of its entries.</summary>
    public void Settle(string path)
    {
        lock (Gate)
            _state.Doubted.Remove(path);
    }

    /// <summary>
    /// Moves the seal to the newest signed head; to be called about once a minute, so that a start has few entries to ask.
    /// </summary>
    public void Advance()
    {
        lock (Gate)
        {
            if (
                _state.Doubted.Count > 0
                || _state.Entries is not { } sealedTo
                || ledger.SignedHead is not var (size, _)
                || size <= sealedTo
            )
                return;
            Seal(size);
        }
    }

    private void Write(Action<IndexTransaction> change, bool isSealed)
    {
        lock (Gate)
        {
            context.Index.Write(t =>
            {
                change(t);
                // Before a start has looked at the list it is not known what it is worth.
                if (isSealed && _state.Entries is { } entries)
                    Seal(t, entries);
            });
        }
    }

    private void Seal(IndexTransaction transaction, long entries) =>
        transaction.SetRetentionFact(
            Fact,
            ledger.SignNote(string.Create(CultureInfo.InvariantCulture, $"{FirstLine}\n{entries}\n{DigestOf(transaction.Queries)}\n"))
        );

    private static string DigestOf(IndexQueries queries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (
            var (path, (lines, sha256)) in queries.RetentionFiles().Where(f => IsSealed(f.Key)).OrderBy(f => f.Key, StringComparer.Ordinal)
        )
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{path} {lines} {sha256}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class SealState
    {
        public Lock Gate { get; } = new();

        /// <summary>Files with an attempt that failed between entry and row.</summary>
        public HashSet<string> Doubted { get; } = new(StringComparer.Ordinal);

        /// <summary>What the seal says; null before a start has looked at the list.</summary>
        public long? Entries { get; set; }
    }
}
