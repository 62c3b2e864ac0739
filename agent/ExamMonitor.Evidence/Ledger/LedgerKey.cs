using System.Security.Cryptography;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>The private key that signs an agent's checkpoints: ECDSA P-256, PKCS #8 PEM, readable by its owner alone.</summary>
public static class LedgerKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string Gone =
        "The ledger has signed heads, but its key is gone. Put the file back from the safe. With the key lost for good run: "
        + "exam-monitor-agent ledger new-key.";

    /// <summary>What is wrong before a start: a ledger with a head whose key is gone; null when nothing is.</summary>
    /// <param name="path">PEM file.</param>
    /// <param name="ledger">Ledger folder of the volume.</param>
    public static string? FindFault(string path, string ledger) =>
        File.Exists(path) || !File.Exists(Path.Combine(ledger, "checkpoint")) ? null : Missing(path).Message;

    private static LedgerException Missing(string path) => new("load the signing key", path, Gone);

    /// <summary>Reads the key, or makes it when <paramref name="mayCreate"/> is set and the file does not exist.</summary>
    /// <param name="path">PEM file.</param>
    /// <param name="mayCreate">True at the very first start only. A ledger that has a checkpoint must find its key: a new one would look
    /// like a forgery.</param>
    /// <returns>The key; the caller disposes of it.</returns>
    /// <exception cref="LedgerException">The file is missing, readable by others, or not such a key.</exception>
    public static ECDsa LoadOrCreate(string path, bool mayCreate)
    {
        if (!File.Exists(path))
        {
            if (!mayCreate)
                throw Missing(path);
            Create(path);
        }

        RequirePrivate(path);
        var key = LedgerCurve.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            if (key.KeySize != 256)
                throw new CryptographicException("not a P-256 key");
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new LedgerException(
                "load the signing key",
                path,
                "The file is no P-256 private key in PEM. Restore it from the backup of the data folder.",
                e
            );
        }
    }

    /// <summary>Refuses a key that others than its owner can read or change. On Windows the data folder's access list decides.</summary>
    internal static void RequirePrivate(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
            throw new LedgerException(
                "load the signing key",
                path,
                "Others can read or change the key. Run: chmod 600 on the file, and consider the key known to whoever could read it."
            );
    }

    /// <summary>Writes a new key file for its owner alone, and puts it on the disk.</summary>
    internal static void WritePrivately(string path, string pem)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
        };
        // The mode is given at creation: there is no moment in which others could read the file.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var stream = new FileStream(path, options);
        using (var writer = new StreamWriter(stream, leaveOpen: true))
            writer.Write(pem);
        DiskFlush.File(stream);
    }

    private static void Create(string path)
    {
        using var key = LedgerCurve.Generate();
        WritePrivately(path, key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
