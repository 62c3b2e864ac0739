using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using ExamMonitor.Benchmarks.Rooms;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>What one picture of a view of sixteen stations costs from its pixels to its verdict.</summary>
[MemoryDiagnoser]
#pragma warning disable CA1001 // BenchmarkDotNet calls Clean.
public class ViewSpeed
#pragma warning restore CA1001
{
    private byte[][] _frames = [];
    private WatchedCamera _camera = null!;
    private PixelSize _size;
    private int _second;

    /// <summary>Runs it in this process.</summary>
    public static int Run()
    {
        var job = Job
            .Default.WithToolchain(InProcessNoEmitToolchain.Instance)
            .WithWarmupCount(3)
            .WithIterationCount(10)
            .WithInvocationCount(64)
            .WithUnrollFactor(16);
        var config = ManualConfig
            .CreateEmpty()
            .AddJob(job)
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance);
        BenchmarkRunner.Run<ViewSpeed>(config);
        return Processor();
    }

    /// <summary>The same without other programs on the processor: wall clock counts them, the process's own time does not.</summary>
    private static int Processor()
    {
        const int pictures = 64;
        var speed = new ViewSpeed();
        speed.Film();
        for (var i = 0; i < pictures; i++)
            speed.Judge();
        var batches = new List<double>();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var batch = 0; batch < 20; batch++)
        {
            var from = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < pictures; i++)
                speed.Judge();
            batches.Add((Environment.CpuUsage.TotalTime - from).TotalMilliseconds / pictures);
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (20 * pictures);
        speed.Clean();
        batches.Sort();
        Console.WriteLine(
            FormattableString.Invariant(
                $"processor time of 20 batches of {pictures} pictures, 16 stations: least {batches[0]:0.0} ms, median {batches[10]:0.0} ms, most {batches[^1]:0.0} ms a picture; {bytes} bytes of managed memory"
            )
        );
        return batches[10] <= 10 ? 0 : 1;
    }

    /// <summary>Films a room with people and draws sixteen stations over its picture.</summary>
    [GlobalSetup]
    public void Film()
    {
        var studio = new RoomStudio(4);
        var normal = RoomCase.Of(studio.Plan).First();
        _frames = [.. studio.Frames(normal).Take(32)];
        _size = studio.Size;
        var camera = CameraId.Of("C1");
        var stations = Enumerable
            .Range(0, 16)
            .Select(i => new MapStation(
                StationId.Of($"S{i}"),
                $"{i}",
                new(1, 1),
                new(1, 1),
                0.75,
                Regions: new Dictionary<CameraId, IReadOnlyList<PixelPoint>> { [camera] = Region(i) }
            ))
            .ToArray();
        var map = new StationMap(
            StationMap.SchemaName,
            new(RoomId.Of("R1"), "view", [new(0, 0), new(9, 0), new(9, 9), new(0, 9)], 3),
            stations,
            [new(camera, _size)]
        );
        _camera = new(new(new StationsInView(CameraGeometry.Of(map, map.Cameras[0])), studio.Reference, []), new());
    }

    /// <summary>One picture.</summary>
    [Benchmark]
    public CameraVerdict Judge() => _camera.Judge(_frames[_second % _frames.Length], _size, DateTimeOffset.UnixEpoch.AddSeconds(_second++));

    /// <summary>Frees native memory.</summary>
    [GlobalCleanup]
    public void Clean() => _camera.Dispose();

    private static PixelPoint[] Region(int i)
    {
        double u = 20 + (i % 4 * 155),
            v = 90 + (i / 4 * 65);
        return [new(u + 20, v), new(u + 130, v + 6), new(u + 110, v + 48), new(u, v + 42)];
    }
}
