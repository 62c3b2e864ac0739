using System.Buffers;
using System.Security.Cryptography;
using ExamMonitor.Footage.Ledger;

namespace ExamMonitor.Footage.Verification;

/// <summary>Compares a volume with its ledger, with nothing but the files and the public key: no index, no agent.</summary>
/// <remarks>Reads only. Files are read once, in the order of their names; memory does not grow with their size.</remarks>
public static class ArchiveVerifier
{
    private const int BufferSize = 1 << 20;

    /// <summary>Verifies a volume.</summary>
    /// <param name="volume">Root folder of the volume.</param>
    /// <param name="publicKey">Key that must have signed, got on another way than the volume.</param>
    /// <param name="origin">Origin that the heads must name; null for any.</param>
    /// <param name="progress">Told about once per file; null for nobody.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    /// <exception cref="FootageException">The folder holds no ledger, or a file cannot be read.</exception>
    public static VerificationReport Run(string volume, ECDsa publicKey, string? origin, IProgress<VerificationProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(volume, "ledger");
        if (!Directory.Exists(folder)) throw new FootageException("verify the volume", volume, "There is no ledger folder. Give the root folder of a footage volume.");
        try
        {
            var ledger = new LedgerAudit(folder, publicKey, origin);
            ledger.Run(cancellationToken);
            var findings = new List<VerificationFinding>(ledger.Findings);
            var (files, bytes) = CompareFiles(volume, ledger, findings, progress, cancellationToken);
            var keyId = Convert.ToHexStringLower(SHA256.HashData(publicKey.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));
            return new(files, bytes, ledger.Entries, ledger.Heads, ledger.Newest?.Time, keyId, ledger.Entries - (ledger.Newest?.Size ?? 0), findings);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new FootageException("verify the volume", volume, "Run it as a user who may read the footage.", e);
        }
    }

    private static (int Files, long Bytes) CompareFiles(
        string volume, LedgerAudit ledger, List<VerificationFinding> findings, IProgress<VerificationProgress>? progress, CancellationToken cancellationToken)
    {
        var segments = ledger.Segments;
        var byHash = segments.Values.Where(s => s.Sha256 is not null).ToLookup(s => s.Sha256!, StringComparer.Ordinal);
        var total = segments.Values.Sum(s => s.Bytes ?? 0);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var (files, done) = (0, 0L);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var file in FootageFiles(volume))
            {
                var path = Path.GetRelativePath(volume, file).Replace('\\', '/');
                seen.Add(path);
                var (hash, size) = Hash(file, buffer, cancellationToken);
                done += size;
                if (Compare(path, hash, size, segments, byHash) is { } finding) findings.Add(finding);
                if (segments.ContainsKey(path)) files++;
                progress?.Report(new(done, Math.Max(total, done), files));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        findings.AddRange(segments.Keys.Where(p => !seen.Contains(p) && !ledger.OnSecondTier.Contains(p)).Order(StringComparer.Ordinal)
            .Select(p => new VerificationFinding(FindingKind.FileMissing, p, "The ledger has this segment, the file is gone, and no destruction explains it.")));
        return (files, done);
    }

    private static VerificationFinding? Compare(
        string path, string hash, long size, Dictionary<string, ParsedEntry> segments, ILookup<string, ParsedEntry> byHash)
    {
        var other = byHash[hash].FirstOrDefault(s => s.Path != path);
        if (!segments.TryGetValue(path, out var entry))
        {
            return other is null
                ? new(FindingKind.FileUnknown, path, "The ledger does not know this file.")
                : new(FindingKind.Replayed, path, $"The ledger does not know this file; its bytes are those of {other.Path}.");
        }

        if (string.Equals(entry.Sha256, hash, StringComparison.Ordinal)) return null;
        if (other is not null) return new(FindingKind.Swapped, path, $"The bytes are those of {other.Path}.");
        return entry.Bytes != size
            ? new(FindingKind.SizeChanged, path, $"The file has {size} bytes, the ledger says {entry.Bytes}.")
            : new(FindingKind.ContentChanged, path, "The bytes are not those that were recorded.");
    }

    /// <summary>Footage lies under folders that are named by a year; a part file is not committed yet.</summary>
    private static IEnumerable<string> FootageFiles(string volume) =>
        Directory.EnumerateDirectories(volume)
            .Where(d => Path.GetFileName(d) is { Length: 4 } year && year.All(char.IsAsciiDigit))
            .SelectMany(d => Directory.EnumerateFiles(d, "*.mp4", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);

    private static (string Hash, long Size) Hash(string file, byte[] buffer, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, BufferSize), size);
            if (read == 0) return (Convert.ToHexStringLower(sha256.GetHashAndReset()), size);
            sha256.AppendData(buffer.AsSpan(0, read));
            size += read;
        }
    }
}
