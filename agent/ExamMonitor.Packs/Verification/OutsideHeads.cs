using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Packs.Verification;

/// <summary>Reads heads that somebody else kept, from a file or as they were typed or scanned, and proofs between two.</summary>
public static class OutsideHeads
{
    /// <summary>A signed head, or the short form of a session record sheet; from a file of that name when there is one.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static OutsideHead Read(string given)
    {
        var isFile = given.Length < 1000 && !given.Contains('\n', StringComparison.Ordinal) && File.Exists(given);
        if (isFile && new FileInfo(given).Length > SignedNote.MaxLength)
            throw new FormatException($"{given} is too large to be a head.");
        var text = isFile ? File.ReadAllText(given) : given;
        var source = isFile ? Path.GetFileName(given) : "the head that was typed";
        var note = text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim() + "\n";
        if (SignedNote.TryParse(note, out var signed) && Checkpoint.TryParse(signed.Text, out var head))
            return new(head.Size, head.Root, head.Origin, source);
        if (ShortHead.TryParse(text, out var size, out var root))
            return new(size, root, null, source);
        if (ShortHead.Explain(text) is { } where)
            throw new FormatException($"--head was mistyped. {where.En} {where.Zh}");
        throw new FormatException(
            "--head is neither a file nor a head. Type it as it stands on the sheet: the number of entries and 14 groups of four characters, or the text of the QR code."
        );
    }

    /// <summary>The answer of the agent's API.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static (long From, long To, IReadOnlyList<TreeHash> Hashes) ReadProof(string path)
    {
        try
        {
            var proof =
                JsonSerializer.Deserialize<ConsistencyProof>(File.ReadAllBytes(path), ContractJson.Options)
                ?? throw new JsonException("null");
            return (
                proof.From,
                proof.To,
                [
                    .. proof.Hashes.Select(h =>
                        TreeHash.TryParseBase64(h, out var hash)
                            ? hash
                            : throw new FormatException($"{path} holds something that is no hash.")
                    ),
                ]
            );
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path} is no consistency proof: {e.Message}", e);
        }
    }
}
