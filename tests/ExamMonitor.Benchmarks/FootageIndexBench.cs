using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Playback;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Benchmarks;

/// <summary>The index at the size of years: 64 cameras, a segment a minute, 60 fragments each, a gap every few hours.</summary>
internal static class FootageIndexBench
{
    private const int Cameras = 64;
    private const int PerTransaction = 20_000;
    private const int Repeats = 25;

    private static readonly RoomId Room = RoomId.Of("R1");
    private static readonly long StartMs = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static int Run(string segments, string[] rest)
    {
        var count = long.Parse(segments, CultureInfo.InvariantCulture);
        var bare = rest.Length > 1 && rest[1] == "bare";
        var folder =
            rest.Length > 0
                ? Directory.CreateDirectory(rest[0]).FullName
                : Directory.CreateTempSubdirectory("exam-monitor-bench-").FullName;
        var path = Path.Combine(folder, "footage.db");
        Say($"{count} segments of {Cameras} cameras in {path}");
        if (!File.Exists(path))
        {
            var sample = Math.Min(count, 10L * PerTransaction);
            using (var index = FootageIndex.Open(path))
                Fill(index, sample);
            if (count > sample)
                FillRest(path, sample, count, bare);
        }

        Say($"file: {new FileInfo(path).Length / (1 << 20)} MiB, {new FileInfo(path).Length / count} bytes a segment");
        var opened = Stopwatch.GetTimestamp();
        using (var index = FootageIndex.Open(path))
        {
            _ = index.Read(q => q.Cameras().Count);
            Say($"open: {Stopwatch.GetElapsedTime(opened).TotalMilliseconds:0.0} ms");
            Ask(index, count / Cameras, bare);
        }

        StartUp(folder, path);
        if (rest.Length == 0)
            Directory.Delete(folder, recursive: true);
        return 0;
    }

    /// <summary>
    /// The start of an agent after an orderly stop: volume looked at, recovery, every camera's writer, and the first timeline.
    /// </summary>
    private static void StartUp(string folder, string path)
    {
        var options = new FootageOptions
        {
            VolumePath = Directory.CreateDirectory(Path.Combine(folder, "volume")).FullName,
            IndexPath = path,
            Site = SiteId.Of("S1"),
        };
        var volume = new DiskVolume(options.VolumePath);
        var identity = VolumeIdentity.Read(volume) ?? VolumeIdentity.Create(volume, options.Site, TimeProvider.System.GetUtcNow());
        using (var index = FootageIndex.Open(path))
            index.Write(t => t.AddVolume(identity.Id, volume.Root, 0));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var clock = Stopwatch.GetTimestamp();
            var archive = FootageArchive.Open(
                options,
                volume,
                null,
                new(new NoLedger(), TimeProvider.System, NullLogger.Instance),
                CancellationToken.None
            );
            var opened = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            for (var i = 0; i < Cameras; i++)
                _ = archive.Recorder(Room, CameraId.Of($"C{i}"));
            var now = TimeProvider.System.GetUtcNow();
            _ = archive.GetTimeline(Room, CameraId.Of("C7"), now.AddDays(-1), now);
            Say(
                $"start: opened in {opened:0} ms, {Cameras} writers and a timeline in {Stopwatch.GetElapsedTime(clock).TotalMilliseconds:0} ms (limit 2000 ms){(attempt == 0 ? ", each writer noting that the agent was down" : "")}"
            );
            archive.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static void Fill(FootageIndex index, long count)
    {
        var numbers = new long[Cameras];
        for (var i = 0; i < Cameras; i++)
        {
            index.Write(t => t.AddCamera(Room, CameraId.Of($"C{i}"), StartMs));
            numbers[i] = index.Read(q => q.Camera(Room, CameraId.Of($"C{i}")))!.No;
        }

        var fragments = Enumerable
            .Range(0, 60)
            .Select(i => new FragmentEntry(480_000 + (i * 37 % 40_000), i * 90_000, 90_000, true, i % 7))
            .ToList();
        var sha256 = new byte[32];
        var clock = Stopwatch.GetTimestamp();
        for (var done = 0L; done < count; )
        {
            var from = done;
            var to = Math.Min(count, done + PerTransaction);
            index.Write(t =>
            {
                for (var i = from; i < to; i++)
                    Add(t, numbers, i, fragments, sha256);
            });
            done = to;
        }

        var rate = count / Stopwatch.GetElapsedTime(clock).TotalSeconds;
        Say(
            $"insert: {rate:0} segments a second, {PerTransaction} in a transaction: {rate / (Cameras / 60.0):0} times what {Cameras} cameras need (asked for: 50)"
        );
    }

    /// <summary>The same rows made by SQLite itself: the millions differ from the sample in their number only.</summary>
    private static void FillRest(string path, long from, long count, bool bare)
    {
        var clock = Stopwatch.GetTimestamp();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        foreach (
            var sql in (string[])
                [
                    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = FILE; DROP INDEX segments_id;",
                    """
                        INSERT INTO segments
                        WITH RECURSIVE cameras(c) AS (SELECT 0 UNION ALL SELECT c + 1 FROM cameras WHERE c < $cameras - 1),
                          minutes(m) AS (SELECT $from / $cameras UNION ALL SELECT m + 1 FROM minutes WHERE m < $count / $cameras - 1)
                        SELECT c + 1, $start + m * 60000, m * $cameras + c + 1, $start + m * 60000 + iif(m % 250 = 249, 50000, 60000), 1 + m / 600, m + 1, NULL,
                          737790 + m / 1440, strftime('%H%M%S', m * 60, 'unixepoch') || 'Z', 30000000, randomblob(32), 0, 5400000, 0, 0
                        FROM cameras CROSS JOIN minutes
                        """,
                    """
                        INSERT INTO fragments
                        WITH RECURSIVE ids(i) AS (SELECT $from + 1 UNION ALL SELECT i + 1 FROM ids WHERE i < $count)
                        SELECT i, 1300, (SELECT list FROM fragments WHERE segment = 1) FROM ids
                        """,
                    """
                        INSERT INTO gaps
                        WITH RECURSIVE cameras(c) AS (SELECT 0 UNION ALL SELECT c + 1 FROM cameras WHERE c < $cameras - 1),
                          minutes(m) AS (SELECT ($from / $cameras / 250 + 1) * 250 - 1 UNION ALL SELECT m + 250 FROM minutes WHERE m < $count / $cameras - 250)
                        SELECT c + 1, $start + m * 60000 + 50000, m * $cameras + c + 1, $start + m * 60000 + 60000, 1, NULL, NULL, 0, NULL FROM cameras CROSS JOIN minutes
                        """,
                    "UPDATE counters SET value = $count + 1; CREATE UNIQUE INDEX segments_id ON segments (id);",
                ]
        )
        {
            if (bare && sql.Contains("INTO fragments", StringComparison.Ordinal))
                continue;
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, value) in new[] { ("$cameras", (long)Cameras), ("$from", from), ("$count", count), ("$start", StartMs) })
            {
                if (sql.Contains(name, StringComparison.Ordinal))
                    command.Parameters.AddWithValue(name, value);
            }

            command.CommandTimeout = 0;
            command.ExecuteNonQuery();
            Say($"  {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s");
        }

