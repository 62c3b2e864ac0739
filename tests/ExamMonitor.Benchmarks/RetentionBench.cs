using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Footage.Tests.Retention;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.Recording;
using ExamMonitor.Retention;
using ExamMonitor.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Benchmarks;

/// <summary>Retention at its real size: many cases, many years, many segments.</summary>
internal static class RetentionBench
{
    private const int Cameras = 64;
    private const int Rooms = 8;
    private const int IdleDays = 30;
    private const int ExamSegments = 540;

    /// <summary>
    /// Cases of random sites: every one decided and compared with the plain law and with a clock that jumps; every twentieth also swept,
    /// killed and resumed.
    /// </summary>
    public static int Properties(string cases, string[] rest)
    {
        var count = int.Parse(cases, CultureInfo.InvariantCulture);
        var first = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 1;
        var clock = Stopwatch.GetTimestamp();
        var (kept, discarded, kills) = (0L, 0L, 0);
        for (var i = 0; i < count; i++)
        {
            var problem = RetentionCase.Of(first + i).Check(out var k, out var d) ?? ClockCase.Check(first + i);
            if (problem is null && i % 20 == 0)
            {
                problem = KillCase.Check(first + i);
                kills++;
            }

            (kept, discarded) = (kept + k, discarded + d);
            if (problem is not null)
            {
                Say($"seed {first + i}: {problem}");
                return 1;
            }

            if ((i + 1) % 10_000 == 0)
                Say($"{i + 1} cases: {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s");
        }

        Say(
            $"{count} cases hold: {kept} decisions to keep, {discarded} to discard, {kills} sweeps killed and resumed, {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s"
        );
        return 0;
    }

