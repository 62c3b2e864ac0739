namespace ExamMonitor.Recording.Care;

/// <summary>How far <c>fsck</c> or <c>reindex</c> is.</summary>
/// <param name="Step">What it does, such as "rows", "folders".</param>
/// <param name="Done">Items done of this step.</param>
/// <param name="Subject">The item it is at.</param>
public sealed record CareProgress(string Step, long Done, string Subject);

/// <summary>What <c>reindex</c> found.</summary>
/// <param name="Segments">Segments in the index now.</param>
/// <param name="Gaps">Gaps in the index now.</param>
/// <param name="Missing">Day lines whose file is not there: let go, or lost. <c>fsck</c> of the ledger tells which.</param>
/// <param name="Adopted">Files without a day line, taken in by what they say of themselves.</param>
/// <param name="DamagedDayLogs">Day files with a line that cannot be read or breaks the chain.</param>
public sealed record ReindexReport(long Segments, long Gaps, long Missing, long Adopted, IReadOnlyList<string> DamagedDayLogs);
