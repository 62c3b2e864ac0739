using System.Text.Json.Serialization;
using ExamMonitor.Contracts;

namespace ExamMonitor.Recording.Care;

/// <summary>How deep <c>fsck</c> looks.</summary>
public enum FsckDepth
{
    /// <summary>Every row has its file, every file its row.</summary>
    Presence,

    /// <summary>And the size that the row says.</summary>
    Size,

    /// <summary>And the hash: reads everything.</summary>
    Hash,
}

/// <summary>What is wrong.</summary>
public enum FsckProblem
{
    /// <summary>SQLite finds the index damaged.</summary>
    IndexDamaged,

    /// <summary>A row without its file.</summary>
    FileMissing,

    /// <summary>A file of another size than its row says.</summary>
    WrongSize,

    /// <summary>A file of another content than its row says.</summary>
    WrongHash,

    /// <summary>A committed file without a row.</summary>
    RowMissing,

    /// <summary>A <c>.part</c> that no process writes and no recovery knows of.</summary>
    StrayPart,

    /// <summary>A file that was let go and is still there.</summary>
    GarbageLeft,

    /// <summary>A segment without its day line.</summary>
    DayLineMissing,

    /// <summary>A day file with a line that cannot be read or breaks the chain.</summary>
    DayLogBroken,

    /// <summary>The index's own totals do not fit its rows.</summary>
    TotalsWrong,
}

/// <summary>What would mend it.</summary>
public enum FsckRepair
{
    /// <summary>Nothing that a program should do: evidence does not match, a person looks.</summary>
    None,

    /// <summary><c>reindex</c>.</summary>
    Reindex,

    /// <summary>The row goes, and its time becomes a gap of cause <c>disk</c>.</summary>
    ForgetRow,

    /// <summary>The row says that the file lies on the archive tier alone; <c>tier restore</c> brings it back.</summary>
    FetchCopy,

    /// <summary>The file is read, and committed as recovered.</summary>
    Adopt,

    /// <summary>The file is deleted.</summary>
    DeleteGarbage,

    /// <summary>The line is written at the end of its day file.</summary>
    WriteDayLine,

    /// <summary>The totals are counted again.</summary>
    Recount,
}

/// <summary>One finding.</summary>
/// <param name="Problem">What is wrong.</param>
/// <param name="Repair">What would mend it.</param>
/// <param name="Path">Where, relative to the volume.</param>
/// <param name="Segment">Segment; null when none is meant.</param>
/// <param name="Text">For a person, English.</param>
public sealed record FsckFinding(FsckProblem Problem, FsckRepair Repair, string Path, long? Segment, string Text);

/// <summary>
/// What <c>fsck</c> found; written as JSON it is the machine-readable answer, and the plan that <see cref="FootageCare.RepairAsync"/>
/// takes.
/// </summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Site">Site of the volume.</param>
/// <param name="Volume">Id of the volume.</param>
/// <param name="Depth">How deep it looked.</param>
/// <param name="Segments">Rows looked at.</param>
/// <param name="Files">Segment files looked at.</param>
/// <param name="Findings">What is wrong; empty when all is well.</param>
public sealed record FsckReport(
    string Schema,
    SiteId Site,
    Guid Volume,
    FsckDepth Depth,
    long Segments,
    long Files,
    IReadOnlyList<FsckFinding> Findings
)
{
    /// <summary>Value of <see cref="Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/fsck/1";

    /// <summary>Whether nothing is wrong.</summary>
    [JsonIgnore]
    public bool IsWhole => Findings.Count == 0;

    /// <summary>What was not looked at, for a person: a clean answer speaks of no more than was read.</summary>
    [JsonIgnore]
    public LocalText NotLookedAt =>
        Depth switch
        {
            FsckDepth.Presence => new(
                $"Not looked at: sizes and contents of the segments (--depth size, --depth hash); {Elsewhere.En}",
                $"未检查：段文件的大小和内容（--depth size、--depth hash）；{Elsewhere.Zh}"
            ),
            FsckDepth.Size => new(
                $"Not looked at: contents of the segments (--depth hash); {Elsewhere.En}",
                $"未检查：段文件的内容（--depth hash）；{Elsewhere.Zh}"
            ),
            _ => new($"Not looked at: {Elsewhere.En}", $"未检查：{Elsewhere.Zh}"),
        };

    private static LocalText Elsewhere { get; } =
        new(
            "the ledger and its signed heads, rules, sessions, holds, approvals and registers of destructions (verify).",
            "账本及其检查点、保存规则、场次、保全、批准和销毁登记（verify）。"
        );
}

/// <summary>What a repair did.</summary>
/// <param name="Done">Findings that were mended.</param>
/// <param name="Left">Findings that were not: no repair is known, or things had changed since.</param>
public sealed record RepairReport(IReadOnlyList<FsckFinding> Done, IReadOnlyList<FsckFinding> Left);
