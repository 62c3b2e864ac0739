using System.Net;
using System.Net.Sockets;
using ExamMonitor.CameraSimulator.Clips;
using ExamMonitor.CameraSimulator.Control;
using ExamMonitor.CameraSimulator.Rtsp;
using ExamMonitor.CameraSimulator.Streaming;

namespace ExamMonitor.CameraSimulator;

/// <summary>Simulated cameras: an RTSP server that plays clips as if they were live, and goes wrong on request.</summary>
/// <remarks>Thread-safe. Disposing says goodbye to all clients and waits until every connection has ended.</remarks>
public sealed class CameraSimulatorServer : IAsyncDisposable
{
    /// <summary>
    /// Media leaves in ticks of this length: one wake-up for all cameras and clients, finer than a picture of 50 per second.
    /// </summary>
    private static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(10);

    private readonly CameraSimulatorOptions _options;

    private readonly TimeProvider _time;

    private readonly ClipLibrary _library;

    private readonly CancellationTokenSource _stop = new();

    private readonly long _start;

    private readonly List<CameraUnit> _cameras = [];

    private readonly List<RtspListener> _listeners = [];

    private ControlEndpoint? _control;

    private Task _pump = Task.CompletedTask;

    private CameraSimulatorServer(CameraSimulatorOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _library = new ClipLibrary(options.ClipFolder ?? Directory.GetCurrentDirectory());
        _start = time.GetTimestamp();
    }

    /// <summary>Address of the control endpoint, such as <c>http://127.0.0.1:8080/</c>.</summary>
    public Uri ControlAddress => _control!.Address;

    /// <summary>Ends, with its error, when the simulator can no longer run; runs until disposal otherwise.</summary>
    public Task Completion => _pump;

