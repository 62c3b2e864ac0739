using System.Collections.Concurrent;
using ExamMonitor.Contracts;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>A sink that keeps everything, and a log that keeps every line.</summary>
public sealed class Recording : ICameraSink, ILogger
{
    public ConcurrentQueue<string> Log { get; } = new();

    public ConcurrentQueue<RunStart> Starts { get; } = new();

    public ConcurrentQueue<RunEnd> Ends { get; } = new();

    public ConcurrentQueue<RunEnd> Failures { get; } = new();

    public ConcurrentQueue<CapturedFragment> Fragments { get; } = new();

    public ConcurrentQueue<(int Width, int Height, double Seconds, DateTimeOffset At, byte[] Bytes)> Pictures { get; } = new();

    /// <summary>Blocks <see cref="Picture"/> while set to unsignalled.</summary>
    public ManualResetEventSlim PictureGate { get; } = new(true);

    public Func<CapturedFragment, Task>? OnFragment { get; set; }

    public ValueTask RunStartedAsync(RunStart run, CancellationToken cancellationToken)
    {
        Starts.Enqueue(run);
        return default;
    }

    public async ValueTask FragmentAsync(CapturedFragment fragment, CancellationToken cancellationToken)
    {
        if (OnFragment is { } act)
            await act(fragment);
        Fragments.Enqueue(fragment);
    }

    public void Picture(AnalysisPicture picture)
    {
        PictureGate.Wait();
        using (picture)
            Pictures.Enqueue(
                (picture.Width, picture.Height, picture.Pts.ToTimeSpan().TotalSeconds, picture.ArrivedAtUtc, picture.Bytes.ToArray())
            );
    }

    public ValueTask RunEndedAsync(RunEnd end, CancellationToken cancellationToken)
    {
        Ends.Enqueue(end);
        return default;
    }

    public ValueTask AttemptFailedAsync(RunEnd failure, CancellationToken cancellationToken)
    {
        Failures.Enqueue(failure);
        return default;
    }

    /// <summary>All fragments after the first initialization segment, as a file.</summary>
    public async Task SaveAsync(string path)
    {
        await using var file = File.Create(path);
        await file.WriteAsync(Starts.First().Initialization.Bytes);
        foreach (var fragment in Fragments)
            await file.WriteAsync(fragment.Fragment.Bytes);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Log.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

    /// <summary>A camera of room R.</summary>
    public static CameraSource Camera(Uri address, string? user = null, string? password = null) =>
        new(RoomId.Of("R"), CameraId.Of("C1"), address) { Credentials = user is null ? null : new(user, password ?? string.Empty) };
}

/// <summary>A supervisor that runs until the test ends.</summary>
public sealed class RunningCamera : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    private RunningCamera(CameraSupervisor supervisor, Recording sink) =>
        (Supervisor, Sink, _run) = (supervisor, sink, supervisor.RunAsync(_stop.Token));

    public CameraSupervisor Supervisor { get; }

    public Recording Sink { get; }

    public CameraVitals Vitals => Supervisor.Vitals;

    public static async Task<FfmpegTools> ToolsAsync() =>
        await FfmpegTools.FindAsync(null, null, TimeProvider.System, CancellationToken.None);

    public static async Task<RunningCamera> StartAsync(CameraSource source, CaptureOptions? options = null, TimeProvider? time = null)
    {
        var sink = new Recording();
        return new(new CameraSupervisor(new(await ToolsAsync(), options ?? new(), time ?? TimeProvider.System, sink), source, sink), sink);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
    }

    public async ValueTask DisposeAsync()
    {
        Sink.PictureGate.Set();
        await StopAsync();
        Assert.DoesNotContain(Sink.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }
}
