using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Copies;
using Microsoft.Data.Sqlite;

namespace ExamMonitor.Recording.Index;

/// <content>The archive tier.</content>
internal sealed partial class IndexQueries
{
    private const string CopyColumns =
        "k.path, k.segment, k.end_ms, k.size_bytes, k.sha256, k.version, k.retain_until_ms, k.copied_ms, k.proved_ms, k.proof, k.local, "
        + "k.keep_local_until_ms, k.condemned";

    /// <summary>Id of the tier that holds this volume's copies; null before the first.</summary>
    public Guid? Tier() =>
        Ask("SELECT id FROM tiers ORDER BY first_ms DESC LIMIT 1", c => c.One(r => r.GetString(0))) is { } id
            ? Guid.ParseExact(id, "D")
            : null;

    public CopyRow? Copy(string path) =>
        Ask($"SELECT {CopyColumns} FROM copies k WHERE k.path = $path", c => c.With("$path", path).One(CopyOf));

    public CopyRow? CopyOfSegment(long segment) =>
        Ask($"SELECT {CopyColumns} FROM copies k WHERE k.segment = $id", c => c.With("$id", segment).One(CopyOf));

    /// <summary>
    /// Segments that touch the range and have no copy, or one that the tier keeps for less than until <paramref name="untilMs"/>.
    /// </summary>
    public List<(StoredSegment Segment, CopyRow? Copy)> Uncopied(CameraRow camera, long fromMs, long toMs, long untilMs) =>
        Ask(
            $"""
            SELECT {SegmentColumns}, {CopyColumns} FROM segments s CROSS JOIN cameras c ON c.no = s.camera_no LEFT JOIN copies k ON k.segment = s.id
            WHERE s.camera_no = $camera AND s.start_ms >= $first AND s.start_ms < $to AND s.end_ms > $from
              AND (k.path IS NULL OR (k.retain_until_ms < $until AND k.condemned IS NULL)) ORDER BY s.start_ms, s.id
            """,
            c =>
                c.With("$camera", camera.No)
                    .With("$first", fromMs - camera.LongestSegmentMs)
                    .With("$from", fromMs)
                    .With("$to", toMs)
                    .With("$until", untilMs)
                    .List(r => (SegmentOf(r), r.IsDBNull(16) ? null : CopyOf(r, 16)))
        );

    /// <summary>
    /// Copies whose segment may leave the volume: ended before <paramref name="beforeMs"/>, not brought back lately. In order of end.
    /// </summary>
    public List<CopyRow> LeavingLocal(long beforeMs, long nowMs, int limit) =>
        Ask(
            $"""
            SELECT {CopyColumns} FROM copies k WHERE k.local = 1 AND k.segment IS NOT NULL AND k.end_ms < $before AND k.keep_local_until_ms <= $now AND k.condemned IS NULL
            ORDER BY k.end_ms LIMIT $limit
            """,
            c => c.With("$before", beforeMs).With("$now", nowMs).With("$limit", limit).List(CopyOf)
        );

    /// <summary>Copies that may go and whose lock has ended.</summary>
    public List<CopyRow> Condemned(long nowMs, int limit) =>
        Ask(
            $"SELECT {CopyColumns} FROM copies k WHERE k.condemned IS NOT NULL AND k.retain_until_ms <= $now ORDER BY k.retain_until_ms LIMIT $limit",
            c => c.With("$now", nowMs).With("$limit", limit).List(CopyOf)
        );

    /// <summary>Copies in order of path, after a path.</summary>
    public List<CopyRow> CopiesAfter(string path, int limit) =>
        Ask(
            $"SELECT {CopyColumns} FROM copies k WHERE k.path > $path ORDER BY k.path LIMIT $limit",
            c => c.With("$path", path).With("$limit", limit).List(CopyOf)
        );

    public CopyTotals CopyTotals() =>
        Ask(
            """
            SELECT count(segment), coalesce(sum(iif(segment IS NULL, 0, size_bytes)), 0), coalesce(sum(local = 0), 0), coalesce(sum(iif(local = 0, size_bytes, 0)), 0),
              coalesce(sum(segment IS NULL), 0), coalesce(sum(condemned IS NOT NULL), 0) FROM copies
            """,
            c => c.List(r => new CopyTotals(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5)))[0]
        );

    /// <summary>What the ledger is to be told, oldest first.</summary>
    public List<TierNote> TierNotes(int limit) =>
        Ask(
            "SELECT id, kind, room, camera, facts, no, tag FROM tier_notes WHERE refused = 0 ORDER BY no LIMIT $limit",
            c => c.With("$limit", limit).List(NoteOf)
        );

    /// <summary>Notes that were refused, oldest first.</summary>
    public List<TierNote> RefusedTierNotes(int limit) =>
        Ask(
            "SELECT id, kind, room, camera, facts, no, tag FROM tier_notes WHERE refused <> 0 ORDER BY no LIMIT $limit",
            c => c.With("$limit", limit).List(NoteOf)
        );

    private static TierNote NoteOf(SqliteDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.TextOrNull(2), r.TextOrNull(3), FactsOf(r.GetString(4)))
        {
            No = r.GetInt64(5),
            Tag = r.TextOrNull(6),
        };

    private static Dictionary<string, string> FactsOf(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(json, ContractJson.Options) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static CopyRow CopyOf(SqliteDataReader r) => CopyOf(r, 0);

    private static CopyRow CopyOf(SqliteDataReader r, int at) =>
        new(
            r.GetString(at),
            r.Int64OrNull(at + 1),
            r.GetInt64(at + 2),
            r.GetInt64(at + 3),
            (byte[])r[at + 4],
            r.GetString(at + 5),
            r.GetInt64(at + 6),
            r.GetInt64(at + 7),
            r.GetInt64(at + 8),
            (TierProof)r.GetInt32(at + 9)
        )
        {
            IsLocal = r.GetInt64(at + 10) != 0,
            KeepLocalUntilMs = r.GetInt64(at + 11),
            Condemned = r.TextOrNull(at + 12),
        };
}
