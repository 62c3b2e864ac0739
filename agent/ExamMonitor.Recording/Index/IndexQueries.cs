using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using Microsoft.Data.Sqlite;

namespace ExamMonitor.Recording.Index;

/// <summary>Every question that is asked of the index. Lives as long as its transaction.</summary>
/// <param name="sql">Makes a command without parameters.</param>
/// <param name="owned">Whether commands are disposed after use.</param>
internal sealed partial class IndexQueries(Func<string, SqliteCommand> sql, bool owned = true)
{
    private const string SegmentColumns = """
        s.id, c.room, c.camera, s.run, s.number, s.day, s.name, s.start_ms, s.end_ms, s.media_start_90k, s.duration_90k, s.size_bytes, s.sha256, s.recovered, s.leaf, s.remote
        """;

    public IReadOnlyList<(Guid Id, string Root)> Volumes() =>
        Ask("SELECT id, root FROM volumes", c => c.List(r => (Guid.ParseExact(r.GetString(0), "D"), r.GetString(1))));

    public CameraRow? Camera(RoomId room, CameraId camera) =>
        Ask(
            "SELECT no, room, camera, first_seen_ms, last_leaf, size_bytes, last_end_ms, longest_segment_ms, longest_gap_ms FROM cameras "
                + "WHERE room = $room AND camera = $camera",
            c => c.With("$room", room.Text).With("$camera", camera.Text).One(CameraOf)
        );

    public IReadOnlyList<CameraRow> Cameras() =>
        Ask(
            "SELECT no, room, camera, first_seen_ms, last_leaf, size_bytes, last_end_ms, longest_segment_ms, longest_gap_ms FROM cameras "
                + "ORDER BY room, camera",
            c => c.List(CameraOf)
        );

    /// <summary>Segments that touch [<paramref name="fromMs"/>, <paramref name="toMs"/>), in order of start.</summary>
    public List<StoredSegment> Segments(CameraRow camera, long fromMs, long toMs) =>
        Ask(
            $"""
            SELECT {SegmentColumns} FROM segments s CROSS JOIN cameras c ON c.no = s.camera_no
            WHERE s.camera_no = $camera AND s.start_ms >= $first AND s.start_ms < $to AND s.end_ms > $from ORDER BY s.start_ms, s.id
            """,
            c =>
                c.With("$camera", camera.No)
                    .With("$first", fromMs - camera.LongestSegmentMs)
                    .With("$from", fromMs)
                    .With("$to", toMs)
                    .List(SegmentOf)
        );

    /// <summary>Wall time of the segments that touch the range, in order of start; all that completeness needs.</summary>
    public List<Span> SegmentSpans(CameraRow camera, long fromMs, long toMs) =>
        Ask(
            "SELECT start_ms, end_ms FROM segments WHERE camera_no = $camera AND start_ms >= $first AND start_ms < $to AND end_ms > $from "
                + "ORDER BY start_ms",
            c =>
                c.With("$camera", camera.No)
                    .With("$first", fromMs - camera.LongestSegmentMs)
                    .With("$from", fromMs)
                    .With("$to", toMs)
                    .List(r => new Span(r.GetInt64(0), r.GetInt64(1)))
        );

    public StoredSegment? Segment(long id) =>
        Ask(
            $"SELECT {SegmentColumns} FROM segments s JOIN cameras c ON c.no = s.camera_no WHERE s.id = $id",
            c => c.With("$id", id).One(SegmentOf)
        );

    /// <summary>Segments of a camera in order of commit, after a number.</summary>
    public List<StoredSegment> SegmentsAfter(long id, int limit) =>
        Ask(
            $"SELECT {SegmentColumns} FROM segments s JOIN cameras c ON c.no = s.camera_no WHERE s.id > $id ORDER BY s.id LIMIT $limit",
            c => c.With("$id", id).With("$limit", limit).List(SegmentOf)
        );

