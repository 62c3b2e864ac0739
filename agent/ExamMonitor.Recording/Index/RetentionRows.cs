using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using Microsoft.Data.Sqlite;

namespace ExamMonitor.Recording.Index;

/// <summary>A camera's UTC day that retention has to look at.</summary>
internal sealed record RetentionDay(long CameraNo, RoomId Room, CameraId Camera, long Day);

/// <summary>What retention asks of the index and notes in it. Lives as long as its transaction.</summary>
internal static class RetentionRows
{
    /// <summary>Days of which something may be due at a time, the oldest first.</summary>
    public static List<RetentionDay> DueDays(this IndexQueries queries, long nowMs) =>
        queries.Ask(
            "SELECT d.camera_no, c.room, c.camera, d.day FROM retention_days d JOIN cameras c ON c.no = d.camera_no WHERE d.recheck_ms <= "
                + "$now ORDER BY d.day, d.camera_no",
            c => c.With("$now", nowMs).List(DayOf)
        );

    /// <summary>Days that may hold idle footage, the oldest first.</summary>
    public static List<RetentionDay> IdleDays(this IndexQueries queries) =>
        queries.Ask(
            "SELECT d.camera_no, c.room, c.camera, d.day FROM retention_days d JOIN cameras c ON c.no = d.camera_no WHERE d.idle <> 0 ORDER "
                + "BY d.day, d.camera_no",
            c => c.List(DayOf)
        );

    /// <summary>Segments that began on a camera's UTC day, in order of start; all that a decision needs.</summary>
    public static List<FootageCandidate> Candidates(this IndexQueries queries, RetentionDay day) =>
        queries.Ask(
            "SELECT id, start_ms, end_ms, size_bytes, leaf FROM segments WHERE camera_no = $camera AND start_ms >= $from AND start_ms < $to "
                + "ORDER BY start_ms, id",
            c =>
                c.With("$camera", day.CameraNo)
                    .With("$from", day.Day * 86_400_000)
                    .With("$to", (day.Day + 1) * 86_400_000)
                    .List(r => new FootageCandidate(
                        r.GetInt64(0),
                        day.Room,
                        day.Camera,
                        UnixMs.ToUtc(r.GetInt64(1)),
                        UnixMs.ToUtc(r.GetInt64(2)),
                        r.GetInt64(3),
                        !r.IsDBNull(4)
                    )
                    {
                        Leaf = r.Int64OrNull(4),
                    })
        );

    /// <summary>Bytes and wall time of a camera's segments that began in [<paramref name="fromMs"/>, <paramref name="toMs"/>).</summary>
    public static (long SizeBytes, long LengthMs) Measured(this IndexQueries queries, long cameraNo, long fromMs, long toMs) =>
        queries.Ask(
            "SELECT coalesce(sum(size_bytes), 0), coalesce(sum(end_ms - start_ms), 0) FROM segments WHERE camera_no = $camera AND start_ms >= "
                + "$from AND start_ms < $to",
            c => c.With("$camera", cameraNo).With("$from", fromMs).With("$to", toMs).List(r => (r.GetInt64(0), r.GetInt64(1)))[0]
        );

    /// <summary>How far a file of retention was written, by its path.</summary>
    public static Dictionary<string, (long Lines, string Sha256)> RetentionFiles(this IndexQueries queries) =>
        queries
            .Ask("SELECT path, lines, sha256 FROM retention_files", c => c.List(r => (r.GetString(0), r.GetInt64(1), r.GetString(2))))
            .ToDictionary(f => f.Item1, f => (f.Item2, f.Item3), StringComparer.Ordinal);

    public static string? RetentionFact(this IndexQueries queries, string name) =>
        queries.Ask("SELECT value FROM retention_facts WHERE name = $name", c => c.With("$name", name).One(r => r.GetString(0)));

    public static void SetRetentionFile(this IndexTransaction transaction, string path, long lines, string sha256) =>
        transaction
            .Sql("INSERT OR REPLACE INTO retention_files VALUES ($path, $lines, $sha256)")
            .With("$path", path)
            .With("$lines", lines)
            .With("$sha256", sha256)
            .Run();

    public static void DropRetentionFile(this IndexTransaction transaction, string path) =>
        transaction.Sql("DELETE FROM retention_files WHERE path = $path").With("$path", path).Run();

    /// <summary>Largest ledger number that any camera's newest entry was given; −1 for none.</summary>
    public static long NewestLeaf(this IndexQueries queries) =>
        queries.Ask("SELECT coalesce(max(last_leaf), -1) FROM cameras", c => c.List(r => r.GetInt64(0)))[0];

    public static void SetRetentionFact(this IndexTransaction transaction, string name, string value) =>
        transaction.Sql("INSERT OR REPLACE INTO retention_facts VALUES ($name, $value)").With("$name", name).With("$value", value).Run();

    public static void AddDestruction(this IndexTransaction transaction, DestructionRecord record) =>
        transaction
            .Sql(
                """
                INSERT OR IGNORE INTO destructions SELECT $ledger, no, $start, $at FROM cameras WHERE room = $room AND camera = $camera
                """
            )
            .With("$ledger", record.Ledger)
            .With("$start", UnixMs.Of(record.Start))
            .With("$at", UnixMs.Of(record.At))
            .With("$room", record.Room.Text)
            .With("$camera", record.Camera.Text)
            .Run();

