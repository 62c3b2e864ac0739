namespace ExamMonitor.Evidence.Rules;

/// <summary>What happened to the wall clock.</summary>
public enum ClockMarkKind
{
    /// <summary>
    /// An agent began: <see cref="ClockMark.Before"/> is the later of the newest signed head and the trusted time that it found,
    /// <see cref="ClockMark.After"/> what the wall clock said.
    /// </summary>
    Started,

    /// <summary>
    /// The wall clock was set while an agent ran: <see cref="ClockMark.Before"/> is what measured time expects,
    /// <see cref="ClockMark.After"/> what it said.
    /// </summary>
    Stepped,

    /// <summary>A person vouched for the wall clock, which said <see cref="ClockMark.After"/>.</summary>
    Vouched,

    /// <summary>A time server keeps the clock, which it did not when the agent began.</summary>
    Synchronized,
}

/// <summary>A line of <c>retention/clock.jsonl</c>: the wall clock did something that measured time does not explain.</summary>
/// <param name="Ledger">Entries of the ledger at that moment: entries below it were made before.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Before">UTC, see <see cref="ClockMarkKind"/>; null when nothing is known.</param>
/// <param name="After">UTC, see <see cref="ClockMarkKind"/>.</param>
/// <param name="Synchronized">Of <see cref="ClockMarkKind.Started"/>: whether a time server kept the clock; null where that cannot be
/// told.</param>
public sealed record ClockMark(long Ledger, ClockMarkKind Kind, DateTimeOffset? Before, DateTimeOffset After, bool? Synchronized = null);
