using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Writing;

namespace ExamMonitor.Benchmarks;

/// <summary>What the ledger costs when it is large, and how fast a verification is beside <c>sha256sum</c>.</summary>
internal static class LedgerBench
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private const int Cameras = 64;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>ENTRIES [FOLDER]: fills a ledger once, then times opening, proofs and a question about an old entry.</summary>
    public static int Open(string entries, string[] rest)
    {
        var count = long.Parse(entries, CultureInfo.InvariantCulture);
        var root =
            rest.Length > 0
                ? Directory.CreateDirectory(rest[0]).FullName
                : Directory.CreateTempSubdirectory("exam-monitor-bench-").FullName;
        var (ledger, key) = (Path.Combine(root, "ledger"), Path.Combine(root, "ledger.key"));
        if (!File.Exists(Path.Combine(ledger, "checkpoint")))
            Fill(ledger, key, count);
        for (var round = 0; round < 3; round++)
        {
            var clock = Stopwatch.GetTimestamp();
            using var log = LedgerLog.Open(ledger, key, Origin);
            Say($"opening {log.Size} entries: {Stopwatch.GetElapsedTime(clock).TotalMilliseconds:0} ms, damage: {log.Damage}");
            Time("inclusion proof", 200, () => log.ProveInclusion(Random(log.Size), log.Size));
            Time("consistency proof", 200, () => log.ProveConsistency(1 + Random(log.Size - 1), log.Size));
            Time("entry", 200, () => log.Read(Random(log.Size)));
            var of = new FootageLedger(log, TimeProvider.System);
            clock = Stopwatch.GetTimestamp();
            of.Append(Leaf(log.Size - Cameras, -1));
            Say(
                $"first question after opening: {Stopwatch.GetElapsedTime(clock).TotalMilliseconds:0} ms; memory: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB at most"
            );
        }

        var again = Stopwatch.GetTimestamp();
        File.Delete(Path.Combine(ledger, "hashes.bin"));
        using (var log = LedgerLog.Open(ledger, key, Origin))
            Say(
                $"opening without hashes.bin, which is made again: {Stopwatch.GetElapsedTime(again).TotalSeconds:0.0} s; memory: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB at most"
            );
        if (rest.Length == 0)
            Directory.Delete(root, recursive: true);
        return 0;
    }

    /// <summary>[SEGMENTS] [BYTES]: the same files, by turns verified and given to sha256sum; the medians of five.</summary>
    public static int VerifySpeed(string[] rest)
    {
        var segments = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 40;
        var size = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 30_000_000;
        var root = Directory.CreateTempSubdirectory("exam-monitor-bench-").FullName;
        var (volume, keyPath) = (Path.Combine(root, "volume"), Path.Combine(root, "ledger.key"));
        var files = WriteSegments(volume, keyPath, segments, size);
        using var key = VerificationFiles.ReadKey(new(keyPath));
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < 6; round++)
        {
            var clock = Stopwatch.GetTimestamp();
            var report = ArchiveVerifier.Run(volume, new(key, Origin), null, CancellationToken.None);
            var took = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            if (report.Findings.Count > 0)
                throw new InvalidOperationException(report.Findings[0].Text);
            clock = Stopwatch.GetTimestamp();
            using (
                var process = Process.Start(
                    new ProcessStartInfo("sha256sum", files) { UseShellExecute = false, RedirectStandardOutput = true }
                )!
            )
            {
                process.StandardOutput.ReadToEnd();
                process.WaitForExit();
            }

            // The first round only brings the files into the cache.
            if (round == 0)
                continue;
            ours.Add(took);
            theirs.Add(Stopwatch.GetElapsedTime(clock).TotalSeconds);
        }

        var bytes = (double)segments * size;
        Say(
            $"verify: {bytes / Median(ours) / 1e6:0} MB/s; sha256sum: {bytes / Median(theirs) / 1e6:0} MB/s; verify is {Median(theirs) / Median(ours):0.00} times as fast"
        );
        Directory.Delete(root, recursive: true);
        return 0;
    }

    private static void Fill(string ledger, string key, long count)
    {
        var clock = Stopwatch.GetTimestamp();
        using var log = LedgerLog.Open(ledger, key, Origin);
        for (var i = log.Size; i < count; i++)
            log.Append(LedgerEntry.Format(Leaf(i, i < Cameras ? -1 : i - Cameras), Start.AddSeconds(i)));
        log.Sign(Start.AddSeconds(count));
        Say($"filled with {count} entries in {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s");
    }

    private static SegmentLeaf Leaf(long i, long previous) =>
        new(
            RoomId.Of($"R{i % Cameras / 4}"),
            CameraId.Of($"C{i % Cameras}"),
            1 + (i / Cameras),
            previous,
            Start.AddSeconds(i - 60),
            Start.AddSeconds(i),
            string.Create(CultureInfo.InvariantCulture, $"2026/03-01/R{i % Cameras / 4}/C{i % Cameras}/{i % 86400:D6}Z.mp4"),
            30_000_000,
            new string('a', 64),
            Recovered: false
        );

    private static string[] WriteSegments(string volume, string keyPath, int segments, int size)
    {
        using var log = LedgerLog.Open(Path.Combine(volume, "ledger"), keyPath, Origin);
        var ledger = new FootageLedger(log, TimeProvider.System);
        var days = new DayLog(new DiskVolume(volume));
        var (files, previous, bytes) = (new List<string>(), -1L, new byte[size]);
        for (var i = 0; i < segments; i++)
        {
            RandomNumberGenerator.Fill(bytes);
            var path = string.Create(CultureInfo.InvariantCulture, $"2026/03-01/R1/C1/{i:D6}Z.mp4");
            files.Add(Path.Combine(volume, path));
            Directory.CreateDirectory(Path.GetDirectoryName(files[^1])!);
            File.WriteAllBytes(files[^1], bytes);
            var line = new DayLine("", i + 1, DayLine.Segment, i + 1, Start, Start.AddMinutes(1))
            {
                File = Path.GetFileName(path),
                Bytes = size,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
                Recovered = false,
            };
            days.Append("2026/03-01/R1/C1", line);
            previous = ledger.Append(
                new SegmentLeaf(
                    RoomId.Of("R1"),
                    CameraId.Of("C1"),
                    i + 1,
                    previous,
                    Start,
                    Start.AddMinutes(1),
                    path,
                    size,
                    line.Sha256,
                    Recovered: false
                )
                {
                    Line = FootageLines.HashOf(line),
                }
            );
        }

        log.Sign(Start);
        return [.. files];
    }

    private static void Time(string what, int times, Action act)
    {
        var taken = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            act();
            taken.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }

        Say($"{what}: median {Median(taken):0.000} ms, slowest of {times} {taken.Max():0.0} ms");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static long Random(long below) => RandomNumberGenerator.GetInt32((int)Math.Min(int.MaxValue, below));

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
