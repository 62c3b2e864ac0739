using System.Globalization;
using ExamMonitor.CameraSimulator;
using ExamMonitor.Capture;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>
/// Seconds from a fault to its verdict, by the distance of key frames: from a file, and from a camera that sends the same film.
/// </summary>
internal static class LatencyBench
{
    private const int Lasts = 40;

    /// <summary>Arguments: seed of the room, then distances of key frames, s. Cameras of all distances run at once.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var studio = new RoomStudio(int.Parse(args[0], CultureInfo.InvariantCulture));
        var groups = args.Skip(1).Select(g => int.Parse(g, CultureInfo.InvariantCulture)).ToList();
        var folder = Directory.CreateTempSubdirectory("exam-monitor-latency");
        try
        {
            var films = await FilmAsync(studio, groups, folder.FullName).ConfigureAwait(false);
            foreach (var film in films)
                Console.WriteLine($"{film.Name, -24} file {Text(await FromFileAsync(studio, film).ConfigureAwait(false))} s");
            await LiveAsync(studio, films).ConfigureAwait(false);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Text(double? seconds) => seconds is { } s ? s.ToString("0.0", CultureInfo.InvariantCulture) : "not found";

    private static async Task<List<LatencyFilm>> FilmAsync(RoomStudio studio, List<int> groups, string folder)
    {
        // Twenty proved pictures and two key frames come before the fault, which begins a third of a group after the last of them.
        static int Onset(int group) => (Math.Max(60, 2 * group) / group * group) + (group / 3);
        var fine = studio.Frames(Case("fine", "ok", groups.Max(Onset), new())).ToList();
        var faults = new Dictionary<CameraHealth, List<byte[]>>
        {
            [CameraHealth.Covered] =
            [
                .. studio.Frames(Case("covered", "covered", Lasts, new() { Veil = new(0.5f, new(0.10f, 0.06f, 0.05f)) })),
            ],
            [CameraHealth.Moved] = [.. studio.Frames(Case("moved", "moved", Lasts, new()) with { Scene = Scene.Turned, Turn = (6, 2, 1) })],
            [CameraHealth.Defocused] = [.. studio.Frames(Case("blur", "defocused", Lasts, new() { Blur = 3 }))],
        };
        var films = new List<LatencyFilm>();
        foreach (var group in groups)
        {
            var onset = Onset(group);
            foreach (var health in faults.Keys.Append(CameraHealth.Frozen))
            {
                var film = new LatencyFilm($"{group}-{health}", Path.Combine(folder, $"{group}-{health}.mp4"), health, onset);
                var faulty = faults.TryGetValue(health, out var frames) ? frames : Enumerable.Repeat(fine[onset - 1], (3 * group) + Lasts);
                await ClipCodec
                    .EncodeAsync(
                        fine.Take(onset).Concat(faulty),
                        studio.Size,
                        film.Path,
                        new RoomCoding(null, group, "libx264", 0).Arguments(studio.Plan.Quality)
                    )
                    .ConfigureAwait(false);
                films.Add(film);
            }
        }

        return films;
    }

    private static RoomCase Case(string name, string fault, int seconds, Moment moment) =>
        new(name, fault, 0, seconds, seconds, _ => moment);

    private static async Task<double?> FromFileAsync(RoomStudio studio, LatencyFilm film)
    {
        using var camera = new WatchedCamera(studio.Setup, new());
        await foreach (
            var picture in AuditBench.Pictures(camera.Camera, film.Path, studio.Size, CancellationToken.None).ConfigureAwait(false)
        )
        {
            var verdict = camera.Judge(picture.I420.Span, picture.Size, DateTimeOffset.UnixEpoch.AddSeconds(picture.Seconds), picture.Kind);
            if (picture.Seconds >= film.Onset && verdict.Health.Contains(film.Health))
                return picture.Seconds - film.Onset;
        }

        return null;
    }

    private static async Task LiveAsync(RoomStudio studio, List<LatencyFilm> films)
    {
        var tools = await FfmpegTools.FindAsync(null, null, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        var server = await CameraSimulatorServer
            .StartAsync(
                new() { Cameras = [.. films.Select(f => new SimulatedCamera { Id = f.Name, Clips = [f.Path] })] },
                TimeProvider.System
            )
            .ConfigureAwait(false);
        var began = TimeProvider.System.GetUtcNow();
        using var stop = new CancellationTokenSource();
        await using (server.ConfigureAwait(false))
        {
            var sinks = films.Select(f => new LatencySink(studio.Setup, f, began)).ToList();
            var running = sinks
                .Select(s =>
                    new CameraSupervisor(
                        new(tools, new(), TimeProvider.System, NullLogger.Instance),
                        new(RoomId.Of("R"), CameraId.Of(s.Film.Name), server.RtspAddress(s.Film.Name))
                        {
                            AnalysisSize = new(studio.Size.Width, studio.Size.Height),
                        },
                        s
                    ).RunAsync(stop.Token)
                )
                .ToList();
            foreach (var sink in sinks)
                Console.WriteLine($"{sink.Film.Name, -24} live {Text(await sink.FoundAsync().ConfigureAwait(false))} s");
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(false);
            foreach (var sink in sinks)
                sink.Dispose();
        }
    }
}

/// <param name="Name">Distance of key frames and fault.</param>
/// <param name="Path">Clip.</param>
/// <param name="Health">What is to be told.</param>
/// <param name="Onset">Second at which it begins.</param>
internal sealed record LatencyFilm(string Name, string Path, CameraHealth Health, int Onset);
