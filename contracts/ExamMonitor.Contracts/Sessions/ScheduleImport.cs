using System.Globalization;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.Sessions;

/// <summary>Something wrong with a schedule: what, where and how to mend it.</summary>
/// <param name="Level">Errors keep the whole file from being imported; warnings do not.</param>
/// <param name="File">Name of the file as given; empty for a session that came by itself.</param>
/// <param name="Line">From 1; 0 when the file as a whole is meant.</param>
/// <param name="Key">Session, column or key that is meant; empty when none is.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Mend">What to do about it.</param>
public sealed record ScheduleFinding(FindingLevel Level, string File, int Line, string Key, LocalText Problem, LocalText Mend)
{
    /// <summary>One line for a terminal: <c>file:line: error: key: problem mend</c>.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}") : File;
        var key = Key.Length == 0 ? string.Empty : $"{Key}: ";
        return $"{place}: {(Level == FindingLevel.Error ? "error" : "warning")}: {key}{Problem.En} {Mend.En}";
    }
}

/// <summary>What an import does to one session.</summary>
public enum SessionChangeKind
{
    /// <summary>As it was.</summary>
    Unchanged,

    /// <summary>New.</summary>
    Added,

    /// <summary>Other times, room, batch, title or number of candidates.</summary>
    Changed,

    /// <summary>Called off.</summary>
    Cancelled,

    /// <summary>Not done: it would take exam footage that may exist out of its class.</summary>
    Refused,
}

/// <summary>One session before and after an import.</summary>
/// <param name="Kind">What happens to it.</param>
/// <param name="Before">Null for a new one.</param>
/// <param name="After">As it will be; for <see cref="SessionChangeKind.Refused"/> as it was asked for.</param>
/// <param name="Why">Why it was refused, or what else is worth knowing; null for nothing.</param>
public sealed record SessionChange(SessionChangeKind Kind, ExamSession? Before, ExamSession After, LocalText? Why);

/// <summary>How much of each kind.</summary>
/// <param name="Added">New sessions.</param>
/// <param name="Changed">Changed sessions.</param>
/// <param name="Cancelled">Called off.</param>
/// <param name="Unchanged">As they were.</param>
/// <param name="Refused">Asked for and not done.</param>
public sealed record SessionChangeCounts(int Added, int Changed, int Cancelled, int Unchanged, int Refused);

/// <summary>What an import did, or would do.</summary>
/// <param name="Applied">True when the schedule is now as the file says. False for a preview, and whenever a finding is an error or a
/// change was refused: then nothing at all was changed.</param>
/// <param name="Digest">SHA-256 of the schedule in force after this, hex.</param>
/// <param name="Findings">In order of lines; at most 200.</param>
/// <param name="Changes">Per session of the file or called off by it, in order of time; empty when the file could not be read.</param>
/// <param name="Counts">Of <paramref name="Changes"/>.</param>
public sealed record ScheduleImport(
    bool Applied,
    string Digest,
    IReadOnlyList<ScheduleFinding> Findings,
    IReadOnlyList<SessionChange> Changes,
    SessionChangeCounts Counts
)
{
    /// <summary>Whether the file may be imported as it is.</summary>
    public bool IsClean => Counts.Refused == 0 && Findings.All(f => f.Level != FindingLevel.Error);
}
