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

    /// <summary>Until when a daily word is believed: from its own time, or from when it was heard if that was earlier.</summary>
    internal static DateTimeOffset LapseOf(Payload words, DateTimeOffset heardAt) =>
        (words.Ts < heardAt ? words.Ts : heardAt) + BelievedFor;

    /// <summary>Reads an answer. The checks decide, not the answer's own word: one that contradicts its checks is a no.</summary>
    /// <param name="words">Answer.</param>
    /// <param name="heardAt">When it was heard, UTC: by the clock of an agent that is ahead it would be believed too long.</param>
    /// <param name="agentSilence">Whether the agent can be heard.</param>
    /// <param name="now">UTC.</param>
    internal static ReadinessReading Of(RoomReadiness words, DateTimeOffset heardAt, Silence agentSilence, DateTimeOffset now)
    {
        var old = LapseOf(words, heardAt);
        var lapse = words.SessionEnd is { } end && end < old ? end : old;
        var doubt =
            agentSilence != Silence.None ? ReadinessDoubt.AgentSilent
            : words.SessionEnd <= now ? ReadinessDoubt.SessionOver
            : lapse <= now ? ReadinessDoubt.Old
            : !words.Checks.Any(c => c.Required) ? ReadinessDoubt.NothingChecked
            : ReadinessDoubt.None;
        if (doubt != ReadinessDoubt.None)
            return new(Mark.Unknown, doubt, words, null);
        return new(
            words.Ready && words.Checks.All(c => !c.Required || c.Ok == true) ? Mark.Yes : Mark.No,
            ReadinessDoubt.None,
            words,
            lapse
        );
    }
}
