using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using NSec.Cryptography;

namespace ExamMonitor.Transparency;

/// <summary>
/// Kind of a note's signature: the identifier byte of c2sp.org/signed-note. A <see cref="VerifierKey"/> is of one of the two Ed25519 kinds.
/// </summary>
[SuppressMessage("Design", "CA1027", Justification = "Identifier bytes of a specification, no flags.")]
public enum NoteKeyType
{
    /// <summary>Not assigned.</summary>
    None = 0,

    /// <summary>Ed25519 over the note's text: a log's key.</summary>
    Ed25519 = 1,

    /// <summary>Ed25519 over a time and the note's text: a witness's key (c2sp.org/tlog-cosignature).</summary>
    Cosignature = 4,
}

/// <summary>How a key's signature stands below a note.</summary>
public enum SignatureStanding
{
    /// <summary>There is none of this key.</summary>
    Absent,

    /// <summary>It is right.</summary>
    Holds,

    /// <summary>A line names this key and is wrong: the note is not to be believed.</summary>
    Fails,
}

/// <summary>A verifier key (vkey) of c2sp.org/signed-note: a name, the kind of signature, an Ed25519 public key.</summary>
public sealed class VerifierKey
{
    private const int KeySize = 32;
    private const int MaxLength = 512;
    private readonly byte[] _key;
    private readonly PublicKey _public;

    private VerifierKey(string name, NoteKeyType type, byte[] key, PublicKey parsed) =>
        (Name, Type, _key, _public) = (name, type, key, parsed);

    /// <summary>Name in the signature lines.</summary>
    public string Name { get; }

    /// <summary>Kind of signature.</summary>
    public NoteKeyType Type { get; }

    /// <summary>The 32 bytes of the public key.</summary>
    public ReadOnlySpan<byte> PublicKeyBytes => _key;

    /// <summary>Four bytes that, with the name, tell the key.</summary>
    public byte[] KeyId => SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', (byte)Type, .. _key])[..4];

    /// <summary>Key of a name, kind and 32 bytes.</summary>
    /// <exception cref="ArgumentException">The name or the bytes can be none.</exception>
    public static VerifierKey Of(string name, NoteKeyType type, ReadOnlySpan<byte> key) =>
        TryMake(name, type, key, out var made)
            ? made
            : throw new ArgumentException("The name has white space or a plus sign, or the key is no Ed25519 key.", nameof(name));

    /// <summary>
    /// Reads <c>NAME+KEYID+BASE64</c>; false for anything that <see cref="ToString"/> would not write, and for other kinds of keys.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VerifierKey? key)
    {
        key = null;
        if (text is null || text.Length > MaxLength || text.Split('+', 3) is not [var name, _, var material])
            return false;
        var bytes = new byte[MaxLength];
        if (!Convert.TryFromBase64String(material, bytes, out var written) || written != KeySize + 1)
            return false;
        if (
            !TryMake(name, (NoteKeyType)bytes[0], bytes.AsSpan(1, KeySize), out var made)
            || !string.Equals(made.ToString(), text, StringComparison.Ordinal)
        )
            return false;
        key = made;
        return true;
    }

    /// <summary>How this key's signature stands below a note.</summary>
    /// <param name="note">Note.</param>
    /// <param name="time">For a cosignature that holds: the earliest time that the witness states, UTC; else null.</param>
    public SignatureStanding Check(SignedNote note, out DateTimeOffset? time)
    {
        time = null;
        var (standing, id) = (SignatureStanding.Absent, KeyId);
        foreach (var signature in note.Signatures.Where(s => s.Is(Name, id)))
        {
            if (!Holds(note.Text, signature.Signature, out var stated))
            {
                time = null;
                return SignatureStanding.Fails;
            }

            standing = SignatureStanding.Holds;
            if (time is null || stated < time)
                time = stated;
        }

        return standing;
    }

    /// <inheritdoc cref="Check(SignedNote, out DateTimeOffset?)"/>
    public SignatureStanding Check(SignedNote note) => Check(note, out _);

    /// <summary>Whether it is the same public key, whatever its name.</summary>
    public bool IsSameKey(VerifierKey other) => _key.AsSpan().SequenceEqual(other._key);

    /// <summary>The vkey.</summary>
    public override string ToString() => $"{Name}+{Convert.ToHexStringLower(KeyId)}+{Convert.ToBase64String([(byte)Type, .. _key])}";

    private static bool TryMake(string name, NoteKeyType type, ReadOnlySpan<byte> key, [NotNullWhen(true)] out VerifierKey? made)
    {
        made = null;
        if (type is not (NoteKeyType.Ed25519 or NoteKeyType.Cosignature) || !NoteSignature.TryParse($"— {name} AAAAAAA=", out _))
            return false;
        if (!PublicKey.TryImport(SignatureAlgorithm.Ed25519, key, KeyBlobFormat.RawPublicKey, out var parsed))
            return false;
        made = new(name, type, key.ToArray(), parsed!);
        return true;
    }

    private bool Holds(string text, byte[] signature, out DateTimeOffset? time)
    {
        time = null;
        if (Type == NoteKeyType.Ed25519)
            return SignatureAlgorithm.Ed25519.Verify(_public, Encoding.UTF8.GetBytes(text), signature);
        if (!CosignedMessage.TryRead(signature, out var seconds))
            return false;
        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return SignatureAlgorithm.Ed25519.Verify(_public, CosignedMessage.Of(text, seconds), signature.AsSpan(CosignedMessage.TimeSize));
    }
}
