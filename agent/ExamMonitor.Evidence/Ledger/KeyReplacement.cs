using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>What a replacement of the signing key left.</summary>
/// <param name="Entry">Number of its ledger entry.</param>
/// <param name="PublicKey">The new public key, PEM.</param>
/// <param name="IsVouched">Whether the key before signed the entry that names the new one.</param>
/// <param name="Proof">What says that the head from which the new key goes on was signed by the key before.</param>
public sealed record KeyReplaced(long Entry, string PublicKey, bool IsVouched, KeyProof Proof);

/// <summary>What says that the head from which a new key goes on was signed by the key before.</summary>
public enum KeyProof
{
    /// <summary>Nothing: a person accepted that.</summary>
    None,

    /// <summary>The memory of the newest head beside the key.</summary>
    Memory,

    /// <summary>The public key of the one before, which a person gave.</summary>
    EarlierKey,

    /// <summary>The key before itself: it signed the entry that names the new one.</summary>
    OldKey,
}

/// <summary>A replacement of the signing key.</summary>
/// <param name="By">Who; stands in the ledger.</param>
/// <param name="Reason">Why; stands in the ledger.</param>
/// <param name="Now">UTC.</param>
public sealed record KeyReplacementRequest(string By, string Reason, DateTimeOffset Now)
{
    /// <summary>Memory of the newest head outside the volume; null for none.</summary>
    public string? AnchorPath { get; init; }

    /// <summary>Whether a head is gone on from that nothing vouches for.</summary>
    public bool AcceptUnproved { get; init; }
}

/// <summary>Goes on with a ledger under a new key, after the old one was lost or may be known to others. The agent must not run.</summary>
/// <remarks>
/// Order: new keys on the disk → entry with the person, the reason, both keys and the newest head of the old one (signed by the old key,
/// where it is still there) → new key in the old one's place → entry, if it could not be made before, and a head over everything, signed by
/// the new key. Cut off anywhere, it may be begun again. A ledger that does not give the root of its newest head is not continued: a new
/// key would sign what somebody changed.
/// </remarks>
public static class KeyReplacement
{
    /// <summary>
    /// Kind of the entry: facts <c>by</c>, <c>reason</c>, <c>key</c> and <c>earlier</c> (SubjectPublicKeyInfo, base64; the second empty
    /// when it is not known), <c>size</c>, <c>root</c>.
    /// </summary>
    public const string Kind = "key-replaced";

    /// <summary>Fact of the entry: what vouches for the head of the key before, <see cref="KeyProof"/> in kebab case.</summary>
    public const string ProofFact = "proof";

    /// <summary>Fact of the entry: verifier key of the new second key (Ed25519).</summary>
    public const string StandardFact = "standard";

