using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Packs;
using ExamMonitor.Packs.Making;
using ExamMonitor.Packs.Verification;
using ExamMonitor.Packs.Zip;

namespace ExamMonitor.Benchmarks;

/// <summary>Evidence packs beside cp and sha256sum over the same bytes, and a draw over years of sessions.</summary>
internal static class PackBench
{
    private const string Origin = "exam-monitor/S/A";
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Makes, copies and verifies a pack.</summary>
    /// <param name="arguments">Clips, megabytes of each, folder.</param>
    public static int Run(string[] arguments)
    {
        var (clips, megabytes) = (Number(arguments, 0, 64), Number(arguments, 1, 16));
        var folder = Directory
            .CreateDirectory(Path.Combine(arguments.Length > 2 ? arguments[2] : Path.GetTempPath(), $"packs-{Guid.NewGuid():N}"))
            .FullName;
        try
        {
            using var log = LedgerLog.Open(Path.Combine(folder, "ledger"), Path.Combine(folder, "key"), Origin);
            var layout = Make(log, folder, clips, megabytes);
            var bytes = layout.Items.Sum(i => i.SizeBytes);
            var baseline = GC.GetTotalMemory(true);
            var copied = Timed(() => Shell($"cat {folder}/footage/*.mp4 > {folder}/copy && rm {folder}/copy"));
            copied = Min(copied, Timed(() => Shell($"cat {folder}/footage/*.mp4 > {folder}/copy")));
            var packed = Timed(() => Write(layout, Path.Combine(folder, "pack.zip")));
            packed = Min(packed, Timed(() => Write(layout, Path.Combine(folder, "pack.zip"))));
            Console.WriteLine(
                Line(
                    $"pack {bytes >> 20} MiB: {packed.TotalSeconds:0.00} s, cp {copied.TotalSeconds:0.00} s: {100 * copied / packed:0} % of its speed; working set {Environment.WorkingSet >> 20} MiB, managed {(GC.GetTotalMemory(false) - baseline) >> 20} MiB over base"
                )
            );
            var hashed = Min(
                Timed(() => Shell($"sha256sum {folder}/pack.zip > /dev/null")),
                Timed(() => Shell($"sha256sum {folder}/pack.zip > /dev/null"))
            );
            PackReport? report = null;
            var verified = Min(
                Timed(() => report = PackVerifier.Run(Path.Combine(folder, "pack.zip"), new(), null, CancellationToken.None)),
                Timed(() => PackVerifier.Run(Path.Combine(folder, "pack.zip"), new(), null, CancellationToken.None))
            );
            Console.WriteLine(
                Line(
                    $"verify: {verified.TotalSeconds:0.00} s, sha256sum {hashed.TotalSeconds:0.00} s: {100 * hashed / verified:0} % of its speed; {report!.ProvedClips} clips proved, {report.Findings.Count} findings"
                )
            );
            Console.WriteLine(Line($"draw over 5 years (65,880 units): {Draw().TotalMilliseconds:0} ms"));
            return report.Findings.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ZipLayout Make(LedgerLog log, string folder, int clips, int megabytes)
    {
        var (draft, room, camera) = (new PackDraft(), RoomId.Of("R1"), CameraId.Of("C1"));
        var (held, entries, previous) = (new List<PackClip>(), new List<long>(), -1L);
        Directory.CreateDirectory(Path.Combine(folder, "footage"));
        for (var i = 0; i < clips; i++)
        {
            var (content, path, start) = (RandomNumberGenerator.GetBytes(megabytes << 20), Line($"{i:00000}.mp4"), Start.AddMinutes(i));
            var (file, sha256) = (Path.Combine(folder, "footage", path), Convert.ToHexStringLower(SHA256.HashData(content)));
            File.WriteAllBytes(file, content);
            previous = log.Append(
                LedgerEntry.Format(
                    new SegmentLeaf(room, camera, i + 1, previous, start, start.AddMinutes(1), path, content.Length, sha256, false),
                    start.AddMinutes(1)
                )
            );
            entries.Add(previous);
            held.Add(new(PackFormat.Clips + path, room, camera, start, start.AddMinutes(1), content.Length, sha256, previous));
            draft.Add(
                PackFormat.Clips + path,
                content.Length,
                sha256,
                () => new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan)
            );
        }

        var facts = new PackFacts(
            PackFormat.SchemaName,
            "P1",
            Origin,
            Start.AddDays(1),
            "Li",
            "bench",
            false,
            [new("S1", room, Start, Start.AddMinutes(clips), null, [camera])],
            held,
            [],
            [],
            entries,
            [],
            [],
            []
        );
        draft.AddFrame(facts, log.ExportPublicKey());
        var export = log.Append(
            LedgerEntry.Format(
                PackFormat.ExportKind,
                Start.AddDays(1),
                null,
                null,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["pack"] = "P1",
                    ["person"] = "Li",
                    ["sha256"] = draft.ListHash,
                }
            )
        );
        return draft.Seal(facts, export, log.Sign(Start.AddDays(1)), new Ledger(log));
    }

    private static void Write(ZipLayout layout, string path)
    {
        using var stream = new ZipStream(layout);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        stream.CopyTo(file, 1 << 20);
    }

    private static TimeSpan Draw()
    {
        var sessions = Enumerable
            .Range(0, 5 * 366 * 12)
            .Select(i => new ExamSession(
                ExamSessionId.Of(Line($"S{i:000000}")),
                BatchId.Of(Line($"B{i / 6 % 40}")),
                RoomId.Of(Line($"R{i % 2}")),
                Start.AddHours(2 * i),
                Start.AddHours((2 * i) + 1),
                "Baking",
                10,
                false
            ))
            .ToList();
        var request = new DrawRequest(Start.AddDays(-1), Start.AddYears(5), [DrawDimension.Batch, DrawDimension.Room, DrawDimension.Phase]);
        return Min(Timed(Once), Timed(Once));

        void Once()
        {
            var units = DrawPopulation.Of(sessions, request.By, request.Phases, _ => []);
            var lines = DrawPopulation.Format(units);
            DrawRepeat.Draw(SHA256.HashData(lines), DrawPlan.Of(request, units), units);
        }
    }

    private static int Number(string[] arguments, int at, int otherwise) =>
        arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : otherwise;

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Timed(Action act)
    {
        var began = TimeProvider.System.GetTimestamp();
        act();
        return TimeProvider.System.GetElapsedTime(began);
    }

    private static void Shell(string command)
    {
        using var process = Process.Start("sh", ["-c", command]);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(command);
    }

    private sealed class Ledger(LedgerLog log) : IPackLedger
    {
        public byte[] Read(long number) => log.Read(number);

        public IReadOnlyList<TreeHash> ProveInclusion(long number, long size) => log.ProveInclusion(number, size);

        public IReadOnlyList<TreeHash> ProveConsistency(long from, long to) => log.ProveConsistency(from, to);
    }
}
