using System.Text.Json;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Preservation.Tiers;

/// <summary>A check of all copies.</summary>
/// <param name="At">When it ended, UTC.</param>
/// <param name="Proved">Copies that it proved.</param>
/// <param name="Mismatched">Copies that did not match.</param>
internal sealed record TierCheck(DateTimeOffset At, long Proved, long Mismatched);

/// <summary>Remembers the last check of all copies, which a command makes beside the agent.</summary>
/// <param name="path">File.</param>
internal sealed class TierCheckNote(string path)
{
    /// <summary>The last check; null for none, or when the note cannot be read: then nothing is claimed.</summary>
    public TierCheck? Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<TierCheck>(File.ReadAllBytes(path), ContractJson.Options) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Notes a check.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(TierCheck check) => Secrets.WritePrivately(path, JsonSerializer.Serialize(check, ContractJson.Options));
}
