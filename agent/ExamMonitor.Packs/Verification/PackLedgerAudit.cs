using System.Globalization;
using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Packs.Verification;

/// <summary>Key, head, the entry that pins the pack, the entries that it names, older heads and heads from outside.</summary>
internal sealed class PackLedgerAudit(PackReading reading, PackReport report, PackTerms terms)
{
    /// <summary>Checks everything; entries are believed only when they stand below the head.</summary>
    public void Run()
    {
        if (
            reading.Text(PackFormat.Head, SignedNote.MaxLength * 4L) is not { } text
            || !SignedNote.TryParse(text, out var note)
            || !Checkpoint.TryParse(note.Text, out var head)
        )
        {
            report.Add(PackFindingKind.HeadUnreadable, PackFormat.Head, "There is no signed head: nothing of the ledger is proved.");
            return;
        }

        report.Head = head;
        CheckKey(note, head);
        CheckExport(text, head);
        foreach (var entry in report.Facts?.Entries ?? [])
            CheckEntry(entry, text, head);
        foreach (var size in report.Facts?.Consistency ?? [])
            CheckConsistency(size, head);
        foreach (var outside in terms.Heads ?? [])
            CheckOutside(outside, head);
        CheckWitnesses(note);
    }

    private static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    private void CheckKey(SignedNote note, Checkpoint head)
    {
        using var inside = PublicKeyPem.TryRead(reading.Text(PackFormat.Key, 1 << 16));
        if (terms.Key is { } given && (inside is null || IdOf(inside) != IdOf(given)))
            report.Add(
                PackFindingKind.WrongKey,
                PackFormat.Key,
                "The key in the pack is not the one that you were given on another way. Somebody else made this pack, or the key was replaced."
            );
        var key = terms.Key ?? inside;
        report.IsKeyFromOutside = terms.Key is not null;
        report.KeyId = key is null ? string.Empty : IdOf(key);
        if (key is null || !note.IsSignedBy(head.Origin, key))
            report.Add(
                PackFindingKind.HeadNotSigned,
                PackFormat.Head,
                "The head is not signed by the key: it was changed, or another key signed it."
            );
        if (report.Facts is { } facts && facts.Origin != head.Origin)
            report.Add(
                PackFindingKind.FactsChanged,
                PackFormat.Facts,
                $"The pack says it is of {facts.Origin}, the head is of {head.Origin}."
            );
    }

    private void CheckExport(string note, Checkpoint head)
    {
        var bytes = reading.Bytes(PackFormat.Export, 1 << 17);
        var entry = bytes is null ? null : LedgerEntry.Parse(bytes);
        if (
            bytes is null
            || entry is not { Kind: PackFormat.ExportKind, Facts: { } facts }
            || !Stands(PackFormat.ExportInclusion, bytes, null, note, head)
        )
        {
            report.Add(PackFindingKind.ExportUnproved, PackFormat.Export, "The entry that pins this pack does not stand below the head.");
            return;
        }

        if (
            reading.Source.Files.ContainsKey(PackFormat.List)
            && reading.Hash(PackFormat.List, CancellationToken.None) != facts.GetValueOrDefault("sha256")
        )
            report.Add(
                PackFindingKind.ListChanged,
                PackFormat.List,
                "The list of hashes is not the one that the agent entered when it gave the pack out: files and list were changed together."
            );
        if (report.Facts is { } pack && (facts.GetValueOrDefault("pack") != pack.Id || facts.GetValueOrDefault("person") != pack.MadeBy))
            report.Add(
                PackFindingKind.FactsChanged,
                PackFormat.Facts,
                "The pack names another id or another person than the entry that pins it."
            );
    }

    private void CheckEntry(long number, string note, Checkpoint head)
    {
        if (!reading.TryEntry(number, out var bytes, out _))
            report.Add(PackFindingKind.EntryMissing, Name(number), "The entry is not in the pack.");
        else if (!Stands(PackFormat.Inclusion(number), bytes, number, note, head))
            report.Add(
                PackFindingKind.EntryUnproved,
                Name(number),
                "The entry does not stand below the head: it, its proof or the head was changed."
            );
    }

    /// <summary>Whether an entry stands at its number below this very head.</summary>
    private bool Stands(string path, byte[] bytes, long? number, string note, Checkpoint head) =>
        InclusionFile.TryParse(reading.Text(path, 1 << 18), out var file)
        && (number ?? file.Index) == file.Index
        && file.Note == note
        && MerkleTree.CheckInclusion(file.Index, MerkleTree.LeafHash(bytes), head.Size, head.Root, file.Proof);

    private void CheckConsistency(long size, Checkpoint head)
    {
        if (Proof(size) is not { } proof)
            report.Add(
                PackFindingKind.ConsistencyBroken,
                PackFormat.Consistency(size),
                "The proof that an older head is the beginning of this one is not there, or is none."
            );
        else if (
            report.Draw is { } draw
            && SignedNote.TryParse(draw.Head, out var note)
            && Checkpoint.TryParse(note.Text, out var older)
            && older.Size == size
            && !MerkleTree.CheckConsistency(size, older.Root, head.Size, head.Root, proof)
        )
            report.Add(
                PackFindingKind.ConsistencyBroken,
                PackFormat.Consistency(size),
                "The head before the draw is not the beginning of this ledger."
            );
    }

    private List<TreeHash>? Proof(long size)
    {
        if (reading.Text(PackFormat.Consistency(size), 1 << 14) is not { } text)
            return null;
        var proof = new List<TreeHash>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TreeHash.TryParseBase64(line, out var hash))
                return null;
            proof.Add(hash);
        }

        return proof;
    }

    private void CheckOutside(OutsideHead outside, Checkpoint head)
    {
        if (outside.Origin is { } origin && origin != head.Origin)
        {
            report.Add(PackFindingKind.Forked, outside.Source, $"The head from outside is of {origin}, the pack of {head.Origin}.");
            return;
        }

        var (small, large) =
            outside.Size <= head.Size
                ? ((outside.Size, outside.Root), (head.Size, head.Root))
                : ((head.Size, head.Root), (outside.Size, outside.Root));
        var proof = small.Item1 == large.Item1 ? [] : terms.Consistency?.GetValueOrDefault(outside.Size) ?? Proof(outside.Size);
        if (proof is null)
            report.NotCompared.Add(outside);
        else if (MerkleTree.CheckConsistency(small.Item1, small.Item2, large.Item1, large.Item2, proof))
            report.Confirmed.Add(outside);
        else
            report.Add(
                PackFindingKind.Forked,
                outside.Source,
                "The head from outside is not of this history: the ledger was written anew, or the pack is of another."
            );
    }

    private void CheckWitnesses(SignedNote note)
    {
        if (terms.Policy is not { } policy)
            return;
        var verdict = policy.Judge(note);
        foreach (var name in verdict.Failing)
            report.Add(PackFindingKind.CosignatureWrong, name, "The line of this witness below the head does not hold.");
        if (!verdict.IsMet && verdict.Failing.Count == 0)
            report.Add(
                PackFindingKind.CosignatureWrong,
                PackFormat.Head,
                "Fewer witnesses have cosigned the head than the policy asks for."
            );
        foreach (var held in verdict.Cosignatures)
            report.Witnesses.Add(string.Create(CultureInfo.InvariantCulture, $"{held.Witness} ({held.Time:yyyy-MM-dd HH:mm:ss} UTC)"));
    }

    private static string Name(long number) => string.Create(CultureInfo.InvariantCulture, $"entry {number}");
}