    /// <summary>Years of a site with small files, compared at the end with a plain recomputation.</summary>
    /// <remarks>The files are real, and lie in memory where the system has such a folder: what a flush costs is another measurement's
    /// subject. The volume says that it has room: the made-up rates of minutes would ask for more than a disk has.</remarks>
    public static int Years(string[] rest)
    {
        int Number(int at, int otherwise) => rest.Length > at ? int.Parse(rest[at], CultureInfo.InvariantCulture) : otherwise;
        var folder = Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory($"/dev/shm/exam-monitor-years-{Guid.NewGuid():N}")
            : Directory.CreateTempSubdirectory("exam-monitor-years-");
        try
        {
            var clock = Stopwatch.GetTimestamp();
            using var world = new RetentionWorld(new RoomyVolume(folder.FullName));
            world.Open();
            var outcome = FiveYears.Run(
                world,
                Number(0, 16),
                Number(1, 1826),
                Number(2, 4),
                Number(3, 1),
                day =>
                {
                    if (day % 100 == 0)
                        Say($"day {day}: {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s");
                }
            );
            Say(
                $"{outcome.Recorded} segments recorded, {outcome.Held} held, {outcome.Destroyed} destroyed by {outcome.Sweeps} sweeps, {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s: {outcome.Problem ?? "exactly what the plain law keeps, and every absence explained"}"
            );
            return outcome.Problem is null ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>An index in which exam footage of years and all footage of the last month is held; times what a daily sweep asks.</summary>
    public static int Index(string segments, string[] rest)
    {
        var count = long.Parse(segments, CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("exam-monitor-bench-");
        if (rest.Length > 0)
            folder = Directory.CreateDirectory(rest[0]);
        var examDays = (int)Math.Max(40, IdleDays + (((count / Cameras) - (IdleDays * 1440) + ExamSegments - 1) / ExamSegments));
        var start = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var path = Path.Combine(folder.FullName, "footage.db");
        var options = new FootageOptions
        {
            VolumePath = "/simulated",
            IndexPath = path,
            Site = SiteId.Of("S1"),
        };
        var (volume, ledger, time) = (new SimulatedVolume(), new SurvivingLedger(), new ManualTimeProvider(start.AddDays(examDays)));
        ledger.Time = time;
        using (
            var made = FootageArchive
                .Open(options, volume, null, new(ledger, time, NullLogger.Instance), CancellationToken.None)
                .Context.Index
        )
        {
            for (var i = 0; i < Cameras; i++)
                made.Write(t => t.AddCamera(RoomId.Of($"R{i % Rooms}"), CameraId.Of($"C{i}"), UnixMs.Of(start)));
        }

        Fill(path, start, examDays);
        var archive = FootageArchive.Open(options, volume, null, new(ledger, time, NullLogger.Instance), CancellationToken.None);
        using var index = archive.Context.Index;
        var opened = Stopwatch.GetTimestamp();
        // The window ends for the first day when one more day has passed.
        var window = CalendarPeriod.Parse(string.Create(CultureInfo.InvariantCulture, $"P{examDays}D"));
        var profile = new LawProfile(
            LawProfile.SchemaName,
            "bench",
            1,
            new("b", "b"),
            [new("r", ["RET-1"], "d", "c", "t", FootageClass.Exam, window, WindowStart.BatchDayEnd)]
        );
        var rules = RetentionRulesReader.Combine(new() { IdleDays = IdleDays, TimeZone = "UTC" }, [new("bench", profile, [])]).Rules;
        var retention = FootageRetention.Open(archive, ledger, rules, new() { ClockAllowance = TimeSpan.FromHours(1) });
        retention.RememberSessions(
            [
                .. Enumerable
                    .Range(0, examDays + 30)
                    .SelectMany(d =>
                        Enumerable
                            .Range(0, Rooms)
                            .Select(r => new ExamSession(
                                ExamSessionId.Of($"S{d}-{r}"),
                                BatchId.Of($"B{d / 30}"),
                                RoomId.Of($"R{r}"),
                                start.AddDays(d).AddHours(8.5),
                                start.AddDays(d).AddHours(16.5),
                                "",
                                null,
                                false
                            ))
                    ),
            ],
            "bench"
        );
        Say($"{(examDays + 30) * Rooms} sessions entered in {Stopwatch.GetElapsedTime(opened).TotalSeconds:0.0} s");
        var clock = Stopwatch.GetTimestamp();
        var first = retention.Sweep("bench", full: true, CancellationToken.None);
        Say(
            $"first sweep, every segment: {first.Looked} looked at, {first.Destroyed} destroyed, {Stopwatch.GetElapsedTime(clock).TotalSeconds:0.0} s"
        );
        time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(2));
        for (var i = 0; i < 5; i++)
        {
            Time(
                "a day's expiries: found and decided",
                () =>
                {
                    var (looked, due) = (0, 0);
                    foreach (var decision in retention.PlanSweep(full: false))
                    {
                        looked++;
                        if (decision.Verdict == RetentionVerdict.Discard)
                            due++;
                    }

                    return $"{due} due of {looked} looked at";
                }
            );
            Time("forecast", () => string.Create(CultureInfo.InvariantCulture, $"{retention.ForecastDuty().Points.Count} points"));
            Time("space", () => retention.Space().Level.ToString());
        }

        index.Dispose();
        if (rest.Length == 0)
            folder.Delete(recursive: true);
        return 0;
    }

    private static void Fill(string path, DateTimeOffset start, int examDays)
    {
        var clock = Stopwatch.GetTimestamp();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        foreach (
            var sql in (string[])
                [
                    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = FILE; DROP INDEX segments_id; DROP TRIGGER segments_retention;",
                    """
                        INSERT INTO segments
                        WITH RECURSIVE cameras(c) AS (SELECT 0 UNION ALL SELECT c + 1 FROM cameras WHERE c < $cameras - 1),
                          days(d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM days WHERE d < $days - 1),
                          minutes(m) AS (SELECT 0 UNION ALL SELECT m + 1 FROM minutes WHERE m < 1439)
                        SELECT c + 1, $start + (d * 1440 + m) * 60000, ((c * $days) + d) * 1440 + m + 1, $start + (d * 1440 + m + 1) * 60000, 1, d * 1440 + m + 1, 1,
                          737790 + d, strftime('%H%M%S', m * 60, 'unixepoch') || 'Z', 30000000, randomblob(32), 0, 5400000, 0, 0
                        FROM cameras CROSS JOIN days CROSS JOIN minutes WHERE d >= $days - $idle OR (m >= 480 AND m < 1020)
                        """,
                    "CREATE UNIQUE INDEX segments_id ON segments (id);",
                    """
                        INSERT INTO retention_days (camera_no, day) WITH RECURSIVE days(d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM days WHERE d < $days - 1)
                        SELECT no, $start / 86400000 + d FROM cameras CROSS JOIN days
                        """,
                    "UPDATE cameras SET last_end_ms = $start + $days * 86400000, size_bytes = $days * 540 * 30000000;",
                    """
                        CREATE TRIGGER segments_retention AFTER INSERT ON segments BEGIN
                          INSERT INTO retention_days (camera_no, day) VALUES (NEW.camera_no, NEW.start_ms / 86400000)
                          ON CONFLICT DO UPDATE SET recheck_ms = 0, idle = 1 WHERE recheck_ms <> 0 OR idle = 0;
                        END;
                        """,
                ]
        )
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (
                var (name, value) in new[]
                {
                    ("$cameras", (long)Cameras),
                    ("$days", examDays),
                    ("$start", UnixMs.Of(start)),
                    ("$idle", IdleDays),
                }
            )
            {
                if (sql.Contains(name, StringComparison.Ordinal))
                    command.Parameters.AddWithValue(name, value);
            }

            command.CommandTimeout = 0;
            command.ExecuteNonQuery();
        }

        Say(
            $"{examDays} days of {Cameras} cameras, {(long)Cameras * (((examDays - IdleDays) * ExamSegments) + (IdleDays * 1440))} segments, {new FileInfo(path).Length / (1 << 20)} MiB, made in {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s"
        );
    }

    private static void Time(string what, Func<string> work)
    {
        var start = Stopwatch.GetTimestamp();
        var said = work();
        Say($"{what}: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms, {said}");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
