using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>A room's number plates, as a page may show them.</summary>
/// <param name="AtHome">Yes when every plate was read at its station, no when one stands at another station's place; unknown otherwise: a
/// plate that was not seen may be hidden.</param>
/// <param name="Doubt">Why the last check says nothing of now; none when it does.</param>
/// <param name="Words">The check as it came.</param>
/// <param name="LapsesAt">When it stops being believed, UTC; null when it is not believed now.</param>
public sealed record PlatesReading(Mark AtHome, ReadinessDoubt Doubt, RoomPlates Words, DateTimeOffset? LapsesAt)
{
    /// <summary>Number of stations of a verdict.</summary>
    public int Count(PlateVerdict verdict) => Words.Stations.Count(s => s.Verdict == verdict);

    /// <summary>Reads a check; it is believed as long as an answer of readiness, since both are given once a day.</summary>
    internal static PlatesReading Of(RoomPlates words, DateTimeOffset heardAt, Silence agentSilence, DateTimeOffset now)
    {
        var lapse = ReadinessReading.LapseOf(words, heardAt);
        var doubt =
            agentSilence != Silence.None ? ReadinessDoubt.AgentSilent
            : lapse <= now ? ReadinessDoubt.Old
            : ReadinessDoubt.None;
        if (doubt != ReadinessDoubt.None)
            return new(Mark.Unknown, doubt, words, null);
        var mark =
            words.Stations.Any(s => s.Verdict == PlateVerdict.WrongPlate) ? Mark.No
            : words.Stations.Count > 0 && words.Stations.All(s => s.Verdict == PlateVerdict.Seen) ? Mark.Yes
            : Mark.Unknown;
        return new(mark, ReadinessDoubt.None, words, lapse);
    }
}
