using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>What is wrong with a secret's file, and how to mend it.</summary>
internal sealed record SecretFault(string Text, string Mend);

/// <summary>Secrets live in files that only their owner can read, or in the environment; never in the configuration file.</summary>
internal static class Secrets
{
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>What is wrong with the file at <paramref name="path"/>; null when it can be used.</summary>
    public static SecretFault? FindFault(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            return new($"there is no file \"{path}\".", "Write the secret into its first line, then: chmod 600.");
        if (info.Length is 0 or > MaxBytes)
            return new($"\"{path}\" is empty or too large.", "Write the secret into its first line.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ForOthers) != UnixFileMode.None)
            return new($"\"{path}\" can be read or changed by others.", $"Run: chmod 600 '{path}'");
        return null;
    }

    /// <summary>First line of a secret's file.</summary>
    /// <exception cref="InvalidDataException">The file has a fault of <see cref="FindFault"/>.</exception>
    public static string Read(string path)
    {
        if (FindFault(path) is { } fault)
            throw new InvalidDataException($"{fault.Text} {fault.Mend}");
        return File.ReadLines(path, Encoding.UTF8).First().TrimEnd('\r', '\n');
    }

    /// <summary>The password that two keys describe: a file, else a variable, else null.</summary>
    public static string? Read(string? path, string? variable, string folder) =>
        path is not null ? Read(Path.Combine(folder, path))
        : variable is not null ? Environment.GetEnvironmentVariable(variable)
        : null;

    /// <summary>
    /// Reads the secret at <paramref name="path"/>, or makes a random one of 256 bits there, mode 0600, when there is no such file.
    /// </summary>
    public static string ReadOrCreate(string path)
    {
        if (!File.Exists(path))
            WritePrivately(path, Random() + "\n");
        return Read(path);
    }

    /// <summary>A random word of 256 bits, safe in addresses and headers.</summary>
    public static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// Replaces a file whole, mode 0600 from its first byte: a reader sees the old content or the new, and nobody else sees either.
    /// </summary>
    public static void WritePrivately(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.ReplacePrivately(path, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The address with user and password cut out, fit for logs.</summary>
    public static string WithoutCredentials(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal);
        var from = start < 0 ? 0 : start + 3;
        var end = address.IndexOfAny(['/', '?', '#'], from);
        var at = address.LastIndexOf('@', (end < 0 ? address.Length : end) - 1);
        return at < from ? address : string.Concat(address.AsSpan(0, from), address.AsSpan(at + 1));
    }
}
