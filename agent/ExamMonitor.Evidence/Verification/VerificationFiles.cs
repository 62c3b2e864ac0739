using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Transparency;

namespace ExamMonitor.Evidence.Verification;

/// <summary>What a person hands to a verification: files.</summary>
/// <param name="Volume">Root folder of the volume.</param>
/// <param name="Key">Public key, PEM.</param>
/// <param name="Origin">Origin that the heads must name; null for any.</param>
/// <param name="Authorities">Trusted time stamp authorities, PEM; null for none.</param>
/// <param name="Heads">Heads that somebody else kept: files, or texts that were typed or scanned.</param>
/// <param name="Json">Whether the report is for a program.</param>
public sealed record VerificationFiles(
    DirectoryInfo Volume,
    FileInfo Key,
    string? Origin,
    FileInfo? Authorities,
    IReadOnlyList<string> Heads,
    bool Json
)
{
    /// <summary>Public keys that the key took the place of, PEM.</summary>
    public IReadOnlyList<FileInfo> EarlierKeys { get; init; } = [];

    /// <summary>Policy file of witnesses (c2sp.org/tlog-policy); null for none.</summary>
    public FileInfo? Policy { get; init; }

    /// <summary>The verifier's own clock: nothing on the volume can be later.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Verifies, and writes the report.</summary>
    /// <param name="output">For the report.</param>
    /// <param name="errors">For what could not be done, and for the progress.</param>
    /// <param name="showProgress">Whether <paramref name="errors"/> is a terminal.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>0 when everything holds, 1 when something does not, 2 when it could not be checked.</returns>
    public int Run(TextWriter output, TextWriter errors, bool showProgress, CancellationToken cancellationToken)
    {
        try
        {
            using var key = ReadKey(Key);
            var authorities = Authorities is null ? null : ReadAuthorities(Authorities.FullName);
            var earlier = EarlierKeys.Select(ReadKey).ToList();
            var heads = Heads.Select(ReadHead).ToList();
            var terms = new VerificationTerms(key, Origin, authorities, [.. heads.Select(h => h.Note).OfType<string>()])
            {
                EarlierKeys = earlier,
                Policy = ReadPolicy(Policy),
                Now = Time.GetUtcNow(),
                TypedHeads = [.. heads.Where(h => h.Note is null).Select(h => (h.Size, h.Root))],
            };
            var progress = showProgress ? new Percent(errors) : null;
            var report = ArchiveVerifier.Run(Volume.FullName, terms, progress, cancellationToken);
            progress?.Clear();
            earlier.ForEach(k => k.Dispose());
            output.Write(Json ? VerificationText.ForPrograms(report) + "\n" : VerificationText.ForPeople(report));
            return report.Findings.Count == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is FootageException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(e.Message);
            return 2;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A volume may hold anything, and a person who checks evidence gets a sentence: what was not foreseen could not be checked.
            errors.WriteLine(
                $"The volume holds something that this verifier cannot read: {e.Message} ({e.GetType().Name}). Nothing was verified."
            );
            return 2;
        }
    }

    /// <summary>Reads a public key.</summary>
    /// <exception cref="FootageException">The file holds none.</exception>
    public static ECDsa ReadKey(FileInfo file)
    {
        var key = LedgerCurve.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file.FullName));
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new FootageException("read the public key", file.FullName, "Give the agent's public key in PEM.", e);
        }
    }

    /// <summary>Reads certificates of authorities.</summary>
    /// <exception cref="FootageException">The file holds none.</exception>
    public static X509Certificate2Collection ReadAuthorities(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FootageException("read the authority's certificate", file, "Give the authority's root certificate in PEM.", e);
        }
    }

    /// <summary>Reads a policy; null for no file.</summary>
    /// <exception cref="FootageException">The file holds none.</exception>
    public static WitnessPolicy? ReadPolicy(FileInfo? file)
    {
        if (file is null)
            return null;
        try
        {
            return WitnessPolicy.TryParse(File.ReadAllBytes(file.FullName), out var policy, out var fault)
                ? policy
                : throw new FootageException(
                    "read the policy",
                    file.FullName,
                    fault + " The form is that of c2sp.org/tlog-policy; see docs/protocol/witness.md."
                );
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FootageException("read the policy", file.FullName, "Give a file that you may read.", e);
        }
    }

    /// <summary>A signed head, or the short form of a record sheet; from a file of that name when there is one.</summary>
    private static (string? Note, long Size, TreeHash Root) ReadHead(string given)
    {
        var isFile = given.Length < 1000 && !given.Contains('\n', StringComparison.Ordinal) && File.Exists(given);
        if (isFile && new FileInfo(given).Length > SignedNote.MaxLength)
            throw new FootageException("read the known head", given, "It is too large to be one.");
        var text = isFile ? File.ReadAllText(given) : given;
        var note = text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim() + "\n";
        if (SignedNote.TryParse(note, out _))
            return (note, 0, default);
        if (ShortHead.TryParse(text, out var size, out var root))
            return (null, size, root);
        // A file is handed on as it is: what is wrong with it is a finding of the verification.
        if (isFile && !text.Contains('-', StringComparison.Ordinal))
            return (text, 0, default);
        throw new FootageException(
            "read the head",
            isFile ? given : "--head",
            ShortHead.Explain(text) is { } where
                ? $"{where.En} {where.Zh}"
                : "It is neither a file nor a head. Type it as it stands on the sheet: the number of entries and 14 groups of four "
                    + "characters, or the text of the QR code."
        );
    }

    private sealed class Percent(TextWriter output) : IProgress<VerificationProgress>
    {
        private int _last = -1;

        public void Report(VerificationProgress value)
        {
            var percent = value.TotalBytes == 0 ? 100 : (int)(value.DoneBytes * 100 / value.TotalBytes);
            if (percent == _last)
                return;
            _last = percent;
            output.Write($"\r{percent, 3} %  {value.Files} files");
        }

        public void Clear() => output.Write("\r\u001b[K");
    }
}
