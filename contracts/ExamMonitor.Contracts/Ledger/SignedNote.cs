using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>
/// A text with signatures below it, in the layout of the C2SP signed note: the text, an empty line, one line per signature.
/// </summary>
/// <remarks>
/// A signature line is <c>— NAME BASE64</c>; the base64 holds four bytes of key id and the signature. Of the kinds of signature, this type
/// makes and checks ECDSA P-256 / SHA-256 (ASN.1 DER) over the text with its last line feed; lines of other kinds are kept as they are. A
/// text with an empty line inside is refused, though a note may have one: neither a checkpoint nor a statement of ours has. Source:
/// c2sp.org/signed-note.
/// </remarks>
/// <param name="Text">What is signed; ends with a line feed.</param>
/// <param name="Signatures">At least one.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>
    /// Longest note that is read, characters: room for 16 signatures of 5 KB each, the largest that the specification speaks of.
    /// </summary>
    public const int MaxLength = 128 * 1024;

    private const int MaxSignatures = 32;

    /// <summary>
    /// Key id by which the readers of our first version know an ECDSA key: the start of SHA-256 over name, line feed, 0x02,
    /// SubjectPublicKeyInfo.
    /// </summary>
    public static byte[] KeyId(string name, ECDsa key) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', 2, .. key.ExportSubjectPublicKeyInfo()])[..4];

    /// <summary>Key id of an ECDSA key by c2sp.org/signed-note, type 0x02: the start of SHA-256 over SubjectPublicKeyInfo alone.</summary>
    public static byte[] StandardKeyId(ECDsa key) => SHA256.HashData(key.ExportSubjectPublicKeyInfo())[..4];

    /// <summary>Signs a text.</summary>
    /// <exception cref="ArgumentException">The text does not end with a line feed or holds an empty line, or the name holds white space or
    /// a plus sign.</exception>
    public static SignedNote Sign(string text, string name, ECDsa privateKey)
    {
        if (!IsText(text))
            throw new ArgumentException(
                "A note's text ends with a line feed, and has no empty line and no control character.",
                nameof(text)
            );
        if (!IsName(name))
            throw new ArgumentException("A signer's name has no white space and no plus sign.", nameof(name));
        var signature = privateKey.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new(text, [new NoteSignature(name, KeyId(name, privateKey), signature)]);
    }

    /// <summary>Reads a note; false for anything that <see cref="Format"/> would not write.</summary>
    public static bool TryParse([NotNullWhen(true)] string? source, [NotNullWhen(true)] out SignedNote? note)
    {
        note = null;
        if (source is null || source.Length > MaxLength || !source.EndsWith('\n'))
            return false;
        var split = source.IndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || split + 2 == source.Length || !IsText(source[..(split + 1)]))
            return false;
        var signatures = new List<NoteSignature>();
        foreach (var line in source[(split + 2)..^1].Split('\n'))
        {
            if (signatures.Count == MaxSignatures || !NoteSignature.TryParse(line, out var signature))
                return false;
            signatures.Add(signature);
        }

        note = new SignedNote(source[..(split + 1)], signatures);
        return true;
    }

    /// <summary>
    /// Whether a signature of <paramref name="name"/> with <paramref name="publicKey"/> stands below the text, and every one that claims to
    /// be is right.
    /// </summary>
    public bool IsSignedBy(string name, ECDsa publicKey)
    {
        var (first, standard) = (KeyId(name, publicKey), StandardKeyId(publicKey));
        byte[]? right = null;
        foreach (var signature in Signatures.Where(s => s.Is(name, first) || s.Is(name, standard)).Select(s => s.Signature))
        {
            // A head of ours carries the same signature under both ids.
            if (right is not null && signature.AsSpan().SequenceEqual(right))
                continue;
            if (
                !publicKey.VerifyData(
                    Encoding.UTF8.GetBytes(Text),
                    signature,
                    HashAlgorithmName.SHA256,
                    DSASignatureFormat.Rfc3279DerSequence
                )
            )
                return false;
            right = signature;
        }

        return right is not null;
    }

    /// <summary>Writes the note.</summary>
    public string Format()
    {
        var result = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
            result.Append(signature.Format());
        return result.ToString();
    }

    internal static bool IsName(string name) =>
        name.Length is > 0 and <= 256 && !name.Any(c => c < ' ' || char.IsWhiteSpace(c) || c == '+');

    private static bool IsText(string text) =>
        text.EndsWith('\n') && text[0] != '\n' && !text.Contains("\n\n", StringComparison.Ordinal) && !text.Any(c => c != '\n' && c < ' ');
}