    /// <summary>Segments of a folder's day.</summary>
    public List<StoredSegment> SegmentsOfDay(long cameraNo, DateOnly day, long aroundMs, long longestMs) =>
        Ask(
            $"""
            SELECT {SegmentColumns} FROM segments s CROSS JOIN cameras c ON c.no = s.camera_no
            WHERE s.camera_no = $camera AND s.start_ms >= $first AND s.start_ms < $last AND s.day = $day ORDER BY s.start_ms, s.id
            """,
            c =>
                c.With("$camera", cameraNo)
                    .With("$first", aroundMs - longestMs - 86_400_000)
                    .With("$last", aroundMs + (2 * 86_400_000L))
                    .With("$day", day.DayNumber)
                    .List(SegmentOf)
        );

    public (int InitializationBytes, List<FragmentEntry> Fragments)? Fragments(long segment) =>
        Ask(
            "SELECT initialization_bytes, list FROM fragments WHERE segment = $id",
            c =>
                c.With("$id", segment).List(r => (r.GetInt32(0), FragmentList.Decode((byte[])r[1]))) is [var one]
                    ? one
                    : ((int, List<FragmentEntry>)?)null
        );

    public GapRow? OpenGap(long cameraNo) =>
        Ask(
            "SELECT id, start_ms, end_ms, cause, detail_en, detail_zh, number FROM gaps WHERE camera_no = $camera AND end_ms IS NULL",
            c => c.With("$camera", cameraNo).One(GapOf)
        );

    /// <summary>Closed gaps that touch the range, in order of start.</summary>
    public List<GapRow> Gaps(CameraRow camera, long fromMs, long toMs) =>
        Ask(
            """
            SELECT id, start_ms, end_ms, cause, detail_en, detail_zh, number FROM gaps
            WHERE camera_no = $camera AND start_ms >= $first AND start_ms < $to AND end_ms > $from ORDER BY start_ms, id
            """,
            c =>
                c.With("$camera", camera.No)
                    .With("$first", fromMs - camera.LongestGapMs)
                    .With("$from", fromMs)
                    .With("$to", toMs)
                    .List(GapOf)
        );

    public GapRow? Gap(long cameraNo, long startMs, long id) =>
        Ask(
            "SELECT id, start_ms, end_ms, cause, detail_en, detail_zh, number FROM gaps WHERE camera_no = $camera AND start_ms = $start AND "
                + "id = $id",
            c => c.With("$camera", cameraNo).With("$start", startMs).With("$id", id).One(GapOf)
        );

    public List<PartRow> Parts() =>
        Ask("SELECT path, camera_no, run, start_ms, media_start_90k FROM parts ORDER BY start_ms", c => c.List(PartOf));

    public List<PartRow> Parts(long cameraNo) =>
        Ask(
            "SELECT path, camera_no, run, start_ms, media_start_90k FROM parts WHERE camera_no = $camera ORDER BY start_ms",
            c => c.With("$camera", cameraNo).List(PartOf)
        );

    public List<GarbageRow> Garbage() =>
        Ask(
            "SELECT path, segment, reason FROM garbage ORDER BY path",
            c => c.List(r => new GarbageRow(r.GetString(0), r.Int64OrNull(1), r.GetString(2)))
        );

    public List<PendingRow> Pending(long cameraNo) =>
        Ask(
            "SELECT number, kind, start_ms, id FROM pending WHERE camera_no = $camera ORDER BY number",
            c => c.With("$camera", cameraNo).List(r => new PendingRow(r.GetInt64(0), r.GetInt64(1) != 0, r.GetInt64(2), r.GetInt64(3)))
        );

    public RunRow? Run(long run) =>
        Ask(
            "SELECT start_ms, video, audio, width, height, audio_sent, audio_transcoded, initialization_sha256 FROM runs WHERE id = $id",
            c =>
                c.With("$id", run)
                    .One(r => new RunRow(
                        r.GetInt64(0),
                        r.TextOrNull(1),
                        r.TextOrNull(2),
                        r.GetInt32(3),
                        r.GetInt32(4),
                        r.TextOrNull(5),
                        r.GetInt64(6) != 0,
                        (byte[])r[7]
                    ))
        );

