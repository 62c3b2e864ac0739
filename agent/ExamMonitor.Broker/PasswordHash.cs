using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Broker;

/// <summary>A password as the broker knows it: PBKDF2 with SHA-256 (RFC 8018), a salt of 16 bytes, a hash of 32.</summary>
/// <param name="Iterations">[1,000, …].</param>
/// <param name="Salt">Base64.</param>
/// <param name="Hash">Base64.</param>
public sealed record PasswordHash(int Iterations, string Salt, string Hash)
{
    /// <summary>
    /// The broker's own passwords are random words of 256 bits, which no number of guesses reaches; the count makes a guess dear for those
    /// that are not.
    /// </summary>
    private const int DefaultIterations = 20_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>Hashes a password with a salt of its own.</summary>
    public static PasswordHash Of(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new(
            DefaultIterations,
            Convert.ToBase64String(salt),
            Convert.ToBase64String(Derive(Encoding.UTF8.GetBytes(password), salt, DefaultIterations))
        );
    }

    /// <summary>Whether it is the password; takes the same time for every wrong one.</summary>
    public bool Accepts(ReadOnlySpan<byte> password) =>
        CryptographicOperations.FixedTimeEquals(
            Derive(password, Convert.FromBase64String(Salt), Iterations),
            Convert.FromBase64String(Hash)
        );

    /// <inheritdoc/>
    public override string ToString() => "(hash)";

    private static byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, HashBytes);
}
