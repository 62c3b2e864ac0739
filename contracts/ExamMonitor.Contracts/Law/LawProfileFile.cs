using System.Text;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Maps.Reading;

namespace ExamMonitor.Contracts.Law;

/// <summary>Reads law profiles, and says everything that is wrong with one in one go. What cannot be used keeps footage for ever.</summary>
public static class LawProfileFile
{
    /// <summary>Largest file, bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Reads a file. A missing, unreadable or too large one is a finding, too.</summary>
    public static LawProfileReading Load(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[MaxBytes + 1];
            return Parse(buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)), name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unusable(
                name,
                new($"The file {path} cannot be read: {e.Message}", $"无法读取文件 {path}：{e.Message}"),
                new("Check that it exists, and that this user may read it.", "请确认文件存在，且当前用户有读取权限。")
            );
        }
    }

    /// <summary>Reads text; <paramref name="name"/> is what findings call it.</summary>
    public static LawProfileReading Parse(string text, string name) => Parse(Encoding.UTF8.GetBytes(text), name);

    /// <summary>Reads UTF-8 text, with or without byte order mark.</summary>
    public static LawProfileReading Parse(ReadOnlySpan<byte> utf8, string name)
    {
        if (utf8.Length > MaxBytes)
        {
            return Unusable(
                name,
                new($"The file is larger than {MaxBytes / 1024} KiB.", $"文件超过 {MaxBytes / 1024} KiB。"),
                new("A law profile is a small text file: check that this is one.", "法规配置是很小的文本文件：请确认文件是否正确。")
            );
        }

        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        var findings = new Findings(name);
        var root = JsonPlaceReader.Read(utf8, findings);
        var profile = root is null ? null : new LawProfileReader(findings).Read(root);
        return new(name, profile, [.. findings.InOrder.Select(f => new LawFinding(f.Level, f.File, f.Line, f.Path, f.Problem, f.Mend))]);
    }

    private static LawProfileReading Unusable(string name, LocalText problem, LocalText mend) =>
        new(name, null, [new(FindingLevel.Error, name, 0, "$", problem, mend)]);
}
