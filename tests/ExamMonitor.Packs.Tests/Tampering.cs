using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExamMonitor.Contracts;
using ExamMonitor.Packs.Verification;
using ExamMonitor.Packs.Zip;

namespace ExamMonitor.Packs.Tests;

/// <summary>An unpacked pack that somebody changes before handing it on. Whoever is clever makes the list of hashes anew.</summary>
internal sealed class Tampering
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public Tampering(string zip)
    {
        using var source = PackVerifier.Open(zip);
        foreach (var path in source.Files.Keys)
        {
            using var stream = source.Open(path);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            _files[path] = bytes;
        }
    }

    public IReadOnlyDictionary<string, byte[]> Files => _files;

    public string First(string prefix) => _files.Keys.First(k => k.StartsWith(prefix, StringComparison.Ordinal));

    public string Text(string path) => Encoding.UTF8.GetString(_files[path]);

    public void Flip(string path, int at) =>
        _files[path] = [.. _files[path].Select((b, i) => i == (at + _files[path].Length) % _files[path].Length ? (byte)(b ^ 1) : b)];

    /// <summary>Takes bytes from the end.</summary>
    public void Cut(string path, int bytes) => _files[path] = _files[path][..^bytes];

    /// <summary>Path of the entry that holds a text.</summary>
    public string EntryOf(string text) =>
        _files.Keys.Single(k =>
            k.StartsWith("proof/entries/", StringComparison.Ordinal)
            && k.EndsWith(".json", StringComparison.Ordinal)
            && Text(k).Contains(text, StringComparison.Ordinal)
        );

    public void Replace(string path, string from, string to)
    {
        var text = Text(path);
        if (!text.Contains(from, StringComparison.Ordinal))
            throw new InvalidOperationException($"{path} has no {from}.");
        _files[path] = Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }

    public void Swap(string a, string b) => (_files[a], _files[b]) = (_files[b], _files[a]);

    public void Drop(string path)
    {
        if (!_files.Remove(path))
            throw new InvalidOperationException(path);
    }

    public void Put(string path, string text) => _files[path] = Encoding.UTF8.GetBytes(text);

    /// <summary>Changes the facts of the pack.</summary>
    public void Facts(Func<PackFacts, PackFacts> change) =>
        _files[PackFormat.Facts] = JsonSerializer.SerializeToUtf8Bytes(
            change(JsonSerializer.Deserialize<PackFacts>(_files[PackFormat.Facts], ContractJson.Options)!),
            ContractJson.Options
        );

    /// <summary>Changes a value of JSON.</summary>
    public void Json(string path, Action<JsonNode> change)
    {
        var node = JsonNode.Parse(_files[path])!;
        change(node);
        _files[path] = JsonSerializer.SerializeToUtf8Bytes(node, ContractJson.Options);
    }

    /// <summary>Makes the list fit what is there now.</summary>
    public void Relist() =>
        Put(
            PackFormat.List,
            string.Concat(
                _files
                    .Where(f => f.Key != PackFormat.List && !f.Key.StartsWith(PackFormat.Proof, StringComparison.Ordinal))
                    .Select(f => $"{Convert.ToHexStringLower(SHA256.HashData(f.Value))}  {f.Key}\n")
            )
        );

    public void WriteZip(string path)
    {
        using var stream = new ZipStream(new([.. _files.Select(f => ZipItem.Of(f.Key, f.Value))], PackSite.Start));
        using var file = File.Create(path);
        stream.CopyTo(file);
    }

    public void WriteFolder(string path)
    {
        foreach (var (name, content) in _files)
        {
            var file = Path.Combine(path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }
    }
}
