using System.Globalization;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Retention;

/// <summary>What is held of a camera's part of a statement.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="RequiredMs">Length of the sessions with their margins, as a union.</param>
/// <param name="HeldMs">Of it, proven by footage that is held.</param>
/// <param name="Segments">Segments that touch it.</param>
/// <param name="Bytes">Their sizes.</param>
/// <param name="Missing">Length of what is missing, by cause.</param>
public sealed record StatementCamera(
    CameraId Camera,
    long RequiredMs,
    long HeldMs,
    int Segments,
    long Bytes,
    IReadOnlyList<(GapCause Cause, int Gaps, long Ms)> Missing
);

/// <summary>A day's statement of one room and batch.</summary>
/// <param name="Site">Site.</param>
/// <param name="Volume">Volume.</param>
/// <param name="Room">Room.</param>
/// <param name="Batch">Batch.</param>
/// <param name="Day">Batch day, site-local.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="MadeAt">UTC.</param>
/// <param name="LedgerSize">Ledger entries when it was made.</param>
/// <param name="Sessions">Sessions: id, start, end.</param>
/// <param name="Cameras">Cameras.</param>
/// <param name="Holds">Holds that touch the footage.</param>
/// <param name="LawfulFrom">Earliest lawful destruction by windows alone, UTC; null never.</param>
/// <param name="Rule">Rule that decides it.</param>
/// <param name="ListSha256">Hash of the list beside it.</param>
public sealed record Statement(
    SiteId Site,
    Guid Volume,
    RoomId Room,
    BatchId Batch,
    DateOnly Day,
    string TimeZone,
    DateTimeOffset MadeAt,
    long LedgerSize,
    IReadOnlyList<(ExamSessionId Id, DateTimeOffset Start, DateTimeOffset End)> Sessions,
    IReadOnlyList<StatementCamera> Cameras,
    IReadOnlyList<HoldId> Holds,
    DateTimeOffset? LawfulFrom,
    string Rule,
    string ListSha256
)
{
    /// <summary>First line.</summary>
    public const string FirstLine = "exam-monitor/statement/1";

    /// <summary>
    /// A note holds 16 Ki characters with its signature; beyond this, what is missing is told per cause over all cameras.
    /// </summary>
    private const int MostCharacters = 15_000;

    /// <summary>The text that is signed, as docs/protocol/retention.md defines it.</summary>
    public string Format()
    {
        var text = Format(perCamera: true);
        return text.Length <= MostCharacters ? text : Format(perCamera: false);
    }

    private string Format(bool perCamera)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"{FirstLine}");
        Line($"site {Site}");
        Line($"volume {Volume:D}");
        Line($"room {Room}");
        Line($"batch {Batch}");
        Line($"day {Day:yyyy-MM-dd}");
        Line($"zone {TimeZone}");
        Line($"made {UtcJsonConverter.ToText(MadeAt)}");
        Line($"ledger {LedgerSize}");
        foreach (var (id, start, end) in Sessions)
            Line($"session {id} {UtcJsonConverter.ToText(start)} {UtcJsonConverter.ToText(end)}");
        foreach (var c in Cameras)
            Line($"camera {c.Camera} required-ms {c.RequiredMs} held-ms {c.HeldMs} segments {c.Segments} bytes {c.Bytes}");
        var missing = perCamera
            ? Cameras.SelectMany(c => c.Missing.Select(m => (Camera: c.Camera.Text, m.Cause, m.Gaps, m.Ms)))
            : Cameras
                .SelectMany(c => c.Missing)
                .GroupBy(m => m.Cause)
                .Select(g => (Camera: "*", Cause: g.Key, Gaps: g.Sum(m => m.Gaps), Ms: g.Sum(m => m.Ms)));
        foreach (var m in missing)
            Line(
                $"missing {m.Camera} {System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(m.Cause.ToString())} gaps {m.Gaps} ms {m.Ms}"
            );
        foreach (var hold in Holds)
            Line($"hold {hold}");
        Line($"lawful-from {(LawfulFrom is { } from ? UtcJsonConverter.ToText(from) : "never")} {Rule}");
        Line($"list {ListSha256}");
        return text.ToString();
    }
}

/// <summary>A statement that lies on the volume.</summary>
/// <param name="Path">Relative to the volume.</param>
/// <param name="Day">Batch day.</param>
/// <param name="Room">Room.</param>
/// <param name="Batch">Batch.</param>
/// <param name="SizeBytes">Size of the note.</param>
public sealed record StatementFile(string Path, DateOnly Day, RoomId Room, BatchId Batch, long SizeBytes);
