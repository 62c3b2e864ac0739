using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// The file beside the exam schedule that holds a change until its line is written. After a crash the ledger may have the change, and the
/// schedule gets it with the next start: the ledger's entry and the intent together are the line.
/// </summary>
public static class ScheduleIntent
{
    /// <summary>Ending of its name behind that of the schedule.</summary>
    public const string Ending = ".intent";

    /// <summary>Whether the intent of a volume is the import that an entry of the ledger speaks of.</summary>
    /// <param name="schedule">File of the schedule, relative to the volume.</param>
    /// <param name="volume">Root of the volume.</param>
    /// <param name="facts">Facts of the entry.</param>
    internal static bool Is(string schedule, string volume, IReadOnlyDictionary<string, string> facts)
    {
        var path = schedule + Ending;
        if (!PlainFiles.IsFile(volume, path))
            return false;
        var file = new FileInfo(Path.Combine(volume, path));
        return file.Length <= LineFiles.MaxBytes && Is(File.ReadAllBytes(file.FullName), facts);
    }

    /// <summary>Whether bytes are the import that an entry of the ledger speaks of.</summary>
    internal static bool Is(byte[] intent, IReadOnlyDictionary<string, string> facts)
    {
        try
        {
            using var json = JsonDocument.Parse(intent);
            return Agrees(json.RootElement, facts);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Whether an import as it stands in a file is the one of an entry.</summary>
    internal static bool Agrees(JsonElement set, IReadOnlyDictionary<string, string> facts) =>
        set.GetProperty("number").GetRawText() == facts.GetValueOrDefault("set")
        && Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(set.GetProperty("items").GetRawText())))
            == facts.GetValueOrDefault("sha256")
        && set.GetProperty("person").GetString() == facts.GetValueOrDefault("person")
        && Optional(set, "reason") == facts.GetValueOrDefault("reason")
        && Optional(set, "file") == facts.GetValueOrDefault("file")
        && (facts.GetValueOrDefault("time") is not { } time || set.GetProperty("at").GetString() == time);

    private static string? Optional(JsonElement set, string name) => set.TryGetProperty(name, out var value) ? value.GetString() : null;
}