    /// <summary>Replaces both keys.</summary>
    /// <param name="folder">Ledger folder of the volume.</param>
    /// <param name="keyPath">Private key; may be gone.</param>
    /// <param name="origin"><see cref="Checkpoint.OriginOf"/>.</param>
    /// <param name="earlier">Public key of the lost one, which must have signed the newest head; null when nobody has it.</param>
    /// <param name="request">Who, why, when.</param>
    /// <exception cref="LedgerException">There is no head, it does not hold, or nothing says that the key before signed it.</exception>
    public static KeyReplaced Run(string folder, string keyPath, string origin, ECDsa? earlier, KeyReplacementRequest request)
    {
        var (now, anchorPath) = (request.Now, request.AnchorPath);
        var (note, head) = ReadHead(folder);
        if (earlier is not null && !note.IsSignedBy(head.Origin, earlier))
            throw new LedgerException(
                "replace the signing key",
                "the earlier public key",
                "It did not sign the newest head. Give the key that the dashboard shows for this agent, or leave it out."
            );
        var (next, old) = (keyPath + ".new", Signs(keyPath, note, head));
        // Of the old key's entries the one that names the new key must be the last.
        if (old is not null && NameHeads(folder, keyPath, origin, request))
            (note, head) = ReadHead(folder);
        var proof = ProofOf(head, old, earlier, request);
        using var standard = StandardLedgerKey.PrepareNext(keyPath, origin);
        if (!File.Exists(keyPath) || old is not null)
            LedgerKey.LoadOrCreate(next, mayCreate: true).Dispose();
        using var signing = LedgerKey.LoadOrCreate(File.Exists(next) ? next : keyPath, mayCreate: false);
        var key = signing.ExportSubjectPublicKeyInfo();
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["by"] = request.By,
            ["reason"] = request.Reason,
            ["key"] = Convert.ToBase64String(key),
            ["earlier"] = (old ?? earlier?.ExportSubjectPublicKeyInfo()) is { } known ? Convert.ToBase64String(known) : string.Empty,
            ["size"] = head.Size.ToString(CultureInfo.InvariantCulture),
            ["root"] = head.Root.ToBase64(),
            [ProofFact] = System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(proof.ToString()),
            [StandardFact] = standard.LogKey.ToString(),
        };
        // Said before the keys change places: from then on the old key's heads are not strange.
        File.WriteAllText(SignedBeforePath(keyPath), (head.Size + (old is null ? 0 : 1)).ToString(CultureInfo.InvariantCulture) + "\n");
        var entry = old is null ? (long?)null : Enter(folder, keyPath, origin, head, facts, now, anchorPath, null);
        // The second key first: while the first is still the old one, all of this can be begun again.
        StandardLedgerKey.TakeNext(keyPath);
        if (File.Exists(next))
        {
            if (File.Exists(keyPath))
                File.Move(keyPath, keyPath + ".old", overwrite: true);
            File.Move(next, keyPath);
            DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(keyPath))!);
        }

        var kept = Read(folder);
        entry = entry is null
            ? Enter(folder, keyPath, origin, head, facts, now, anchorPath, kept)
            : Sign(folder, keyPath, origin, entry.Value, now, anchorPath, kept);
        return new(entry.Value, signing.ExportSubjectPublicKeyInfoPem() + "\n", old is not null, proof);
    }

    /// <summary>A head that anybody could have written is no beginning: its signature is asked, or the memory of it.</summary>
    private static KeyProof ProofOf(Checkpoint head, byte[]? old, ECDsa? earlier, KeyReplacementRequest request)
    {
        if (old is not null)
            return KeyProof.OldKey;
        if (earlier is not null)
            return KeyProof.EarlierKey;
        var memory =
            request.AnchorPath is { } path
            && File.Exists(path)
            && new FileInfo(path).Length <= SignedNote.MaxLength
            && SignedNote.TryParse(File.ReadAllText(path, Encoding.UTF8), out var kept)
            && Checkpoint.TryParse(kept.Text, out var remembered)
                ? remembered
                : null;
        if (memory is not null && memory == head)
            return KeyProof.Memory;
        if (request.AcceptUnproved)
            return KeyProof.None;
        throw new LedgerException(
            "replace the signing key",
            "the newest head",
            memory is null
                ? "The old key is gone, and so is the memory of the newest head: nothing says that this agent signed the head on the volume. "
                    + "Give the key that the dashboard shows for this agent with --earlier-key. With neither, --accept-unproved goes on from it, "
                    + "and every verification says so."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"The old key is gone, and the head on the volume, over {head.Size} entries, is not the one that this agent remembers, over {memory.Size}: somebody may have exchanged it. Give the key that the dashboard shows for this agent with --earlier-key. Without it, --accept-unproved goes on from it, and every verification says so."
                )
        );
    }

    /// <summary>The entry of the newest replacement, when nothing vouched for the head that it went on from; null for none.</summary>
    internal static long? FindUnproved(string keyPath, long size, Func<long, byte[]> read)
    {
        // The entry is the first that the new key wrote, or the last of the key before.
        var before = SignedBefore(keyPath);
        if (before <= 0)
            return null;
        for (var number = before - 1; number < Math.Min(size, before + 2); number++)
        {
            if (LedgerEntry.Parse(read(number)) is { Kind: Kind, Facts: { } facts } && facts.GetValueOrDefault(ProofFact) == "none")
                return number;
        }

        return null;
    }

    /// <summary>The entry about the files of heads that a head of today needs is made before anything else.</summary>
    private static bool NameHeads(string folder, string keyPath, string origin, KeyReplacementRequest request)
    {
        using var log = LedgerLog.Open(folder, keyPath, origin, request.AnchorPath);
        if (!log.MaySign || !log.NameHeads(request.Now))
            return false;
        log.Sign(request.Now);
        return true;
    }

    private static long Enter(
        string folder,
        string keyPath,
        string origin,
        Checkpoint head,
        Dictionary<string, string> facts,
        DateTimeOffset now,
        string? anchorPath,
        KeptHead? continued
    )
    {
        using var log = LedgerLog.Open(folder, keyPath, origin, anchorPath, continued);
        if (log.Size < head.Size || log.Root(head.Size) != head.Root)
            throw new LedgerException(
                "replace the signing key",
                folder,
                "The entries are not those of the newest signed head: they were cut or changed. Have the volume examined; a new key would "
                    + "sign what somebody changed."
            );
        var entry = log.Append(LedgerEntry.Format(Kind, now, null, null, facts));
        log.Sign(now);
        return entry;
    }

    /// <summary>The new key's first head. One more entry stands below it: a head over what is signed already would not be made.</summary>
    private static long Sign(
        string folder,
        string keyPath,
        string origin,
        long entry,
        DateTimeOffset now,
        string? anchorPath,
        KeptHead continued
    )
    {
        using var log = LedgerLog.Open(folder, keyPath, origin, anchorPath, continued);
        log.Append(
            LedgerEntry.Format(
                "key-in-force",
                now,
                null,
                null,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["entry"] = entry.ToString(CultureInfo.InvariantCulture) }
            )
        );
        log.Sign(now);
        return entry;
    }

    /// <summary>Entries under the newest head of the key before this one; 0 when it was never replaced.</summary>
    internal static long SignedBefore(string keyPath) =>
        File.Exists(SignedBeforePath(keyPath))
        && long.TryParse(File.ReadAllText(SignedBeforePath(keyPath)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : 0;

    private static string SignedBeforePath(string keyPath) => keyPath + ".replaced";

    private static KeptHead Read(string folder)
    {
        var (note, head) = ReadHead(folder);
        return new(head, note.Format());
    }

    /// <summary>The public key of a file that signed the newest head; null when it did not, or is gone.</summary>
    private static byte[]? Signs(string keyPath, SignedNote note, Checkpoint head)
    {
        if (!File.Exists(keyPath))
            return null;
        using var key = LedgerKey.LoadOrCreate(keyPath, mayCreate: false);
        return note.IsSignedBy(head.Origin, key) ? key.ExportSubjectPublicKeyInfo() : null;
    }

    private static (SignedNote Note, Checkpoint Head) ReadHead(string folder)
    {
        var path = Path.Combine(folder, "checkpoint");
        if (!File.Exists(path))
            throw new LedgerException(
                "replace the signing key",
                folder,
                "The ledger has no signed head: there is nothing to continue. A start of the agent makes its key."
            );
        return
            new FileInfo(path).Length <= SignedNote.MaxLength
            && SignedNote.TryParse(File.ReadAllText(path, Encoding.UTF8), out var note)
            && Checkpoint.TryParse(note.Text, out var head)
            ? (note, head)
            : throw new LedgerException("replace the signing key", path, "The newest head cannot be read. Have the volume examined.");
    }
}
