using ExamMonitor.Evidence.Volumes;
using Microsoft.Data.Sqlite;

namespace ExamMonitor.Recording.Index;

/// <summary>
/// The index's tables and how an older file becomes a newer one. Times are milliseconds since 1970 UTC (<c>_ms</c>) or 1/90,000 s
/// (<c>_90k</c>).
/// </summary>
/// <remarks>
/// <c>segments</c> and <c>gaps</c> are clustered by camera and time, so that a day's timeline is one run of neighbouring pages however many
/// years the index
/// holds. No query scans: what would need it (bytes held, newest segment, longest segment) is kept in <c>cameras</c>, in the same
/// transaction.
/// </remarks>
internal static class IndexSchema
{
    /// <summary>Version that this code writes, in <c>PRAGMA user_version</c>.</summary>
    public static int Version => Migrations.Length;

    private static readonly string[] Migrations =
    [
        """
            CREATE TABLE volumes (id TEXT PRIMARY KEY, root TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT;
            CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            INSERT INTO counters VALUES ('segment', 0), ('gap', 0), ('run', 0);
            CREATE TABLE cameras (
              no INTEGER PRIMARY KEY, room TEXT NOT NULL, camera TEXT NOT NULL, first_seen_ms INTEGER NOT NULL,
              numbers INTEGER NOT NULL DEFAULT 0, last_leaf INTEGER NOT NULL DEFAULT -1,
              segments INTEGER NOT NULL DEFAULT 0, size_bytes INTEGER NOT NULL DEFAULT 0, last_end_ms INTEGER,
              longest_segment_ms INTEGER NOT NULL DEFAULT 0, longest_gap_ms INTEGER NOT NULL DEFAULT 0,
              UNIQUE (room, camera)) STRICT;
            CREATE TABLE runs (
              id INTEGER PRIMARY KEY, camera_no INTEGER NOT NULL REFERENCES cameras, start_ms INTEGER NOT NULL, end_ms INTEGER,
              video TEXT, audio TEXT, width INTEGER NOT NULL, height INTEGER NOT NULL,
              audio_sent TEXT, audio_transcoded INTEGER NOT NULL, initialization_sha256 BLOB NOT NULL) STRICT;
            CREATE TABLE segments (
              camera_no INTEGER NOT NULL, start_ms INTEGER NOT NULL, id INTEGER NOT NULL, end_ms INTEGER NOT NULL,
              run INTEGER NOT NULL, number INTEGER NOT NULL, leaf INTEGER,
              day INTEGER NOT NULL, name TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 BLOB NOT NULL,
              media_start_90k INTEGER NOT NULL, duration_90k INTEGER NOT NULL, recovered INTEGER NOT NULL,
              PRIMARY KEY (camera_no, start_ms, id)) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX segments_id ON segments (id);
            CREATE TABLE fragments (segment INTEGER PRIMARY KEY, initialization_bytes INTEGER NOT NULL, list BLOB NOT NULL) STRICT;
            CREATE TABLE gaps (
              camera_no INTEGER NOT NULL, start_ms INTEGER NOT NULL, id INTEGER NOT NULL, end_ms INTEGER, cause INTEGER NOT NULL,
              detail_en TEXT, detail_zh TEXT, number INTEGER, leaf INTEGER,
              PRIMARY KEY (camera_no, start_ms, id)) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX gaps_open ON gaps (camera_no) WHERE end_ms IS NULL;
            CREATE TABLE parts (
              path TEXT PRIMARY KEY, camera_no INTEGER NOT NULL, run INTEGER NOT NULL, start_ms INTEGER NOT NULL, media_start_90k INTEGER NOT NULL) STRICT;
            CREATE INDEX parts_camera ON parts (camera_no);
            CREATE TABLE garbage (
              path TEXT PRIMARY KEY, segment INTEGER, reason TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
            CREATE TABLE pending (
              camera_no INTEGER NOT NULL, number INTEGER NOT NULL, kind INTEGER NOT NULL, start_ms INTEGER NOT NULL, id INTEGER NOT NULL,
              PRIMARY KEY (camera_no, number)) STRICT, WITHOUT ROWID;
            """,
        // Retention asks by camera and UTC day: a day's row says when something of it may be due. A wrong row only delays: each segment is
        // decided anew.
        """
            CREATE TABLE retention_files (path TEXT PRIMARY KEY, lines INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE retention_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE destructions (
              ledger INTEGER PRIMARY KEY, camera_no INTEGER NOT NULL, start_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT;
            CREATE INDEX destructions_camera ON destructions (camera_no, ledger);
            CREATE TABLE retention_days (
              camera_no INTEGER NOT NULL, day INTEGER NOT NULL, recheck_ms INTEGER NOT NULL DEFAULT 0, idle INTEGER NOT NULL DEFAULT 1,
              PRIMARY KEY (camera_no, day)) STRICT, WITHOUT ROWID;
            CREATE INDEX retention_due ON retention_days (recheck_ms, day);
            CREATE INDEX retention_idle ON retention_days (day) WHERE idle <> 0;
            WITH RECURSIVE
              spans AS (SELECT no, (SELECT min(start_ms) FROM segments WHERE camera_no = no) / 86400000 AS first,
                (SELECT max(start_ms) FROM segments WHERE camera_no = no) / 86400000 AS last FROM cameras),
              days AS (SELECT no, first AS day, last FROM spans WHERE first IS NOT NULL UNION ALL SELECT no, day + 1, last FROM days WHERE day < last)
            INSERT INTO retention_days (camera_no, day) SELECT no, day FROM days;
            CREATE TRIGGER segments_retention AFTER INSERT ON segments BEGIN
              INSERT INTO retention_days (camera_no, day) VALUES (NEW.camera_no, NEW.start_ms / 86400000)
              ON CONFLICT DO UPDATE SET recheck_ms = 0, idle = 1 WHERE recheck_ms <> 0 OR idle = 0;
            END;
            """,
        // The archive tier. remote: the file lies there alone. copies: proved copies, of segments and (segment IS NULL) of documents.
        """
            ALTER TABLE segments ADD COLUMN remote INTEGER NOT NULL DEFAULT 0;
            CREATE TABLE tiers (id TEXT PRIMARY KEY, name TEXT NOT NULL, first_ms INTEGER NOT NULL) STRICT;
            CREATE TABLE copies (
              path TEXT PRIMARY KEY, segment INTEGER, end_ms INTEGER NOT NULL, size_bytes INTEGER NOT NULL, sha256 BLOB NOT NULL, version TEXT NOT NULL,
              retain_until_ms INTEGER NOT NULL, copied_ms INTEGER NOT NULL, proved_ms INTEGER NOT NULL, proof INTEGER NOT NULL,
              local INTEGER NOT NULL DEFAULT 1, keep_local_until_ms INTEGER NOT NULL DEFAULT 0, condemned TEXT) STRICT;
            CREATE UNIQUE INDEX copies_segment ON copies (segment) WHERE segment IS NOT NULL;
            CREATE INDEX copies_local ON copies (end_ms) WHERE local = 1 AND segment IS NOT NULL;
            CREATE INDEX copies_condemned ON copies (retain_until_ms) WHERE condemned IS NOT NULL;
            CREATE TABLE tier_notes (no INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, room TEXT, camera TEXT, facts TEXT NOT NULL) STRICT;
            """,
        // The timeline asks what was let go within a range.
        "CREATE INDEX destructions_start ON destructions (camera_no, start_ms);",
        // refused: no process of this agent made the note, by its tag; it stays for a person to see.
        """
            ALTER TABLE tier_notes ADD COLUMN tag TEXT;
            ALTER TABLE tier_notes ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
            """,
    ];

    /// <summary>Brings a file up to <see cref="Version"/>, each step in a transaction of its own.</summary>
    /// <exception cref="FootageException">The file was written by a newer version.</exception>
    public static void Migrate(SqliteConnection connection, string path)
    {
        var version = (int)Scalar(connection, "PRAGMA user_version");
        if (version < 0)
            throw new IndexRebuildingException(path, new IOException("its schema has a number that was never written"));
        if (version > Version)
            throw new FootageException(
                "open the index",
                path,
                $"It has schema {version}; this program knows up to {Version}. Start the newer program, or delete the file: it is made again from the volume."
            );
        for (; version < Version; version++)
        {
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // Constants of this file.
            command.CommandText =
                Migrations[version]
                + string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA user_version = {version + 1};");
#pragma warning restore CA2100
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    /// <exception cref="FootageException">The file has another version.</exception>
    public static void RequireCurrent(SqliteConnection connection, string path)
    {
        var version = (int)Scalar(connection, "PRAGMA user_version");
        if (version != Version)
            throw new FootageException(
                "read the index",
                path,
                $"It has schema {version}, this program {Version}. Start the agent once, which brings it up to date."
            );
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
