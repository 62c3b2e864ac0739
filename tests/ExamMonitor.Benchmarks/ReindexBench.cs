using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Index;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Benchmarks;

/// <summary>
/// The index made again from day lines: 8 cameras, a segment a minute, 60 fragments each. The files are there and empty: their bytes are
/// not read.
/// </summary>
internal static class ReindexBench
{
    private const int Cameras = 8;

    /// <summary>[SEGMENTS].</summary>
    public static async Task<int> RunAsync(string[] rest)
    {
        var count = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 50_000;
        using var folder = new TempFolder();
        var volume = new DiskVolume(Directory.CreateDirectory(folder["volume"]).FullName);
        var start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        VolumeIdentity.Create(volume, SiteId.Of("S1"), start);
        for (var camera = 0; camera < Cameras; camera++)
            WriteCamera(volume, CameraId.Of($"C{camera}"), camera, count / Cameras, start);
        var options = new FootageOptions
        {
            VolumePath = volume.Root,
            IndexPath = folder["footage.db"],
            Site = SiteId.Of("S1"),
        };
        var clock = Stopwatch.GetTimestamp();
        var report = await FootageCare
            .ReindexAsync(options, new CareSurroundings(null, TimeProvider.System, NullLogger.Instance), null, CancellationToken.None)
            .ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Segments} segments of {Cameras} cameras from their day lines in {seconds:0.0} s: {report.Segments / seconds:0} a second ({report.Segments / seconds / 2000:0.0} times the 2,000 that are asked for)"
            )
        );
        return report.Segments == count / Cameras * Cameras ? 0 : 1;
    }

    private static void WriteCamera(DiskVolume volume, CameraId camera, int cameraNo, int segments, DateTimeOffset start)
    {
        var fragments = Enumerable
            .Range(0, 60)
            .Select(i => new FragmentEntry(480_000 + (i * 37 % 40_000), i * 90_000, 90_000, true, i % 7))
            .ToList();
        var (folder, previous, lines) = ("", new string('0', 64), new MemoryStream());
        for (var i = 0; i < segments; i++)
        {
            var path = ArchivePath.Of(RoomId.Of("R1"), camera, start.AddMinutes(i), 1);
            if (path.Folder != folder)
            {
                Save(volume, folder, lines);
                (folder, previous, lines) = (path.Folder, new string('0', 64), new MemoryStream());
                volume.CreateFolder(folder);
            }

            var line = new DayLine(
                previous,
                i + 1,
                DayLine.Segment,
                (i * Cameras) + cameraNo + 1,
                start.AddMinutes(i),
                start.AddMinutes(i + 1)
            )
            {
                File = path.Name + ".mp4",
                Bytes = 30_000_000,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i))),
                Run = 1,
                MediaStart90k = 0,
                Duration90k = 5_400_000,
                Video = "avc1.64001f",
                InitializationBytes = 1300,
                Fragments = FragmentList.Encode(fragments),
            };
            var bytes = JsonSerializer.SerializeToUtf8Bytes(line, ContractJson.Options);
            previous = Convert.ToHexStringLower(SHA256.HashData(bytes));
            lines.Write(bytes);
            lines.WriteByte((byte)'\n');
            File.WriteAllBytes(Path.Combine(volume.Root, path.File), []);
        }

        Save(volume, folder, lines);
    }

    private static void Save(DiskVolume volume, string folder, MemoryStream lines)
    {
        if (folder.Length > 0)
            File.WriteAllBytes(Path.Combine(volume.Root, folder, DayLog.FileName), lines.ToArray());
    }
}
