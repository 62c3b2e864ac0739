using System.Security.Cryptography;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>Reads the public key of a ledger, as agents publish it.</summary>
public static class PublicKeyPem
{
    /// <summary>The key; null when the text is none. The caller disposes of it.</summary>
    /// <param name="pem">Any text, from anybody.</param>
    public static ECDsa? TryRead(string? pem)
    {
        if (pem is null)
            return null;
        var key = LedgerCurve.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }
}
