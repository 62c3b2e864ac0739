using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Curve = System.Security.Cryptography.ECCurve;

namespace ExamMonitor.ManagedCurve;

/// <summary>ECDSA over P-256 by BouncyCastle. Signatures are r and s, 32 bytes each.</summary>
internal sealed class ManagedEcdsa : ECDsa
{
    private const int Width = 32;
    private static readonly X9ECParameters P256 = CustomNamedCurves.GetByName("P-256");
    private static readonly ECDomainParameters Domain = new(P256);
    private ECParameters? _key;

    public ManagedEcdsa() => KeySizeValue = 256;

    public override KeySizes[] LegalKeySizes => [new(256, 256, 0)];

    public override void GenerateKey(Curve curve)
    {
        BigInteger d;
        do d = new BigInteger(1, RandomNumberGenerator.GetBytes(Width));
        while (d.SignValue == 0 || d.CompareTo(Domain.N) >= 0);
        _key = new ECParameters
        {
            Curve = Curve.NamedCurves.nistP256,
            D = Bytes(d),
            Q = PointOf(d),
        };
    }

    public override ECParameters ExportParameters(bool includePrivateParameters)
    {
        var key = Key;
        if (includePrivateParameters)
            return key.D is null ? throw new CryptographicException("no private key") : key with { D = [.. key.D] };
        return new() { Curve = key.Curve, Q = key.Q };
    }

    public override void ImportParameters(ECParameters parameters)
    {
        if (
            parameters.Curve.Oid?.FriendlyName is not ("nistP256" or "ECDSA_P256")
            && parameters.Curve.Oid?.Value is not "1.2.840.10045.3.1.7"
        )
            throw new CryptographicException("not a P-256 key");
        if (parameters.Q.X is null)
            parameters.Q = PointOf(new(1, parameters.D!));
        parameters.Curve = Curve.NamedCurves.nistP256;
        try
        {
            // A point that is not on the curve is refused.
            Domain.Curve.ValidatePoint(new(1, parameters.Q.X), new(1, parameters.Q.Y));
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("not a point of P-256", e);
        }

        // Whoever imports wipes its own copy afterwards.
        parameters.D = parameters.D?.ToArray();
        _key = parameters;
    }

    public override byte[] SignHash(byte[] hash)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(new(1, Key.D ?? throw new CryptographicException("no private key")), Domain));
        var parts = signer.GenerateSignature(hash);
        return [.. Bytes(parts[0]), .. Bytes(parts[1])];
    }

    public override bool VerifyHash(byte[] hash, byte[] signature)
    {
        if (signature.Length != 2 * Width)
            return false;
        var signer = new ECDsaSigner();
        var point = Domain.Curve.CreatePoint(new(1, Key.Q.X!), new(1, Key.Q.Y!));
        signer.Init(false, new ECPublicKeyParameters(point, Domain));
        return signer.VerifySignature(hash, new(1, signature[..Width]), new(1, signature[Width..]));
    }

    private ECParameters Key => _key ?? throw new CryptographicException("no key");

    private static ECPoint PointOf(BigInteger d)
    {
        var point = Domain.G.Multiply(d).Normalize();
        return new() { X = point.AffineXCoord.GetEncoded(), Y = point.AffineYCoord.GetEncoded() };
    }

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArrayUnsigned();
        return [.. new byte[Width - bytes.Length], .. bytes];
    }
}
