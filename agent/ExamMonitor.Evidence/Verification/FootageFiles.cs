using System.Buffers;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Reads every segment file once, and judges each by what the ledger says of it.</summary>
/// <param name="volume">Root of the volume.</param>
/// <param name="evidence">What the ledger says.</param>
/// <param name="progress">Told about once per file; null for nobody.</param>
internal sealed class FootageFiles(string volume, EvidenceAudit evidence, IProgress<VerificationProgress>? progress)
{
    private const int BufferSize = 1 << 20;

    /// <summary>A segment lasts minutes; none is larger than this.</summary>
    private const long MostBytes = 4L << 30;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TreeHash Hash, long SizeBytes)> _wrong = new(StringComparer.Ordinal);

    /// <summary>Segments whose content was compared.</summary>
    public int Files { get; private set; }

    /// <summary>Bytes hashed.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether an entry or a head that a working agent is about to write may answer for a file.</summary>
    public bool HasOpenQuestions => evidence.Added.Count > 0 || evidence.Excused.Count > 0 || Unknown.Any();

    /// <summary>Paths of files that no held segment has.</summary>
    public IEnumerable<string> Unknown => _wrong.Keys.Where(p => !evidence.Segments.ContainsKey(p));

    /// <summary>Hashes every file that lies there, and was not hashed before.</summary>
    public void Read(CancellationToken cancellationToken)
    {
        var total = evidence.Segments.Values.Sum(s => s.SizeBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            foreach (var file in ArchiveVerifier.Under(volume, "*.mp4"))
            {
                var path = Path.GetRelativePath(volume, file).Replace('\\', '/');
                if (_seen.Contains(path) || _wrong.ContainsKey(path))
                    continue;
                try
                {
                    Read(file, path, buffer, cancellationToken);
                }
                catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
                {
                    // Let go by a working agent after its folder was listed; the ledger, read on, says so.
                    continue;
                }

                progress?.Report(new(Bytes, Math.Max(total, Bytes), Files));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What is wrong, once nothing more is read.</summary>
    /// <param name="signedTo">Most entries that any head speaks of; null without a head, which is told for itself.</param>
    /// <param name="isGone">Whether a signed destruction speaks of a file that is still there: the agent finishes it.</param>
    public IEnumerable<VerificationFinding> Judge(long? signedTo, Func<string, bool> isGone)
    {
        var segments = evidence.Segments;
        var wrong = _wrong.Where(w => segments.TryGetValue(w.Key, out var entry) ? entry.Sha256 != w.Value.Hash : !isGone(w.Key)).ToList();
        var hashes = wrong.Select(w => w.Value.Hash).ToHashSet();
        var owners =
            wrong.Count == 0 ? null : segments.Where(s => hashes.Contains(s.Value.Sha256)).ToLookup(s => s.Value.Sha256, s => s.Key);
        foreach (var (path, (hash, size)) in wrong)
            yield return Judge(path, size, owners![hash].FirstOrDefault(p => p != path));
        foreach (var path in segments.Keys.Where(p => !IsThere(p) && !evidence.OnArchiveTier.Contains(p)).Order(StringComparer.Ordinal))
            yield return Missing(path);
        foreach (
            var (path, number) in evidence
                .Added.Where(c => c.Value >= signedTo && IsThere(c.Key))
                .OrderBy(c => c.Key, StringComparer.Ordinal)
        )
            yield return new(
                FindingKind.FileUnproved,
                path,
                $"Entry {number} says what it is, and no head signs that entry: nothing proves who added the file. Start the agent, which signs what it wrote itself, and verify again."
            );
    }

    private bool IsThere(string path) => _seen.Contains(path) || _wrong.ContainsKey(path);

    private void Read(string file, string path, byte[] buffer, CancellationToken cancellationToken)
    {
        var known = evidence.Segments.TryGetValue(path, out var entry);
        // A file that is far too large would be read for days, and is not the one that was recorded, whatever it holds.
        if (new FileInfo(file).Length is var length && length > MostBytes && (!known || length != entry.SizeBytes))
        {
            _wrong[path] = (default, length);
            return;
        }

        var (hash, size) = ArchiveVerifier.Hash(file, buffer, cancellationToken);
        Bytes += size;
        if (known)
            Files++;
        if (known && entry.Sha256 == hash)
            _seen.Add(path);
        else
            _wrong[path] = (hash, size);
    }

    private VerificationFinding Missing(string path) =>
        evidence.Excused.GetValueOrDefault(path) switch
        {
            (LedgerEntry.Destruction, var number) => new(
                FindingKind.DestructionUnproved,
                path,
                $"The file is gone. Entry {number} says that it was let go, and no head that holds signs that entry: anybody can have written it, and it excuses nothing."
            ),
            ("local-removed", var number) => new(
                FindingKind.RemovalUnproved,
                path,
                $"The file is gone. Entry {number} says that it lies on the archive tier, and no head that holds signs that entry: anybody can have written it, and it excuses nothing."
            ),
            _ => new(FindingKind.FileMissing, path, "The ledger has this segment, the file is gone, and no destruction explains it."),
        };

    private VerificationFinding Judge(string path, long size, string? owner)
    {
        if (!evidence.Segments.TryGetValue(path, out var entry))
        {
            return owner is null
                ? new(FindingKind.FileUnknown, path, "The ledger does not know this file.")
                : new(FindingKind.Replayed, path, $"The ledger does not know this file; its bytes are those of {owner}.");
        }

        if (owner is not null)
            return new(FindingKind.Swapped, path, $"The bytes are those of {owner}.");
        return entry.SizeBytes != size
            ? new(FindingKind.SizeChanged, path, $"The file has {size} bytes, the ledger says {entry.SizeBytes}.")
            : new(FindingKind.ContentChanged, path, "The bytes are not those that were recorded.");
    }
}
