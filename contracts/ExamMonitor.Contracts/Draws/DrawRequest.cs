namespace ExamMonitor.Contracts.Draws;

/// <summary>What an evaluator asks to draw from.</summary>
/// <param name="From">Start of the period, UTC: sessions that start in it.</param>
/// <param name="To">End of the period, UTC, exclusive; at most 6 years later.</param>
/// <param name="By">Strata; none for one of all.</param>
/// <param name="FaultyPercent">Share of units not in order that the sample should not miss, percent, above 0 and at most 100, two
/// decimals.</param>
/// <param name="ConfidencePercent">How surely, percent, above 0 and below 100, two decimals.</param>
/// <param name="Sample">Size of the sample; null for the smallest that reaches the confidence.</param>
/// <param name="Phases">Parts of a session, 1 to 12.</param>
/// <param name="Room">Only this room; null for all.</param>
/// <param name="Batch">Only this batch; null for all.</param>
public sealed record DrawRequest(
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<DrawDimension> By,
    double FaultyPercent = 5,
    double ConfidencePercent = 95,
    int? Sample = null,
    int Phases = 3,
    RoomId? Room = null,
    BatchId? Batch = null
)
{
    /// <summary>Longest period.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(6 * 366);

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Fault() =>
        this switch
        {
            _ when To <= From || To - From > Longest => "'to' lies after 'from', at most 6 years.",
            _ when By.Any(d => !Enum.IsDefined(d)) || By.Distinct().Count() != By.Count => "'by' names each dimension once.",
            _ when FaultyPercent is not (> 0 and <= 100) || Math.Round(FaultyPercent, 2) != FaultyPercent =>
                "'faultyPercent' is above 0 and at most 100, with two decimals at most.",
            _ when ConfidencePercent is not (> 0 and < 100) || Math.Round(ConfidencePercent, 2) != ConfidencePercent =>
                "'confidencePercent' is above 0 and below 100, with two decimals at most.",
            { Phases: not (>= 1 and <= 12) } => "'phases' is 1 to 12.",
            { Sample: < 1 or > DrawPopulation.Most } => "'sample' is at least 1.",
            _ => null,
        };
}
