using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>A text with signatures below it, in the layout of the C2SP signed note: the text, an empty line, one line per signature.</summary>
/// <remarks>
/// A signature line is <c>— NAME BASE64</c>; the base64 holds four bytes of key id and an ECDSA P-256 / SHA-256 signature (ASN.1 DER) over the text with
/// its last line feed. The key id is the start of SHA-256 over the name, a line feed, the byte 0x02 and the key's SubjectPublicKeyInfo.
/// </remarks>
/// <param name="Text">What is signed; ends with a line feed.</param>
/// <param name="Signatures">At least one.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>Longest note that is read, characters.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MaxSignatures = 16;
    private const string Dash = "— ";

    /// <summary>Key id of a name and a public key: four bytes.</summary>
    public static byte[] KeyId(string name, ECDsa key) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', 2, .. key.ExportSubjectPublicKeyInfo()])[..4];

    /// <summary>Signs a text.</summary>
    /// <exception cref="ArgumentException">The text does not end with a line feed or holds an empty line, or the name holds white space or a plus sign.</exception>
    public static SignedNote Sign(string text, string name, ECDsa privateKey)
    {
        if (!IsText(text)) throw new ArgumentException("A note's text ends with a line feed, and has no empty line and no control character.", nameof(text));
        if (!IsName(name)) throw new ArgumentException("A signer's name has no white space and no plus sign.", nameof(name));
        var signature = privateKey.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new(text, [new NoteSignature(name, KeyId(name, privateKey), signature)]);
    }

    /// <summary>Reads a note; false for anything that <see cref="Format"/> would not write.</summary>
    public static bool TryParse([NotNullWhen(true)] string? source, [NotNullWhen(true)] out SignedNote? note)
    {
        note = null;
        if (source is null || source.Length > MaxLength || !source.EndsWith('\n')) return false;
        var split = source.IndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || split + 2 == source.Length || !IsText(source[..(split + 1)])) return false;
        var signatures = new List<NoteSignature>();
        foreach (var line in source[(split + 2)..^1].Split('\n'))
        {
            if (signatures.Count == MaxSignatures || !TryParseSignature(line, out var signature)) return false;
            signatures.Add(signature);
        }

        note = new SignedNote(source[..(split + 1)], signatures);
        return true;
    }

    /// <summary>Whether a signature of <paramref name="name"/> with <paramref name="publicKey"/> stands below the text and is right.</summary>
    public bool IsSignedBy(string name, ECDsa publicKey)
    {
        var id = KeyId(name, publicKey);
        foreach (var signature in Signatures)
        {
            if (!string.Equals(signature.Name, name, StringComparison.Ordinal) || !signature.KeyId.AsSpan().SequenceEqual(id)) continue;
            if (publicKey.VerifyData(Encoding.UTF8.GetBytes(Text), signature.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)) return true;
        }

        return false;
    }

    /// <summary>Writes the note.</summary>
    public string Format()
    {
        var result = new StringBuilder(Text).Append('\n');
        foreach (var s in Signatures) result.Append(Dash).Append(s.Name).Append(' ').Append(Convert.ToBase64String([.. s.KeyId, .. s.Signature])).Append('\n');
        return result.ToString();
    }

    private static bool TryParseSignature(string line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(Dash, StringComparison.Ordinal)) return false;
        var parts = line[Dash.Length..].Split(' ');
        if (parts.Length != 2 || !IsName(parts[0])) return false;
        var bytes = new byte[256];
        if (!Convert.TryFromBase64String(parts[1], bytes, out var written) || written < 5) return false;
        if (!string.Equals(Convert.ToBase64String(bytes, 0, written), parts[1], StringComparison.Ordinal)) return false;
        signature = new NoteSignature(parts[0], bytes[..4], bytes[4..written]);
        return true;
    }

    private static bool IsText(string text) =>
        text.EndsWith('\n') && text[0] != '\n' && !text.Contains("\n\n", StringComparison.Ordinal) && !text.Any(c => c != '\n' && char.IsControl(c));

    private static bool IsName(string name) => name.Length is > 0 and <= 256 && !name.Any(c => char.IsWhiteSpace(c) || c == '+');
}

/// <summary>One signature of a note.</summary>
/// <param name="Name">Who signs.</param>
/// <param name="KeyId">Four bytes that tell the key.</param>
/// <param name="Signature">ASN.1 DER.</param>
public sealed record NoteSignature(string Name, byte[] KeyId, byte[] Signature);
