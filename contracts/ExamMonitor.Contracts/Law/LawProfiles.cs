using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.Law;

/// <summary>The profiles that come with the product. Read once; safe from any thread.</summary>
public static class LawProfiles
{
    private const string Ending = ".json";
    private static readonly string Prefix = typeof(LawProfiles).Namespace + ".profiles.";
    private static readonly Lazy<IReadOnlyList<LawProfileReading>> Read = new(ReadAll);

    /// <summary>All of them, in order of their ids.</summary>
    public static IReadOnlyList<LawProfileReading> All => Read.Value;

    /// <summary>
    /// A profile by its id. An unknown id gives a reading without a profile, which keeps everything for ever, and a finding.
    /// </summary>
    public static LawProfileReading Find(string id)
    {
        foreach (var reading in All)
        {
            if (string.Equals(reading.Profile?.Id, id, StringComparison.Ordinal))
                return reading;
        }

        var known = string.Join(", ", All.Select(r => r.Profile?.Id));
        return new(
            id,
            null,
            [
                new(
                    FindingLevel.Error,
                    id,
                    0,
                    "$",
                    new($"There is no law profile \"{Shorten(id)}\".", $"没有名为“{Shorten(id)}”的法规配置。"),
                    new(
                        $"Choose from {known}. Until then exam footage is kept for ever.",
                        $"请从 {known} 中选择。在此之前，考试录像将永久保存。"
                    )
                ),
            ]
        );
    }

    private static string Shorten(string id) => id.Length <= 64 ? id : id[..64] + "…";

    private static IReadOnlyList<LawProfileReading> ReadAll()
    {
        var assembly = typeof(LawProfiles).Assembly;
        var readings = new List<LawProfileReading>();
        foreach (
            var name in assembly
                .GetManifestResourceNames()
                .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            readings.Add(LawProfileFile.Parse(bytes, name[Prefix.Length..]));
        }

        return [.. readings.OrderBy(r => r.Profile?.Id ?? r.Name[..^Ending.Length], StringComparer.Ordinal)];
    }
}
