using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Care;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>A real process that writes, killed with SIGKILL at a random moment, again and again, over one archive on a real disk.</summary>
/// <remarks>
/// The writer runs its clock <see cref="Speed"/> times as fast as the real one, so that a rotation falls into every life. It says what it
/// hands over and what is written; after a kill nothing of the latter may be missing, of the former one fragment, and every segment that
/// was committed in an earlier life is there with the same hash.
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
    /// <returns>What was kept and what was lost.</returns>
    /// <exception cref="InvalidOperationException">Something was lost, or the archive does not hold together.</exception>
    public static async Task<KillReport> RunAsync(string folder, string clip, int kills, string[] writer, int seed)
    {
        Directory.CreateDirectory(Path.Combine(folder, "volume"));
        var random = new Random(seed);
        var clockStart = TimeProvider.System.GetUtcNow();
        var held = new double[Cameras];
        var committed = new Dictionary<long, string>();
        var report = new KillReport(kills, 0, 0, 0, 0, 0);
        for (var life = 0; life < kills; life++)
        {
            var (handed, written) = await LiveAndDieAsync(folder, clip, writer, clockStart, random);
            report += await OpenAndCheckAsync(
                folder,
                clockStart,
                committed,
                held,
                handed,
                written,
                deep: life == kills - 1 || life % 50 == 49
            );
        }

        return report;
    }

    /// <summary>The writer: VOLUME INDEX CLIP CLOCK-START. Ends only by being killed.</summary>
    public static async Task<int> WriteAsync(string[] args)
    {
        var time = new FastClock(DateTimeOffset.Parse(args[3], CultureInfo.InvariantCulture));
        await using var archive = await FootageArchive.OpenAsync(
            Options(args[0], args[1]),
            null,
            time,
            NullLogger<FootageArchive>.Instance,
            CancellationToken.None
        );
        await using var file = File.OpenRead(args[2]);
        var reader = new FragmentReader(file);
        var initialization = await reader.ReadInitializationAsync(CancellationToken.None);
        var fragments = new List<Fragment>();
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
            fragments.Add(fragment);
        var recorders = Enumerable.Range(1, Cameras).Select(i => archive.Recorder(Room, CameraId.Of($"C{i}"))).ToList();
        var seconds = 0.0;
        while (true)
        {
            foreach (var recorder in recorders)
                await recorder.StartRunAsync(initialization, new(null, false), time.GetUtcNow(), CancellationToken.None);
            foreach (var fragment in fragments)
            {
                await Task.Delay(new Pts90k(fragment.Duration).ToTimeSpan() / Speed, TimeProvider.System);
                await SayAsync('>', seconds + (fragment.Duration / (double)Pts90k.PerSecond));
                foreach (var recorder in recorders)
                    await recorder.AppendAsync(fragment, time.GetUtcNow(), CancellationToken.None);
                while (recorders.Exists(r => r.WaitingBytes > 0))
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
                seconds += fragment.Duration / (double)Pts90k.PerSecond;
                await SayAsync('=', seconds);
            }

            foreach (var recorder in recorders)
                await recorder.EndRunAsync(GapCause.Network, null, time.GetUtcNow(), CancellationToken.None);
        }
    }

    private static async Task SayAsync(char what, double seconds)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}{seconds:0.000}"));
        await Console.Out.FlushAsync();
    }

    /// <summary>Seconds of media of each camera that were handed over, and of those the ones that were said to be written.</summary>
    private static async Task<(double Handed, double Written)> LiveAndDieAsync(
        string folder,
        string clip,
        string[] writer,
        DateTimeOffset clockStart,
        Random random
    )
    {
        string[] arguments =
        [
            .. writer[1..],
            WriterCommand,
            Path.Combine(folder, "volume"),
            Path.Combine(folder, "index.db"),
            clip,
            clockStart.ToString("O", CultureInfo.InvariantCulture),
        ];
        using var process = Process.Start(
            new ProcessStartInfo(writer[0], arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var deadline = random.Next(2, 50);
        var (handed, written) = (0.0, 0.0);
        try
        {
            // The moment is counted in fragments and then drawn within one: a slow machine does not move every kill into the start.
            while (deadline-- > 0 && await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
                Note(line);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 1000 / Speed)), TimeProvider.System);
        }
        finally
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            Note(line);
        return handed > 0 ? (handed, written) : throw new InvalidOperationException($"The writer wrote nothing: {await errors}");

        void Note(string line)
        {
            // The kill may cut a line off in its middle: whole ones have three decimals.
            if (line.Length < 6 || line[^4] != '.')
                return;
            var seconds = double.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
            if (line[0] == '>')
                handed = seconds;
            else
                written = seconds;
        }
    }

    private static async Task<KillReport> OpenAndCheckAsync(
        string folder,
        DateTimeOffset clockStart,
        Dictionary<long, string> committed,
        double[] held,
        double handed,
        double written,
        bool deep
    )
    {
        var options = Options(Path.Combine(folder, "volume"), Path.Combine(folder, "index.db"));
        var (recovered, lostOfWritten, lostOfHanded) = (0, 0.0, 0.0);
        await using (
            var archive = await FootageArchive.OpenAsync(
                options,
                null,
                new FastClock(clockStart),
                NullLogger<FootageArchive>.Instance,
                CancellationToken.None
            )
        )
        {
            recovered = archive.RecoveredSegments;
            var now = new Dictionary<long, string>();
            for (var i = 0; i < Cameras; i++)
            {
                var segments = archive.FindSegments(Room, CameraId.Of($"C{i + 1}"), Epoch.AddYears(-1), Epoch.AddYears(10));
                foreach (var segment in segments)
                    now[segment.Id] = $"{segment.Path} {Convert.ToHexStringLower(segment.Sha256.Span)}";
                var before = held[i];
                held[i] = segments.Sum(s => s.Duration90k) / 90_000.0;
                lostOfWritten = Math.Max(lostOfWritten, written - (held[i] - before));
                lostOfHanded = Math.Max(lostOfHanded, handed - (held[i] - before));
            }

            foreach (var (id, what) in committed)
            {
                if (now.GetValueOrDefault(id) != what)
                    throw new InvalidOperationException(
                        $"Segment {id} ({what}) was committed, and is now {now.GetValueOrDefault(id) ?? "gone"}"
                    );
            }

            foreach (var (id, what) in now)
                committed[id] = what;
        }

        // Durations are rounded by the clip's frames (0.2 s) at the end of a run.
        if (lostOfWritten > 0.5)
            throw new InvalidOperationException($"{lostOfWritten} s that were written are not held");
        if (lostOfHanded > 1.5)
            throw new InvalidOperationException($"{lostOfHanded} s that were handed over are not held: more than the fragment in flight");
        var report = await FootageCare.CheckAsync(options, deep ? FsckDepth.Hash : FsckDepth.Size, null, CancellationToken.None);
        if (!report.IsWhole)
            throw new InvalidOperationException(string.Join('\n', report.Findings));
        if (Directory.EnumerateFiles(options.VolumePath, "*.part", SearchOption.AllDirectories).FirstOrDefault() is { } part)
            throw new InvalidOperationException($"{part} was left");
        return new(0, report.Segments, recovered, lostOfWritten, lostOfHanded, lostOfHanded > 0.5 ? 1 : 0);
    }

    private static FootageOptions Options(string volume, string index) =>
        new()
        {
            VolumePath = volume,
            IndexPath = index,
            Site = SiteId.Of("S1"),
            SegmentLength = TimeSpan.FromSeconds(10),
        };

    private sealed class FastClock(DateTimeOffset start) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Epoch + ((System.GetUtcNow() - start) * Speed);
    }
}

