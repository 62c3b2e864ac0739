using System.CommandLine;
using System.Security.Cryptography;

namespace ExamMonitor.Verify;

/// <summary>The public key that a person hands in.</summary>
internal static class PublicKeyFile
{
    public static Option<FileInfo> Option() => new("--key") { Description = "Public key of the agent: PEM, SubjectPublicKeyInfo.", Required = true };

    /// <summary>Reads the key; null after a sentence on standard error when it is none.</summary>
    public static ECDsa? Read(FileInfo file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file.FullName));
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            Console.Error.WriteLine($"{file.FullName} is no public key in PEM: {e.Message} Give the agent's public key with --key.");
            return null;
        }
    }
}
