using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Footage.Care;
using ExamMonitor.Media;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>A real process that writes, killed with SIGKILL at a random moment, again and again, over one archive on a real disk.</summary>
/// <remarks>
/// The writer runs its clock <see cref="Speed"/> times as fast as the real one, so that a rotation falls into every life. It says how many fragments of
/// each camera are written; after a kill none of those may be missing.
/// </remarks>
internal static class KillLoop
{
    public const string WriterCommand = "footage-writer";

    private const int Cameras = 3;
    private const int Speed = 40;

    private static readonly RoomId Room = RoomId.Of("R1");
    private static readonly DateTimeOffset Epoch = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Kills a writer <paramref name="kills"/> times and checks the archive after each.</summary>
    /// <param name="folder">Empty folder.</param>
    /// <param name="clip">File of fragmented MP4 that the writer repeats.</param>
    /// <param name="kills">Lives.</param>
    /// <param name="writer">Program and first arguments that lead to <see cref="WriteAsync"/>.</param>
    /// <param name="seed">Of the moments.</param>
    /// <returns>Lives that were killed while they wrote, segments kept, segments among them that were recovered.</returns>
    /// <exception cref="InvalidOperationException">Something was lost, or the archive does not hold together.</exception>
    public static async Task<(int Kills, long Segments, long Recovered)> RunAsync(string folder, string clip, int kills, string[] writer, int seed)
    {
        Directory.CreateDirectory(Path.Combine(folder, "volume"));
        var random = new Random(seed);
        var clockStart = TimeProvider.System.GetUtcNow();
        var written = new double[Cameras];
        var recovered = 0L;
        for (var life = 0; life < kills; life++)
        {
            await LiveAndDieAsync(folder, clip, writer, clockStart, written, random);
            var report = await OpenAndCheckAsync(folder, clockStart, written, deep: life == kills - 1 || life % 50 == 49);
            recovered += report.Recovered;
        }

        var last = await OpenAndCheckAsync(folder, clockStart, written, deep: true);
        return (kills, last.Segments, recovered);
    }

    /// <summary>The writer: VOLUME INDEX CLIP CLOCK-START. Ends only by being killed.</summary>
    public static async Task<int> WriteAsync(string[] args)
    {
        var time = new FastClock(DateTimeOffset.Parse(args[3], CultureInfo.InvariantCulture));
        await using var archive = await FootageArchive.OpenAsync(Options(args[0], args[1]), null, time, NullLogger<FootageArchive>.Instance, CancellationToken.None);
        await using var file = File.OpenRead(args[2]);
        var reader = new FragmentReader(file);
        var initialization = await reader.ReadInitializationAsync(CancellationToken.None);
        var fragments = new List<Fragment>();
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment) fragments.Add(fragment);
        var recorders = Enumerable.Range(1, Cameras).Select(i => archive.Recorder(Room, CameraId.Of($"C{i}"))).ToList();
        var seconds = 0.0;
        while (true)
        {
            foreach (var recorder in recorders) await recorder.StartRunAsync(initialization, new(null, false), time.GetUtcNow(), CancellationToken.None);
            foreach (var fragment in fragments)
            {
                await Task.Delay(new Pts90k(fragment.Duration).ToTimeSpan() / Speed, TimeProvider.System);
                foreach (var recorder in recorders) await recorder.AppendAsync(fragment, time.GetUtcNow(), CancellationToken.None);
                while (recorders.Exists(r => r.WaitingBytes > 0)) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
                seconds += fragment.Duration / (double)Pts90k.PerSecond;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.000}"));
                await Console.Out.FlushAsync();
            }

            foreach (var recorder in recorders) await recorder.EndRunAsync(GapCause.Network, null, time.GetUtcNow(), CancellationToken.None);
        }
    }

    private static async Task LiveAndDieAsync(string folder, string clip, string[] writer, DateTimeOffset clockStart, double[] written, Random random)
    {
        string[] arguments = [.. writer[1..], WriterCommand, Path.Combine(folder, "volume"), Path.Combine(folder, "index.db"), clip, clockStart.ToString("O", CultureInfo.InvariantCulture)];
        using var process = Process.Start(new ProcessStartInfo(writer[0], arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var deadline = random.Next(1, 25);
        string? last = null;
        try
        {
            // The moment is counted in fragments and then drawn within one: a slow machine does not move every kill into the start.
            while (deadline-- > 0 && await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line) last = line;
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 1000 / Speed)), TimeProvider.System);
        }
        finally
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line) last = line.Contains('.') ? line : last;
        if (last is null) throw new InvalidOperationException($"The writer wrote nothing: {await errors}");
        for (var i = 0; i < Cameras; i++) written[i] += double.Parse(last, CultureInfo.InvariantCulture);
    }

    private static async Task<(long Segments, int Recovered)> OpenAndCheckAsync(string folder, DateTimeOffset clockStart, double[] written, bool deep)
    {
        var options = Options(Path.Combine(folder, "volume"), Path.Combine(folder, "index.db"));
        var recovered = 0;
        await using (var archive = await FootageArchive.OpenAsync(options, null, new FastClock(clockStart), NullLogger<FootageArchive>.Instance, CancellationToken.None))
        {
            recovered = archive.RecoveredSegments;
            for (var i = 0; i < Cameras; i++)
            {
                var held = archive.FindSegments(Room, CameraId.Of($"C{i + 1}"), Epoch.AddYears(-1), Epoch.AddYears(10)).Sum(s => s.Duration90k) / 90_000.0;
                if (held < written[i] - 0.5) throw new InvalidOperationException($"C{i + 1}: {written[i]} s were written, {held} s are held");
            }
        }

        var report = await FootageCare.CheckAsync(options, deep ? FsckDepth.Hash : FsckDepth.Size, null, CancellationToken.None);
        if (!report.IsWhole) throw new InvalidOperationException(string.Join('\n', report.Findings));
        if (Directory.EnumerateFiles(options.VolumePath, "*.part", SearchOption.AllDirectories).FirstOrDefault() is { } part) throw new InvalidOperationException($"{part} was left");
        return (report.Segments, recovered);
    }

    private static FootageOptions Options(string volume, string index) =>
        new() { VolumePath = volume, IndexPath = index, Site = SiteId.Of("S1"), SegmentLength = TimeSpan.FromSeconds(10) };

    private sealed class FastClock(DateTimeOffset start) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Epoch + ((System.GetUtcNow() - start) * Speed);
    }
}