/// <summary>What a loop of kills left.</summary>
/// <param name="Kills">Lives that were killed while they wrote.</param>
/// <param name="Segments">Segments held at the end.</param>
/// <param name="Recovered">Segments that a start recovered.</param>
/// <param name="MostLostOfWrittenSeconds">Most that was missing in one life of what the writer had said to be written, s.</param>
/// <param name="MostLostOfHandedSeconds">Most that was missing in one life of what the writer had been given, s: the fragment in
/// flight.</param>
/// <param name="LivesWithLoss">Lives in which a fragment in flight was lost.</param>
internal sealed record KillReport(
    int Kills,
    long Segments,
    long Recovered,
    double MostLostOfWrittenSeconds,
    double MostLostOfHandedSeconds,
    int LivesWithLoss
)
{
    /// <summary>With the next life; segments are counted at its end.</summary>
    public static KillReport operator +(KillReport all, KillReport life) =>
        all with
        {
            Segments = life.Segments,
            Recovered = all.Recovered + life.Recovered,
            MostLostOfWrittenSeconds = Math.Max(all.MostLostOfWrittenSeconds, life.MostLostOfWrittenSeconds),
            MostLostOfHandedSeconds = Math.Max(all.MostLostOfHandedSeconds, life.MostLostOfHandedSeconds),
            LivesWithLoss = all.LivesWithLoss + life.LivesWithLoss,
        };
}
