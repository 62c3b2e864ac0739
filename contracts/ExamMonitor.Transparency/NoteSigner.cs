using System.Text;
using ExamMonitor.Contracts.Ledger;
using NSec.Cryptography;

namespace ExamMonitor.Transparency;

/// <summary>An Ed25519 private key that signs notes in one role: as a log, or as a witness. Safe from any thread.</summary>
/// <remarks>
/// One key never serves both roles: whoever makes it asks for one of <see cref="LogKey"/> and <see cref="WitnessKey"/> alone.
/// </remarks>
public sealed class NoteSigner : IDisposable
{
    private readonly Key _key;
    private readonly byte[] _public;

    private NoteSigner(string name, Key key)
    {
        (Name, _key, _public) = (name, key, key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
        LogKey = VerifierKey.Of(name, NoteKeyType.Ed25519, _public);
        WitnessKey = VerifierKey.Of(name, NoteKeyType.Cosignature, _public);
    }

    /// <summary>Name in the signature lines.</summary>
    public string Name { get; }

    /// <summary>What others verify <see cref="Sign"/> with.</summary>
    public VerifierKey LogKey { get; }

    /// <summary>What others verify <see cref="Cosign"/> with.</summary>
    public VerifierKey WitnessKey { get; }

    /// <summary>Makes a private key.</summary>
    /// <returns>PKCS #8, PEM: as OpenSSL writes it.</returns>
    public static string CreatePem()
    {
        using var key = Key.Create(
            SignatureAlgorithm.Ed25519,
            new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }
        );
        return Encoding.ASCII.GetString(key.Export(KeyBlobFormat.PkixPrivateKeyText)).TrimEnd() + "\n";
    }

    /// <summary>Takes a private key.</summary>
    /// <param name="name">Name in the signature lines.</param>
    /// <param name="pem">PKCS #8, PEM.</param>
    /// <exception cref="FormatException">It is no such key.</exception>
    public static NoteSigner Import(string name, string pem)
    {
        if (!Key.TryImport(SignatureAlgorithm.Ed25519, Encoding.ASCII.GetBytes(pem.Trim()), KeyBlobFormat.PkixPrivateKeyText, out var key))
            throw new FormatException("The file is no Ed25519 private key in PEM (PKCS #8).");
        try
        {
            return new(name, key!);
        }
        catch
        {
            key!.Dispose();
            throw;
        }
    }

    /// <summary>The same key with a name that is made from its public half.</summary>
    /// <param name="pem">PKCS #8, PEM.</param>
    /// <param name="name">Makes the name from the 32 bytes of the public key.</param>
    public static NoteSigner Import(string pem, Func<byte[], string> name)
    {
        using var unnamed = Import("unnamed", pem);
        return Import(name([.. unnamed._public]), pem);
    }

    /// <summary>Signs a note's text as a log (type 0x01).</summary>
    public NoteSignature Sign(string text) => new(Name, LogKey.KeyId, SignatureAlgorithm.Ed25519.Sign(_key, Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Cosigns a checkpoint's text as a witness (type 0x04): states that it is the largest consistent tree seen of this log at that time.
    /// </summary>
    /// <param name="text">Text of the checkpoint.</param>
    /// <param name="time">After the first second of 1970, UTC.</param>
    public NoteSignature Cosign(string text, DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfLessThan(time, DateTimeOffset.UnixEpoch.AddSeconds(1));
        return new(
            Name,
            WitnessKey.KeyId,
            CosignedMessage.Write(seconds, SignatureAlgorithm.Ed25519.Sign(_key, CosignedMessage.Of(text, seconds)))
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
