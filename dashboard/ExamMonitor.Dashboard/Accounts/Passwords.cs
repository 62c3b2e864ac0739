using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>Hashes and random passwords. PBKDF2 with HMAC-SHA512, a salt per account.</summary>
internal sealed class Passwords
{
    /// <summary>Rounds of an account's hash (OWASP Password Storage Cheat Sheet, for HMAC-SHA512).</summary>
    public const int Rounds = 210_000;

    public const int LeastLength = 10;
    public const int MostLength = 200;

    // No 0 O 1 l I: it is read off a screen and typed once.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    private readonly PasswordHasher<UserRecord> _hasher;
    private readonly string _nobody;

    public Passwords(int rounds)
    {
        _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = rounds }));
        _nobody = Hash(Random());
    }

    /// <summary>Twenty characters in groups of five: 100 bits.</summary>
    public static string Random() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Alphabet, 5)));

    public static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>Whether the password is right. An account that does not exist costs the same time as one that does.</summary>
    public bool Check(UserRecord? user, string password)
    {
        var result = _hasher.VerifyHashedPassword(null!, user?.Password ?? _nobody, password.Length <= MostLength ? password : "");
        return user is not null && result != PasswordVerificationResult.Failed;
    }
}
