using System.Collections.Concurrent;
using ExamMonitor.CameraSimulator.Clips;
using ExamMonitor.CameraSimulator.Rtsp;

namespace ExamMonitor.CameraSimulator.Streaming;

/// <summary>One camera: its streams, its faults and who is connected. Thread-safe.</summary>
internal sealed class CameraUnit(SimulatedCamera options, CameraStream main, CameraStream? second, DigestGuard guard)
{
    private readonly ConcurrentDictionary<RtspConnection, byte> _connections = new();

    private readonly Lock _gate = new();

    private volatile FaultState _faults = FaultState.None;

    public SimulatedCamera Options => options;

    public DigestGuard Guard => guard;

    /// <summary>What clients sent as their authorization while the camera asked for a password in clear.</summary>
    public ConcurrentQueue<string> Overheard { get; } = new();

    public SentCounter Sent { get; } = new();

    public CameraStream Main => main;

    public CameraStream? Second => second;

    public FaultState Faults => _faults;

    public ICollection<RtspConnection> Connections => _connections.Keys;

    public IEnumerable<CameraStream> Streams => second is null ? [main] : [main, second];

    public void Entered(RtspConnection connection) => _connections.TryAdd(connection, 0);

    public void Left(RtspConnection connection) => _connections.TryRemove(connection, out _);

    /// <summary>Puts a fault in force. Its clip, if it has one, has been read and fits the main stream.</summary>
    public void Inject(CameraFault fault, Clip? clip)
    {
        lock (_gate)
        {
            _faults = _faults.With(fault);
            foreach (var stream in Streams)
            {
                if (clip is not null && stream.Fits(clip))
                {
                    stream.Change([clip], shuffle: false);
                }
                else if (fault.Kind == CameraFaultKind.Ok)
                {
                    stream.Change(stream.Configured, stream.Shuffle);
                }
            }
        }

        switch (fault.Kind)
        {
            case CameraFaultKind.Drop:
                CloseAll(fault.Reset);
                break;
            case CameraFaultKind.Unreachable:
                CloseAll(reset: true);
                break;
            case CameraFaultKind.Refuse or CameraFaultKind.WrongPassword:
                CloseAll(reset: false);
                break;
            default:
                break;
        }
    }

    public void Tick(TimeSpan elapsed, DateTimeOffset utcNow, CameraSimulatorOptions server)
    {
        var faults = _faults;
        var lag = TimeSpan.FromMilliseconds(faults.Milliseconds(CameraFaultKind.Lag));
        var moment = new TickMoment
        {
            Elapsed = elapsed,
            CameraClock = CameraClock(utcNow - lag, faults.Milliseconds(CameraFaultKind.Clock)),
            ReportInterval = TimeSpan.FromSeconds(server.SenderReportSeconds),
            SessionTimeout = TimeSpan.FromSeconds(server.SessionTimeoutSeconds),
            IsSilent = faults.Has(CameraFaultKind.Stall) || faults.Has(CameraFaultKind.Hang),
            NoReports = faults.Has(CameraFaultKind.NoSenderReports),
            MidGroup = faults.Has(CameraFaultKind.MidGroup),
            CorruptPercent = faults.Percent(CameraFaultKind.Corrupt),
            LossPercent = faults.Percent(CameraFaultKind.Loss),
            Jitter = TimeSpan.FromMilliseconds(faults.Milliseconds(CameraFaultKind.Jitter)),
            NoSound = faults.Has(CameraFaultKind.NoSound),
            NoKeyFrame = faults.Has(CameraFaultKind.NoKeyFrame),
            TimeStands = faults.Has(CameraFaultKind.TimeStands),
            TimeJump = TimeSpan.FromMilliseconds(faults.Milliseconds(CameraFaultKind.TimeJump)),
            HolesPercent = faults.Percent(CameraFaultKind.Holes),
            RestartAfter = faults.Get(CameraFaultKind.Restart) is { } restart ? TimeSpan.FromSeconds(restart.Seconds) : null,
        };
        foreach (var stream in Streams)
        {
            stream.Tick(elapsed - lag, moment);
        }
    }

    public CameraState State(Uri address, Uri? subAddress) =>
        new(
            options.Id,
            address,
            subAddress,
            main.Current.Name,
            _faults.All,
            Streams.Sum(s => s.ClientCount),
            _connections.Count,
            Sent.Bytes,
            Sent.DroppedFrames
        );

    private static DateTimeOffset CameraClock(DateTimeOffset now, double offsetMilliseconds)
    {
        var ticks = now.UtcTicks + (offsetMilliseconds * TimeSpan.TicksPerMillisecond);
        return new DateTimeOffset(
            (long)Math.Clamp(ticks, DateTimeOffset.UnixEpoch.UtcTicks, DateTimeOffset.MaxValue.UtcTicks / 2d * 1.9),
            TimeSpan.Zero
        );
    }

    private void CloseAll(bool reset)
    {
        foreach (var connection in Connections)
        {
            connection.Close(reset);
        }
    }
}
