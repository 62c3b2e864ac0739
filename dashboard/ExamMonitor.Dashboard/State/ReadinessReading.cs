using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>Why an answer to "is the room ready?" says nothing of now.</summary>
public enum ReadinessDoubt
{
    /// <summary>It does.</summary>
    None,

    /// <summary>The agent cannot be heard: whatever it said may have changed.</summary>
    AgentSilent,

    /// <summary>Checked longer than <see cref="ReadinessReading.BelievedFor"/> ago.</summary>
    Old,

    /// <summary>The session that it was about has ended.</summary>
    SessionOver,

    /// <summary>A yes that names no check: nothing was measured.</summary>
    NothingChecked,
}

/// <summary>Whether a room is ready, as a page may show it.</summary>
/// <param name="Ready">Yes only for a fresh answer whose every required check is yes.</param>
/// <param name="Doubt">Why it is unknown; none when it is not.</param>
/// <param name="Words">The answer as it came.</param>
/// <param name="LapsesAt">When it stops being believed, UTC; null when it is not believed now.</param>
public sealed record ReadinessReading(Mark Ready, ReadinessDoubt Doubt, RoomReadiness Words, DateTimeOffset? LapsesAt)
{
    /// <summary>Age up to which an answer is believed: a day, which lies between two of the agent's own checks, and an hour.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromHours(25);

    /// <summary>Required checks that are not yes, in the agent's order: what is to be done.</summary>
    public IEnumerable<ReadinessCheck> Missing => Words.Checks.Where(c => c.Required && c.Ok != true);

    /// <summary>Reads an answer. The checks decide, not the answer's own word: one that contradicts its checks is a no.</summary>
    internal static ReadinessReading Of(RoomReadiness words, Silence agentSilence, DateTimeOffset now)
    {
        var lapse = words.SessionEnd is { } end && end < words.Ts + BelievedFor ? end : words.Ts + BelievedFor;
        var doubt = agentSilence != Silence.None ? ReadinessDoubt.AgentSilent
            : words.SessionEnd <= now ? ReadinessDoubt.SessionOver
            : lapse <= now ? ReadinessDoubt.Old
            : !words.Checks.Any(c => c.Required) ? ReadinessDoubt.NothingChecked
            : ReadinessDoubt.None;
        if (doubt != ReadinessDoubt.None) return new(Mark.Unknown, doubt, words, null);
        return new(words.Ready && words.Checks.All(c => !c.Required || c.Ok == true) ? Mark.Yes : Mark.No, ReadinessDoubt.None, words, lapse);
    }
}