    /// <summary>Reads the clips, opens the ports and starts to play.</summary>
    /// <exception cref="InvalidConfigurationException">An option is wrong, or the clips of a camera do not go together.</exception>
    /// <exception cref="InvalidClipException">A clip cannot be served.</exception>
    /// <exception cref="SocketException">A port is taken.</exception>
    public static async Task<CameraSimulatorServer> StartAsync(
        CameraSimulatorOptions options,
        TimeProvider time,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        var server = new CameraSimulatorServer(options, time);
        try
        {
            foreach (var camera in options.Cameras)
            {
                server._cameras.Add(await server.MakeAsync(camera, cancel).ConfigureAwait(false));
            }

            server.Listen();
            server._control = await ControlEndpoint.StartAsync(server, options.ControlPort, cancel).ConfigureAwait(false);
            server._pump = Task.Run(server.PumpAsync, CancellationToken.None);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Address of a camera's main stream, without credentials.</summary>
    /// <exception cref="ArgumentException">There is no such camera.</exception>
    public Uri RtspAddress(string camera) => AddressOf(Unit(camera), second: false)!;

    /// <summary>Address of a camera's sub-stream, without credentials; null if it has none.</summary>
    /// <exception cref="ArgumentException">There is no such camera.</exception>
    public Uri? SubStreamAddress(string camera) => AddressOf(Unit(camera), second: true);

    /// <summary>What each camera is doing.</summary>
    public IReadOnlyList<CameraState> Cameras() =>
        [.. _cameras.Select(c => c.State(AddressOf(c, second: false)!, AddressOf(c, second: true)))];

    /// <summary>What one camera is doing.</summary>
    /// <exception cref="ArgumentException">There is no such camera.</exception>
    public CameraState Camera(string camera)
    {
        var unit = Unit(camera);
        return unit.State(AddressOf(unit, second: false)!, AddressOf(unit, second: true));
    }

    /// <summary>Puts a fault in force, or ends all with <see cref="CameraFaultKind.Ok"/>.</summary>
    /// <exception cref="ArgumentException">There is no such camera.</exception>
    /// <exception cref="InvalidConfigurationException">A value of the fault is wrong, or its clip has other codecs than the
    /// stream.</exception>
    /// <exception cref="InvalidClipException">The clip cannot be served.</exception>
    public async Task InjectAsync(string camera, CameraFault fault, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var unit = Unit(camera);
        if (fault.Complaint() is { } complaint)
        {
            throw new InvalidConfigurationException(complaint);
        }

        var clip =
            fault.Kind == CameraFaultKind.Play
                ? await _library.GetAsync(fault.Clip!, unit.Options.Audio, cancel).ConfigureAwait(false)
                : null;
        if (clip is not null && !unit.Main.Fits(clip))
        {
            throw new InvalidConfigurationException($"clip {clip.Name}: its codecs are not those of camera {camera}'s stream.");
        }

        unit.Inject(fault, clip);
        Reach(unit);
    }

    /// <summary>Authorization headers that came while the camera asked for a password in clear.</summary>
    public IReadOnlyList<string> Overheard(string camera) => [.. Unit(camera).Overheard];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_control is not null)
        {
            await _control.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        await ((Task)_pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Whether a name may come over the network.</summary>
    internal bool IsInClipFolder(string clip) => _library.IsInside(clip);

    internal bool Has(string camera) => _cameras.Any(c => c.Options.Id == camera);

    private async Task<CameraUnit> MakeAsync(SimulatedCamera camera, CancellationToken cancel)
    {
        var main = await StreamAsync(camera, camera.MainPath, camera.Clips, cancel).ConfigureAwait(false);
        var second =
            camera.SubClips.Count > 0 ? await StreamAsync(camera, camera.SecondPath, camera.SubClips, cancel).ConfigureAwait(false) : null;
        return new CameraUnit(camera, main, second, new DigestGuard(camera, TimeSpan.FromSeconds(_options.NonceSeconds), _time));
    }

    private async Task<CameraStream> StreamAsync(SimulatedCamera camera, string path, IReadOnlyList<string> names, CancellationToken cancel)
    {
        var clips = new List<Clip>();
        foreach (var name in names)
        {
            clips.Add(await _library.GetAsync(name, camera.Audio, cancel).ConfigureAwait(false));
        }

        var stream = new CameraStream(path.TrimEnd('/'), clips, camera.Order == PlayOrder.Shuffle, new Random());
        return clips.Find(c => !stream.Fits(c)) is { } odd
            ? throw new InvalidConfigurationException(
                $"cameras.{camera.Id}: clip {odd.Name} has other codecs than {clips[0].Name}; name clips of one kind."
            )
            : stream;
    }

    private void Listen()
    {
        var address = IPAddress.Parse(_options.ListenAddress);
        foreach (
            var group in _cameras.GroupBy(
                c =>
                    c.Options.Port == 0
                        ? c.Options.Id
                        : c.Options.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) + "/tcp",
                StringComparer.Ordinal
            )
        )
        {
            var listener = new RtspListener(
                address,
                group.First().Options.Port,
                [.. group],
                _options,
                _time,
                () => _time.GetElapsedTime(_start)
            );
            _listeners.Add(listener);
            listener.Open();
        }
    }

    /// <summary>
    /// Closes or opens the camera's port. A port that cameras share stays open: its connections are reset once they name the camera.
    /// </summary>
    private void Reach(CameraUnit unit)
    {
        var listener = _listeners.First(l => l.Cameras.Contains(unit));
        if (listener.Cameras.Count > 1)
        {
            return;
        }

        if (unit.Faults.Has(CameraFaultKind.Unreachable))
        {
            listener.Close();
        }
        else
        {
            listener.Open();
        }
    }

    private async Task PumpAsync()
    {
        using var timer = new PeriodicTimer(TickLength, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                var (elapsed, now) = (_time.GetElapsedTime(_start), _time.GetUtcNow());
                foreach (var camera in _cameras)
                {
                    camera.Tick(elapsed, now, _options);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private CameraUnit Unit(string camera) =>
        _cameras.Find(c => c.Options.Id == camera) ?? throw new ArgumentException($"There is no camera '{camera}'.", nameof(camera));

    private Uri? AddressOf(CameraUnit unit, bool second)
    {
        var listener = _listeners.First(l => l.Cameras.Contains(unit));
        var stream = second ? unit.Second : unit.Main;
        return stream is null ? null : new UriBuilder("rtsp", _options.ListenAddress, listener.Port, stream.Path).Uri;
    }
}
