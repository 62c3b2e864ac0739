using System.CommandLine;

namespace ExamMonitor.Verify;

/// <summary>The public key that a person hands in.</summary>
internal static class PublicKeyFile
{
    public static Option<FileInfo> Option() =>
        new("--key") { Description = "Public key of the agent: PEM, SubjectPublicKeyInfo.", Required = true };
}
