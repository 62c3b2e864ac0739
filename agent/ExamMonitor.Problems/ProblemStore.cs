using System.Collections.Immutable;
using System.Text.Json;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Problems;

/// <summary>Keeps the open problems across restarts: one file, replaced whole.</summary>
/// <param name="path">File.</param>
internal sealed class ProblemStore(string path)
{
    private const int MaxBytes = 16 << 20;

    /// <summary>
    /// The state as last saved; empty without a file. A file that cannot be read is put aside (<c>.unreadable</c>), since a broken file
    /// must not stop a recorder.
    /// </summary>
    public ProblemState Load(out string? fault)
    {
        fault = null;
        try
        {
            if (!File.Exists(path))
                return ProblemState.Empty;
            if (new FileInfo(path).Length > MaxBytes)
                throw new JsonException("the file is too large");
            var saved =
                JsonSerializer.Deserialize<Saved>(File.ReadAllBytes(path), ContractJson.Options)
                ?? throw new JsonException("the file holds null");
            return new(
                saved.Open.ToImmutableSortedDictionary(p => p.Id, p => p, StringComparer.Ordinal),
                saved.LastNumber,
                [.. saved.Pending]
            );
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            fault = $"The list of open problems {path} cannot be read ({e.Message}); it was put aside and a new one begun.";
            File.Move(path, path + ".unreadable", overwrite: true);
            return ProblemState.Empty;
        }
    }

    /// <summary>Saves the state. After a crash the file holds this state or the one before, never a part.</summary>
    public void Save(ProblemState state) =>
        Secrets.WritePrivately(
            path,
            JsonSerializer.Serialize(new Saved(state.LastNumber, [.. state.Open.Values], [.. state.Pending]), ContractJson.Options)
        );

    private sealed record Saved(long LastNumber, IReadOnlyList<Problem> Open, IReadOnlyList<ProblemStep> Pending);
}
