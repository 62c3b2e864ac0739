using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>
/// The second private key of a ledger, Ed25519: standard witnesses verify no other kind. It lies beside the first and is protected as that
/// one is.
/// </summary>
public static class StandardLedgerKey
{
    /// <summary>Where the key lies: beside the first key, <c>ledger-key.pem</c> → <c>ledger-key-ed25519.pem</c>.</summary>
    public static string PathFor(string keyPath) =>
        Path.Combine(Path.GetDirectoryName(keyPath) ?? string.Empty, Path.GetFileNameWithoutExtension(keyPath) + "-ed25519.pem");

    /// <summary>
    /// Reads the key, or makes it when no head carries its signature yet: at the first start, and at the first start of this version on an
    /// older ledger.
    /// </summary>
    /// <param name="keyPath">Path of the first key.</param>
    /// <param name="origin">Name in the signature lines.</param>
    /// <param name="newestHead">Newest signed head; null when there is none.</param>
    /// <exception cref="LedgerException">The file is missing though heads carry its signature, readable by others, or not such a
    /// key.</exception>
    public static NoteSigner LoadOrCreate(string keyPath, string origin, string? newestHead)
    {
        var path = PathFor(keyPath);
        if (!File.Exists(path))
        {
            // A head of the version before has one line of its log, a head of this one three.
            var used =
                newestHead is not null
                && SignedNote.TryParse(newestHead, out var note)
                && note.Signatures.Count(s => string.Equals(s.Name, origin, StringComparison.Ordinal)) > 1;
            if (used)
                throw new LedgerException(
                    "load the signing key for witnesses",
                    path,
                    "Heads carry its signature, but the file is gone. Restore it from the backup of the data folder; witnesses take no other "
                        + "key."
                );
            LedgerKey.WritePrivately(path, NoteSigner.CreatePem());
        }

        LedgerKey.RequirePrivate(path);
        return Read(path, origin);
    }

    /// <summary>Makes the key that takes this one's place, or reads the one that was made by an attempt that was cut off.</summary>
    internal static NoteSigner PrepareNext(string keyPath, string origin)
    {
        var next = PathFor(keyPath) + ".new";
        if (!File.Exists(next))
            LedgerKey.WritePrivately(next, NoteSigner.CreatePem());
        LedgerKey.RequirePrivate(next);
        return Read(next, origin);
    }

    /// <summary>Puts the next key in its place; the one before stays beside it.</summary>
    internal static void TakeNext(string keyPath)
    {
        var path = PathFor(keyPath);
        if (File.Exists(path))
            File.Move(path, path + ".old", overwrite: true);
        File.Move(path + ".new", path);
        DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Reads the key of a ledger that has one.</summary>
    /// <exception cref="LedgerException">There is none, or it is not such a key.</exception>
    public static NoteSigner Read(string path, string origin)
    {
        if (!File.Exists(path))
            throw new LedgerException(
                "load the signing key for witnesses",
                path,
                "There is none yet; the agent makes it at its next start."
            );
        try
        {
            return NoteSigner.Import(origin, File.ReadAllText(path));
        }
        catch (FormatException e)
        {
            throw new LedgerException(
                "load the signing key for witnesses",
                path,
                "The file is no Ed25519 private key in PEM. Restore it from the backup of the data folder.",
                e
            );
        }
    }
}
