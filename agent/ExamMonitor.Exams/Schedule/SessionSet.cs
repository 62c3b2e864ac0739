using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Exams.Schedule;

/// <summary>Changes that were made together, all or none.</summary>
/// <param name="Number">From 1, without a hole.</param>
/// <param name="At">UTC.</param>
/// <param name="Person">Who.</param>
/// <param name="Reason">Why; null when none was given.</param>
/// <param name="File">Name of the imported file; null for a change that came by itself.</param>
/// <param name="Items">What.</param>
internal sealed record SessionSet(
    long Number,
    DateTimeOffset At,
    string Person,
    string? Reason,
    string? File,
    IReadOnlyList<SessionItem> Items
);

/// <summary>One session of a set.</summary>
/// <param name="Kind">What happened to it.</param>
/// <param name="Session">As it is from then on.</param>
internal sealed record SessionItem(SessionChangeKind Kind, ExamSession Session);

/// <summary>Notes where the ledger holds a set.</summary>
/// <param name="Set">Number of the set.</param>
/// <param name="Entry">Number of its entry.</param>
internal sealed record SessionsEntered(long Set, long Entry);

/// <summary>A line of the schedule file: one of the two.</summary>
/// <param name="Previous">SHA-256 of the line before, hex; zeros for the first.</param>
/// <param name="Set">A set.</param>
/// <param name="Entered">A note.</param>
internal sealed record SessionLine(string Previous, SessionSet? Set = null, SessionsEntered? Entered = null);