    /// <summary>Ledger numbers of destructions below a number, the newest first.</summary>
    public static List<long> Destructions(this IndexQueries queries, long before, int limit, long? cameraNo, string? room) =>
        queries.Ask(
            (cameraNo, room) switch
            {
                ({ }, _) =>
                    "SELECT ledger FROM destructions WHERE camera_no = $camera AND ledger < $before ORDER BY ledger DESC LIMIT $limit",
                (_, { }) => "SELECT ledger FROM destructions WHERE ledger < $before AND camera_no IN (SELECT no FROM cameras WHERE room = "
                    + "$room) ORDER BY ledger DESC LIMIT $limit",
                _ => "SELECT ledger FROM destructions WHERE ledger < $before ORDER BY ledger DESC LIMIT $limit",
            },
            c =>
            {
                if (cameraNo is not null)
                    c.With("$camera", cameraNo);
                else if (room is not null)
                    c.With("$room", room);
                return c.With("$before", before).With("$limit", limit).List(r => r.GetInt64(0));
            }
        );

    /// <summary>Where destroyed segments of a camera begin, ms, in order.</summary>
    public static List<long> DestroyedStarts(this IndexQueries queries, long cameraNo, long fromMs, long toMs) =>
        queries.Ask(
            "SELECT start_ms FROM destructions WHERE camera_no = $camera AND start_ms >= $from AND start_ms < $to ORDER BY start_ms",
            c => c.With("$camera", cameraNo).With("$from", fromMs).With("$to", toMs).List(r => r.GetInt64(0))
        );

    /// <summary>
    /// Notes what a sweep found of a day: when something may be due, and whether idle footage is there. A day that a segment was added to
    /// meanwhile is asked again.
    /// </summary>
    public static void NoteDay(this IndexTransaction transaction, RetentionDay day, long recheckMs, bool idle, long segments) =>
        transaction
            .Sql(
                """
                UPDATE retention_days SET recheck_ms = $recheck, idle = $idle WHERE camera_no = $camera AND day = $day
                  AND (SELECT count(*) FROM segments WHERE camera_no = $camera AND start_ms >= $from AND start_ms < $to) = $segments
                """
            )
            .With("$recheck", recheckMs)
            .With("$idle", idle ? 1 : 0)
            .With("$camera", day.CameraNo)
            .With("$day", day.Day)
            .With("$segments", segments)
            .With("$from", day.Day * 86_400_000)
            .With("$to", (day.Day + 1) * 86_400_000)
            .Run();

    /// <summary>Notes that days hold no idle footage, unless a segment was added to one meanwhile.</summary>
    public static void NoteNoIdle(this IndexTransaction transaction, IEnumerable<RetentionDay> days, IReadOnlyList<FootageCandidate> seen)
    {
        var newest = seen.Count == 0 ? 0 : seen.Max(s => s.Segment);
        foreach (var day in days)
        {
            transaction
                .Sql(
                    """
                    UPDATE retention_days SET idle = 0 WHERE camera_no = $camera AND day = $day
                      AND NOT EXISTS (SELECT 1 FROM segments WHERE camera_no = $camera AND start_ms >= $from AND start_ms < $to AND id > $newest)
                    """
                )
                .With("$camera", day.CameraNo)
                .With("$day", day.Day)
                .With("$newest", newest)
                .With("$from", day.Day * 86_400_000)
                .With("$to", (day.Day + 1) * 86_400_000)
                .Run();
        }
    }

    /// <summary>Forgets a day of which nothing is held.</summary>
    public static void DropDay(this IndexTransaction transaction, RetentionDay day) =>
        transaction
            .Sql(
                """
                DELETE FROM retention_days WHERE camera_no = $camera AND day = $day
                  AND NOT EXISTS (SELECT 1 FROM segments WHERE camera_no = $camera AND start_ms >= $from AND start_ms < $to)
                """
            )
            .With("$camera", day.CameraNo)
            .With("$day", day.Day)
            .With("$from", day.Day * 86_400_000)
            .With("$to", (day.Day + 1) * 86_400_000)
            .Run();

    /// <summary>Makes the next sweep look at every day: something other than time may have changed what is due.</summary>
    public static void RecheckAll(this IndexTransaction transaction) =>
        transaction.Sql("UPDATE retention_days SET recheck_ms = 0, idle = 1 WHERE recheck_ms <> 0 OR idle = 0").Run();

    /// <summary>
    /// Makes the next sweep look at every day whose segments may touch [<paramref name="fromMs"/>, <paramref name="toMs"/>): a segment
    /// stands with the day on which it began.
    /// </summary>
    public static void Recheck(this IndexTransaction transaction, long fromMs, long toMs) =>
        transaction
            .Sql(
                "UPDATE retention_days SET recheck_ms = 0, idle = 1 WHERE day >= $from AND day <= $to AND (recheck_ms <> 0 OR "
                    + "idle = 0)"
            )
            .With("$from", (fromMs / 86_400_000) - 1)
            .With("$to", toMs / 86_400_000)
            .Run();

    private static RetentionDay DayOf(SqliteDataReader r) =>
        new(r.GetInt64(0), RoomId.Of(r.GetString(1)), CameraId.Of(r.GetString(2)), r.GetInt64(3));
}
