using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Compares a volume with its ledger, with nothing but the files and the public key: no index, no agent.</summary>
/// <remarks>
/// Reads only. Files are read once, in the order of their names; memory does not grow with their size, and takes some 170 bytes per held
/// segment and a running hash per folder of a camera's day.
/// </remarks>
public static class ArchiveVerifier
{
    /// <summary>A working agent signs a head about once a minute.</summary>
    private const int LongestWaitSeconds = 90;

    /// <summary>Verifies a volume.</summary>
    /// <param name="volume">Root folder of the volume.</param>
    /// <param name="terms">What to verify against.</param>
    /// <param name="progress">Told about once per file; null for nobody.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    /// <exception cref="FootageException">The folder holds no ledger, or a file cannot be read.</exception>
    public static VerificationReport Run(
        string volume,
        VerificationTerms terms,
        IProgress<VerificationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        volume = Path.GetFullPath(volume);
        var folder = Path.Combine(volume, "ledger");
        if (!Directory.Exists(folder))
            throw new FootageException("verify the volume", volume, "There is no ledger folder. Give the root folder of a footage volume.");
        if (!PlainFiles.IsFolder(folder))
            throw new FootageException(
                "verify the volume",
                folder,
                "The ledger folder is a link or no folder. A verification follows no link: give the volume on which the ledger lies."
            );
        try
        {
            using var ledger = new LedgerAudit(folder, terms);
            return Run(volume, ledger, terms, progress, cancellationToken);
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
            if (read == 0)
                return (new(sha256.GetHashAndReset()), size);
            sha256.AppendData(buffer.AsSpan(0, read));
            size += read;
        }
    }

    /// <summary>Files of the folders that are named by a year, in the order of their names; a part file is not committed yet.</summary>
    internal static IEnumerable<string> Under(string volume, string pattern) =>
        PlainFiles
            .Folders(volume)
            .Where(d => Path.GetFileName(d) is { Length: 4 } year && year.All(char.IsAsciiDigit))
            .Order(StringComparer.Ordinal)
            .SelectMany(PlainFiles.Folders)
            .Order(StringComparer.Ordinal)
            .SelectMany(d => PlainFiles.FilesBelow(d, pattern));

    private static VerificationReport Run(
        string volume,
        LedgerAudit ledger,
        VerificationTerms terms,
        IProgress<VerificationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ledger.Findings.AddRange(PlainFiles.Strange(volume));
        ledger.Run(cancellationToken);
        var evidence = ledger.Evidence;
        var files = new FootageFiles(volume, evidence, progress);
        files.Read(cancellationToken);
        ReadOn(volume, ledger, files, cancellationToken);
        evidence.TakeUnproved(ledger.SignedTo);
        var folders = FindFolders(ledger, files, cancellationToken);
        List<VerificationFinding> lines = [.. folders.SelectMany(f => f.Value.Check(NewestOf(ledger, f.Key))), .. evidence.CheckFiles()];
        // A working agent may have written a line between its entry and our look.
        for (var again = 0; again < 3 && lines.Count > 0 && IsInUse(volume); again++)
        {
            Wait(cancellationToken);
            ledger.ReadOn(cancellationToken);
            folders = FindFolders(ledger, files, cancellationToken);
            lines = [.. folders.SelectMany(f => f.Value.Check(NewestOf(ledger, f.Key))), .. evidence.CheckFiles()];
        }

        VerificationFinding[] content =
        [
            .. files.Judge(ledger.SignedTo, p => folders.TryGetValue(p[..Math.Max(0, p.LastIndexOf('/'))], out var f) && f.IsGone(p)),
        ];
        ledger.Conclude();
        ledger.Findings.AddRange([.. content, .. evidence.Findings, .. lines]);
        var keyId = Convert.ToHexStringLower(SHA256.HashData(terms.PublicKey.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));
        return new(
            files.Files,
            files.Bytes,
            ledger.Entries,
            ledger.Heads,
            ledger.Newest?.Time,
            keyId,
            ledger.Entries - (ledger.Newest?.Size ?? 0),
            ledger.Anchors,
            ledger.Findings.All
        )
        {
            Outside = ledger.Outside,
            Policy = ledger.Policy,
            Destructions = evidence.Destructions,
            Sources = ledger.Sources,
            Vouches = ledger.Vouches,
            ReplacedKeys = ledger.ReplacedKeys,
        };
    }

    /// <summary>Takes in what a working agent wrote while the files were read, and waits for its next head.</summary>
    private static void ReadOn(string volume, LedgerAudit ledger, FootageFiles files, CancellationToken cancellationToken)
    {
        ledger.ReadOn(cancellationToken);
        files.Read(cancellationToken);
        for (var waited = 0; waited < LongestWaitSeconds && files.HasOpenQuestions && IsInUse(volume); waited++)
        {
            Wait(cancellationToken);
            ledger.ReadOn(cancellationToken);
        }
    }

    /// <summary>Folders whose lines differ from the ledger, or that hold files which it does not, each with its own entries.</summary>
    private static Dictionary<string, FolderDetail> FindFolders(LedgerAudit ledger, FootageFiles files, CancellationToken cancellationToken)
    {
        var folders = ledger.Evidence.Folders.FindSuspects(cancellationToken);
        foreach (
            var folder in files
                .Unknown.Select(p => p[..p.LastIndexOf('/')])
                .Where(f => ArchivePath.TryParse(f + "/000000Z.mp4", out _))
                .Distinct(StringComparer.Ordinal)
                .Where(f => !folders.ContainsKey(f))
                .ToList()
        )
            folders[folder] = ledger.Evidence.Folders.Detail(folder);
        if (folders.Count == 0)
            return folders;
        var number = 0L;
        foreach (var line in ledger.EntryLines(0))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (number == ledger.Entries)
                break;
            if (
                LedgerEntry.Parse(line.Span) is { } entry
                && FolderAudit.FolderOf(entry) is { } folder
                && folders.TryGetValue(folder, out var detail)
            )
                detail.Take(entry, number, ledger.SignedTo is not { } signed || number < signed);
            number++;
        }

        return folders;
    }

    private static long NewestOf(LedgerAudit ledger, string folder) =>
        folder.Split('/') is [_, _, var room, var camera] ? ledger.NewestOf(room, camera) : 0;

    private static void Wait(CancellationToken cancellationToken)
    {
        if (cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(1)))
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Whether an agent works on the volume: it holds the lock file.</summary>
    private static bool IsInUse(string volume)
    {
        if (!PlainFiles.IsFile(Path.Combine(volume, VolumeLock.FileName)))
            return false;
        try
        {
            using var file = new FileStream(Path.Combine(volume, VolumeLock.FileName), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
