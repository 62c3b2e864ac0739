using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Retention.Tiers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Benchmarks;

/// <summary>What copying to an archive tier costs beside <c>cp</c> to the same disk, in one run.</summary>
internal static class TierBench
{
    private const int SegmentBytes = 30 << 20;

    private static readonly RoomId Room = RoomId.Of("R1");
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// [SEGMENTS] [FOLDER]: segments of 30 MiB; <c>cp</c> and <c>sync</c>, then the copier (hash, flush, every byte read back, index), then
    /// <c>cp</c> again.
    /// </summary>
    public static async Task<int> RunAsync(string[] rest)
    {
        var count = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 40;
        var folder =
            rest.Length > 1
                ? Directory.CreateDirectory(rest[1]).FullName
                : Directory.CreateTempSubdirectory("exam-monitor-bench-").FullName;
        var footage = new FootageOptions
        {
            VolumePath = Directory.CreateDirectory(Path.Combine(folder, "volume")).FullName,
            IndexPath = Path.Combine(folder, "index.db"),
            Site = SiteId.Of("S1"),
        };
        var archive = await FootageArchive
            .OpenAsync(footage, null, TimeProvider.System, NullLogger<FootageArchive>.Instance, CancellationToken.None)
            .ConfigureAwait(false);
        await using (archive.ConfigureAwait(false))
        {
            var files = Fill(archive, footage.VolumePath, count);
            var first = await CpAsync(files, folder, "cp-1").ConfigureAwait(false);
            var copier = await CopyAsync(archive, files, Directory.CreateDirectory(Path.Combine(folder, "tier")).FullName)
                .ConfigureAwait(false);
            var second = await CpAsync(files, folder, "cp-2").ConfigureAwait(false);
            var megabytes = (double)count * SegmentBytes / 1e6;
            Say(
                $"cp and sync: {megabytes / first:0} and {megabytes / second:0} MB/s; copier, every byte read back and hashed: {megabytes / copier:0} MB/s"
            );
            Say($"copier ÷ cp: {(first + second) / 2 / copier:0.00}");
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static string[] Fill(FootageArchive archive, string volume, int count)
    {
        var index = archive.Context.Index;
        index.Write(t => t.AddCamera(Room, Camera, UnixMs.Of(Start)));
        var camera = index.Read(q => q.Camera(Room, Camera))!;
        var bytes = new byte[SegmentBytes];
        var files = new List<string>();
        for (var i = 0; i < count; i++)
        {
            RandomNumberGenerator.Fill(bytes);
            var start = Start.AddMinutes(i);
            var path = ArchivePath.Of(Room, Camera, start, 1);
            var file = Path.Combine(volume, path.File);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
            files.Add(file);
            index.Write(t =>
                t.AddSegment(
                    camera.No,
                    new(
                        UnixMs.Of(start),
                        UnixMs.Of(start.AddMinutes(1)),
                        1,
                        path,
                        SegmentBytes,
                        SHA256.HashData(bytes),
                        0,
                        5_400_000,
                        false,
                        1000,
                        []
                    )
                )
            );
        }

        return [.. files];
    }

    private static async Task<double> CpAsync(string[] files, string folder, string name)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        await ForgetAsync(files).ConfigureAwait(false);
        var clock = Stopwatch.GetTimestamp();
        await ProcessAsync("cp", [.. files, target]).ConfigureAwait(false);
        await ProcessAsync("sync", ["-f", target]).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        Directory.Delete(target, recursive: true);
        return seconds;
    }

    private static async Task<double> CopyAsync(FootageArchive archive, string[] files, string target)
    {
        var tags = new TierNoteTags(
            () => System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256),
            "bench"
        );
        using var tier = ArchiveTier.Of(
            archive,
            new()
            {
                Kind = TierKind.Folder,
                Path = target,
                Create = true,
            },
            tags,
            TimeProvider.System,
            NullLogger<ArchiveTier>.Instance
        );
        await ForgetAsync(files).ConfigureAwait(false);
        var (clock, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await tier.RunOnceAsync(new Everything(), null, null, CancellationToken.None).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        Say($"copier: {seconds:0.0} s, {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.0} s of CPU");
        var status = tier.GetStatus();
        if (status.CopiedSegments != files.Length || status.Mismatches.Count > 0)
            throw new InvalidOperationException($"Only {status.CopiedSegments} segments were copied.");
        return seconds;
    }

    private static async Task ForgetAsync(string[] files)
    {
        await ProcessAsync("sync", []).ConfigureAwait(false);
        foreach (var file in files)
            PageCache.Drop(file);
    }

    private static async Task ProcessAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class Everything : IExamFootage
    {
        public IReadOnlyList<ExamSpan> Spans() =>
            [new(Room, Start.AddDays(-1), Start.AddDays(1), TimeProvider.System.GetUtcNow().AddDays(180))];
    }
}
