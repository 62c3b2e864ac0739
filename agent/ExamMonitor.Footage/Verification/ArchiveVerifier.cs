using System.Buffers;
using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Footage.Verification;

/// <summary>Compares a volume with its ledger, with nothing but the files and the public key: no index, no agent.</summary>
/// <remarks>Reads only. Files are read once, in the order of their names; memory does not grow with their size, and takes some 150 bytes per held segment.</remarks>
public static class ArchiveVerifier
{
    private const int BufferSize = 1 << 20;

    /// <summary>Verifies a volume.</summary>
    /// <param name="volume">Root folder of the volume.</param>
    /// <param name="terms">What to verify against.</param>
    /// <param name="progress">Told about once per file; null for nobody.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    /// <exception cref="FootageException">The folder holds no ledger, or a file cannot be read.</exception>
    public static VerificationReport Run(string volume, VerificationTerms terms, IProgress<VerificationProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(volume, "ledger");
        if (!Directory.Exists(folder)) throw new FootageException("verify the volume", volume, "There is no ledger folder. Give the root folder of a footage volume.");
        try
        {
            var ledger = new LedgerAudit(folder, terms);
            ledger.Run(cancellationToken);
            var findings = new List<VerificationFinding>(ledger.Findings);
            var (files, bytes) = CompareFiles(volume, ledger, findings, progress, cancellationToken);
            var keyId = Convert.ToHexStringLower(SHA256.HashData(terms.PublicKey.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));
            return new(files, bytes, ledger.Entries, ledger.Heads, ledger.Newest?.Time, keyId, ledger.Entries - (ledger.Newest?.Size ?? 0), ledger.Anchors, findings) { Policy = ledger.Policy };
        }
        catch (UnauthorizedAccessException e)
        {
            throw new FootageException("verify the volume", volume, "Run it as a user who may read the footage.", e);
        }
    }

    /// <summary>Hash and size of a file.</summary>
    /// <param name="file">Path.</param>
    /// <param name="buffer">At least 1 byte; the larger, the fewer reads.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    public static (TreeHash Hash, long SizeBytes) Hash(string file, byte[] buffer, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(handle, buffer, size);
            if (read == 0) return (new(sha256.GetHashAndReset()), size);
            sha256.AppendData(buffer.AsSpan(0, read));
            size += read;
        }
    }

    private static (int Files, long Bytes) CompareFiles(
        string volume, LedgerAudit ledger, List<VerificationFinding> findings, IProgress<VerificationProgress>? progress, CancellationToken cancellationToken)
    {
        var segments = ledger.Segments;
        var total = segments.Values.Sum(s => s.SizeBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var (files, done) = (0, 0L);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var wrong = new List<(string Path, TreeHash Hash, long SizeBytes)>();
        try
        {
            foreach (var file in FootageFiles(volume))
            {
                var path = Path.GetRelativePath(volume, file).Replace('\\', '/');
                var (hash, size) = Hash(file, buffer, cancellationToken);
                done += size;
                var known = segments.TryGetValue(path, out var entry);
                if (known) files++;
                if (known) seen.Add(path);
                if (!known || entry.Sha256 != hash) wrong.Add((path, hash, size));
                progress?.Report(new(done, Math.Max(total, done), files));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var hashes = wrong.Select(w => w.Hash).ToHashSet();
        var owners = wrong.Count == 0 ? null : segments.Where(s => hashes.Contains(s.Value.Sha256)).ToLookup(s => s.Value.Sha256, s => s.Key);
        findings.AddRange(wrong.Select(w => Judge(w.Path, w.SizeBytes, segments, owners![w.Hash].FirstOrDefault(p => p != w.Path))));
        findings.AddRange(segments.Keys.Where(p => !seen.Contains(p) && !ledger.OnSecondTier.Contains(p)).Order(StringComparer.Ordinal)
            .Select(p => new VerificationFinding(FindingKind.FileMissing, p, "The ledger has this segment, the file is gone, and no destruction explains it.")));
        return (files, done);
    }

    private static VerificationFinding Judge(string path, long size, Dictionary<string, HeldSegment> segments, string? owner)
    {
        if (!segments.TryGetValue(path, out var entry))
        {
            return owner is null
                ? new(FindingKind.FileUnknown, path, "The ledger does not know this file.")
                : new(FindingKind.Replayed, path, $"The ledger does not know this file; its bytes are those of {owner}.");
        }

        if (owner is not null) return new(FindingKind.Swapped, path, $"The bytes are those of {owner}.");
        return entry.SizeBytes != size
            ? new(FindingKind.SizeChanged, path, $"The file has {size} bytes, the ledger says {entry.SizeBytes}.")
            : new(FindingKind.ContentChanged, path, "The bytes are not those that were recorded.");
    }

    /// <summary>Footage lies under folders that are named by a year; a part file is not committed yet.</summary>
    private static IEnumerable<string> FootageFiles(string volume) =>
        Directory.EnumerateDirectories(volume)
            .Where(d => Path.GetFileName(d) is { Length: 4 } year && year.All(char.IsAsciiDigit)).Order(StringComparer.Ordinal)
            .SelectMany(Directory.EnumerateDirectories).Order(StringComparer.Ordinal)
            .SelectMany(d => Directory.EnumerateFiles(d, "*.mp4", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
}
