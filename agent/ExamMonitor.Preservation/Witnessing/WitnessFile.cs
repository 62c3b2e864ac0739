using System.Text.Json;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Preservation.Witnessing;

/// <summary>A list of the agent's own that lies beside its key.</summary>
internal static class WitnessFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads it; null without a file. One that cannot be read is put aside, since it must not stop the agent.</summary>
    /// <param name="path">File.</param>
    /// <param name="unreadable">Told why it was put aside.</param>
    public static List<T>? Load<T>(string path, Action<string> unreadable)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            if (new FileInfo(path).Length > MaxBytes)
                throw new JsonException("the file is too large");
            return JsonSerializer.Deserialize<List<T>>(File.ReadAllBytes(path), ContractJson.Options)
                ?? throw new JsonException("the file holds null");
        }
        catch (JsonException e)
        {
            unreadable(e.Message);
            File.Move(path, path + ".unreadable", overwrite: true);
            return null;
        }
    }

    /// <summary>Writes it whole, for this account alone.</summary>
    public static void Save<T>(string path, List<T> list) =>
        Secrets.WritePrivately(path, JsonSerializer.Serialize(list, ContractJson.Options));
}
