using System.Text;
using ExamMonitor.Contracts.Maps.Reading;

namespace ExamMonitor.Contracts.Maps;

/// <summary>Reads station maps written by people, and says everything that is wrong with one in one go.</summary>
public static class StationMapFile
{
    /// <summary>Largest file, bytes.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Reads a file. A missing, unreadable or too large one is a finding too; nothing is thrown for what the file holds.</summary>
    public static StationMapReading Load(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return Parse(buffer.AsSpan(0, length), name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unreadable(
                name,
                new($"The file {path} cannot be read: {e.Message}", $"无法读取文件 {path}：{e.Message}"),
                new("Check that it exists, and that this user may read it.", "请确认文件存在，且当前用户有读取权限。")
            );
        }
    }

    /// <summary>Reads text; <paramref name="name"/> is what findings call it.</summary>
    public static StationMapReading Parse(string text, string name) => Parse(Encoding.UTF8.GetBytes(text), name);

    /// <summary>Reads UTF-8 text, with or without byte order mark.</summary>
    public static StationMapReading Parse(ReadOnlySpan<byte> utf8, string name) => Parse(utf8, name, isDraft: false);

    /// <summary>
    /// Reads a map that somebody still works on: what is wrong is a finding, and the rest is the map all the same. It may lack cameras.
    /// </summary>
    /// <returns>The map is null only when the text or its room cannot be read.</returns>
    public static StationMapReading ParseDraft(ReadOnlySpan<byte> utf8, string name) => Parse(utf8, name, isDraft: true);

    private static StationMapReading Parse(ReadOnlySpan<byte> utf8, string name, bool isDraft)
    {
        if (utf8.Length > MaxBytes)
        {
            return Unreadable(
                name,
                new($"The file is larger than {MaxBytes / 1024 / 1024} MiB.", $"文件超过 {MaxBytes / 1024 / 1024} MiB。"),
                new("A station map is a small text file: check that this is one.", "工位地图是很小的文本文件：请确认文件是否正确。")
            );
        }

        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        var findings = new Findings(name);
        var root = JsonPlaceReader.Read(utf8, findings);
        var map = root is null ? null : new MapReader(findings, isDraft).Read(root);
        return new(findings.HasErrors && !isDraft ? null : map, findings.InOrder);
    }

    private static StationMapReading Unreadable(string name, LocalText problem, LocalText mend) =>
        new(null, [new(FindingLevel.Error, name, 0, "$", problem, mend)]);
}
