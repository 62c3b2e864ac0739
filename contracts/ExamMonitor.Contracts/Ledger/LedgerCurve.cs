using System.Security.Cryptography;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>Keys that sign a ledger's heads: ECDSA over P-256, by the system's library.</summary>
public static class LedgerCurve
{
    /// <summary>Where key objects come from. Tests on a system without elliptic curves bring their own.</summary>
    internal static Func<ECDsa> Source { get; set; } = ECDsa.Create;

    /// <summary>An object to import a key into. The caller disposes of it.</summary>
    public static ECDsa Create() => Source();

    /// <summary>A new key. The caller disposes of it.</summary>
    public static ECDsa Generate()
    {
        var key = Source();
        key.GenerateKey(ECCurve.NamedCurves.nistP256);
        return key;
    }
}
