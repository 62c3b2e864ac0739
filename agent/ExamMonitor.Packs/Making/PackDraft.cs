using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Packs.Zip;

namespace ExamMonitor.Packs.Making;

/// <summary>
/// A pack while it is put together: first every file and its hash, then the list of hashes, whose hash the ledger pins, then the proofs.
/// Not
/// thread-safe.
/// </summary>
public sealed class PackDraft
{
    private readonly SortedDictionary<string, (ZipItem Item, string Sha256)> _files = new(StringComparer.Ordinal);

    /// <summary>The list of hashes in the form of sha256sum: two spaces between hash and path, by path.</summary>
    public byte[] List => Encoding.UTF8.GetBytes(string.Concat(_files.Select(f => $"{f.Value.Sha256}  {f.Key}\n")));

    /// <summary>Hash of <see cref="List"/>: what the ledger pins.</summary>
    public string ListHash => Convert.ToHexStringLower(SHA256.HashData(List));

    /// <summary>Whether a file is there already.</summary>
    public bool Has(string path) => _files.ContainsKey(path);

    /// <summary>Adds a file.</summary>
    public void Add(string path, byte[] content) =>
        Put(path, ZipItem.Of(path, content), Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Adds a text.</summary>
    public void Add(string path, string content) => Add(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Adds a value as JSON.</summary>
    public void AddJson<T>(string path, T value) => Add(path, JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options));

    /// <summary>Adds a file that is read when the pack is.</summary>
    public void Add(string path, long size, string sha256, Func<Stream> open) => Put(path, ZipItem.Of(path, size, open), sha256);

    /// <summary>Adds what every pack has: facts, key, instructions, the page.</summary>
    public void AddFrame(PackFacts facts, string publicKey)
    {
        AddJson(PackFormat.Facts, facts);
        Add(PackFormat.Key, publicKey);
        Add(PackFormat.Instructions, PackResources.Read("VERIFY.md"));
        foreach (var name in PackResources.PageFiles)
            Add(name, PackResources.Read(name));
    }

    /// <summary>Lays the pack out with its proofs.</summary>
    /// <param name="facts">As in the pack.</param>
    /// <param name="export">Number of the entry that pins the list.</param>
    /// <param name="note">Signed head over that entry.</param>
    /// <param name="ledger">Ledger.</param>
    /// <exception cref="ArgumentException">The head does not cover the entry.</exception>
    public ZipLayout Seal(PackFacts facts, long export, string note, IPackLedger ledger)
    {
        if (!SignedNote.TryParse(note, out var signed) || !Checkpoint.TryParse(signed.Text, out var head) || head.Size <= export)
            throw new ArgumentException("The head does not cover the entry that pins the pack.", nameof(note));
        var proofs = new List<ZipItem>
        {
            Text(PackFormat.Head, note),
            ZipItem.Of(PackFormat.Export, ledger.Read(export)),
            Text(PackFormat.ExportInclusion, new InclusionFile(export, ledger.ProveInclusion(export, head.Size), note).Format()),
        };
        foreach (var entry in facts.Entries)
        {
            proofs.Add(ZipItem.Of(PackFormat.Entry(entry), ledger.Read(entry)));
            // Thousands of proofs are made again when they are read, not held.
            byte[] Prove() => Encoding.UTF8.GetBytes(new InclusionFile(entry, ledger.ProveInclusion(entry, head.Size), note).Format());
            proofs.Add(ZipItem.Of(PackFormat.Inclusion(entry), Prove().Length, () => new MemoryStream(Prove(), writable: false)));
        }

        foreach (var size in facts.Consistency)
            proofs.Add(
                Text(PackFormat.Consistency(size), string.Concat(ledger.ProveConsistency(size, head.Size).Select(h => h.ToBase64() + "\n")))
            );
        // What explains the pack comes first: it can be read before the clips have come.
        var clips = _files.Values.Select(f => f.Item).ToLookup(i => i.Path.StartsWith(PackFormat.Clips, StringComparison.Ordinal));
        return new([ZipItem.Of(PackFormat.List, List), .. clips[false], .. proofs, .. clips[true]], facts.MadeAt);
    }

    private static ZipItem Text(string path, string text) => ZipItem.Of(path, Encoding.UTF8.GetBytes(text));

    private void Put(string path, ZipItem item, string sha256)
    {
        if (!_files.TryAdd(path, (item, sha256)))
            throw new ArgumentException($"{path} is in the pack already.", nameof(path));
    }
}