        Say($"rest: {(count - from) / Stopwatch.GetElapsedTime(clock).TotalSeconds:0} segments a second, made by SQLite");
    }

    private static void Add(IndexTransaction t, long[] numbers, long i, List<FragmentEntry> fragments, byte[] sha256)
    {
        var camera = (int)(i % Cameras);
        var minute = i / Cameras;
        var start = StartMs + (minute * 60_000);
        BitConverter.TryWriteBytes(sha256, i);
        var path = ArchivePath.Of(Room, CameraId.Of($"C{camera}"), DateTimeOffset.FromUnixTimeMilliseconds(start), 1);
        var end = start + (minute % 250 == 249 ? 50_000 : 60_000);
        t.RestoreSegment(
            numbers[camera],
            new NewSegment(start, end, 1 + (minute / 600), path, 30_000_000, sha256, 0, 5_400_000, false, 1300, fragments),
            i + 1,
            minute + 1
        );
        if (minute % 250 == 249)
            t.RestoreGap(numbers[camera], new NewGap(end, start + 60_000, GapCause.Network, null), i + 1, 0);
    }

    private static void Ask(FootageIndex index, long minutes, bool bare)
    {
        var camera = index.Read(q => q.Camera(Room, CameraId.Of("C7")))!;
        var reader = new TimelineReader(index, TimeProvider.System);
        var random = new Random(1);
        var days = Math.Max(1, minutes / 1440);
        Time(
            "timeline of a day",
            50,
            () =>
            {
                var from = DateTimeOffset.FromUnixTimeMilliseconds(StartMs).AddDays(random.NextInt64(days));
                _ = reader.Read(camera, null, from, from.AddDays(1));
            }
        );
        Time(
            "completeness of a session (4 h, 8 cameras)",
            100,
            () =>
            {
                var from = StartMs + (random.NextInt64(days) * 86_400_000L);
                for (var i = 0; i < 8; i++)
                {
                    var one = index.Read(q => q.Camera(Room, CameraId.Of($"C{i}")))!;
                    _ = Completeness.UnionMs(reader.Proven(one, from, from + 14_400_000));
                }
            }
        );
        if (!bare)
            Time(
                "playlist of an hour",
                null,
                () =>
                {
                    var from = StartMs + (random.NextInt64(days) * 86_400_000L);
                    var parts = index.Read(q =>
                        q.Segments(camera, from, from + 3_600_000)
                            .SelectMany(s => RangeReader.Parts(s, 1300, q.Fragments(s.Id)!.Value.Fragments, from, from + 3_600_000))
                            .ToList()
                    );
                    _ = HlsPlaylist.ForRange(parts);
                }
            );
        Time("segment by id", null, () => _ = index.Read(q => q.Segment(1 + random.NextInt64(minutes * Cameras))));
        var at = StartMs + (minutes * 60_000) + 3_600_000;
        var sha256 = new byte[32];
        var commit = Time(
            "commit of one segment, flushed",
            null,
            () =>
            {
                at += 60_000;
                var path = ArchivePath.Of(Room, CameraId.Of("C7"), DateTimeOffset.FromUnixTimeMilliseconds(at), 1);
                index.Write(t =>
                    t.AddSegment(camera.No, new NewSegment(at, at + 60_000, 1, path, 30_000_000, sha256, 0, 5_400_000, false, 1300, []))
                );
            }
        );
        Say(
            $"one by one, each flushed: {1000 / commit:0} a second, {1000 / commit / (Cameras / 60.0):0} times what {Cameras} cameras need (asked for: 50)"
        );
    }

    /// <returns>Median, ms.</returns>
    private static double Time(string what, double? limitMs, Action work)
    {
        var times = new List<double>();
        for (var i = 0; i < Repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var first = times[0];
        times.Sort();
        Say(
            $"{what}: median {times[Repeats / 2]:0.0} ms, slowest {times[^1]:0.0} ms, first {first:0.0} ms{(limitMs is { } limit ? $" (limit {limit} ms)" : "")}"
        );
        return times[Repeats / 2];
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