    /// <summary>Segments and bytes of a camera, counted.</summary>
    public (long Segments, long SizeBytes) CountSegments(long cameraNo) =>
        Ask(
            "SELECT count(*), coalesce(sum(size_bytes), 0) FROM segments WHERE camera_no = $camera",
            c => c.With("$camera", cameraNo).List(r => (r.GetInt64(0), r.GetInt64(1)))[0]
        );

    /// <summary>Segments of a camera as <c>cameras</c> has it.</summary>
    public long CountedSegments(long cameraNo) =>
        Ask("SELECT segments FROM cameras WHERE no = $camera", c => c.With("$camera", cameraNo).Number());

    /// <summary>Whether SQLite finds the file whole; the first complaint otherwise.</summary>
    public string? Damage() => Ask("PRAGMA quick_check(1)", c => c.One(r => r.GetString(0))) is { } said && said != "ok" ? said : null;

    /// <summary>Whether SQLite finds a table whole; the first complaint otherwise.</summary>
    public string? DamageOf(string table) =>
        Ask($"PRAGMA quick_check('{table}')", c => c.One(r => r.GetString(0))) is { } said && said != "ok" ? said : null;

    /// <summary>Names of the tables, as the file has them.</summary>
    public List<string> Tables() =>
        Ask(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
            c => c.List(r => r.GetString(0))
        );

    /// <summary>Numbers given to a camera so far.</summary>
    public long Numbers(long cameraNo) => Ask("SELECT numbers FROM cameras WHERE no = $camera", c => c.With("$camera", cameraNo).Number());

    public long Counter(string name) => Ask("SELECT value FROM counters WHERE name = $name", c => c.With("$name", name).Number());

    private static CameraRow CameraOf(SqliteDataReader r) =>
        new(
            r.GetInt64(0),
            RoomId.Of(r.GetString(1)),
            CameraId.Of(r.GetString(2)),
            r.GetInt64(3),
            r.GetInt64(4),
            r.GetInt64(5),
            r.Int64OrNull(6),
            r.GetInt64(7),
            r.GetInt64(8)
        );

    private static StoredSegment SegmentOf(SqliteDataReader r)
    {
        var path = new ArchivePath(
            DateOnly.FromDayNumber(r.GetInt32(5)),
            RoomId.Of(r.GetString(1)),
            CameraId.Of(r.GetString(2)),
            r.GetString(6)
        );
        return new(
            r.GetInt64(0),
            path.Room,
            path.Camera,
            r.GetInt64(3),
            r.GetInt64(4),
            path.File,
            UnixMs.ToUtc(r.GetInt64(7)),
            UnixMs.ToUtc(r.GetInt64(8)),
            r.GetInt64(9),
            r.GetInt64(10),
            r.GetInt64(11),
            (byte[])r[12],
            r.GetInt64(13) != 0,
            r.Int64OrNull(14)
        )
        {
            IsRemote = r.GetInt64(15) != 0,
        };
    }

    private static GapRow GapOf(SqliteDataReader r) =>
        new(
            r.GetInt64(0),
            r.GetInt64(1),
            r.Int64OrNull(2),
            (GapCause)r.GetInt32(3),
            r.IsDBNull(4) ? null : new LocalText(r.GetString(4), r.TextOrNull(5) ?? ""),
            r.Int64OrNull(6)
        );

    private static PartRow PartOf(SqliteDataReader r) =>
        new(
            ArchivePath.TryParse(r.GetString(0), out var path)
                ? path
                : throw new FormatException($"The index holds the impossible path \"{r.GetString(0)}\"."),
            r.GetInt64(1),
            r.GetInt64(2),
            r.GetInt64(3),
            r.GetInt64(4)
        );

    /// <summary>Runs a query.</summary>
    internal T Ask<T>(string text, Func<SqliteCommand, T> ask)
    {
        var command = sql(text);
        try
        {
            return ask(command);
        }
        finally
        {
            if (owned)
                command.Dispose();
        }
    }
}
