using System.Diagnostics;
using System.Diagnostics.Metrics;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Watching;
using ExamMonitor.Hosting;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Preservation.Tiers;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Problems;

namespace ExamMonitor.Agent.Metrics;

/// <summary>What the agent measures of itself. Values are looked up when somebody asks, so nobody pays otherwise.</summary>
internal sealed class AgentMeter : IDisposable
{
    private readonly Meter _meter = new("ExamMonitor.Agent");

    /// <summary>Registers everything.</summary>
    /// <param name="rooms">Rooms.</param>
    /// <param name="problems">Problems.</param>
    /// <param name="publisher">Connection to the broker.</param>
    /// <param name="volume">How the volume stands.</param>
    /// <param name="time">Clock.</param>
    /// <param name="watch">Measuring; null when it is switched off.</param>
    /// <param name="tier">Copying to the archive tier; null for none.</param>
    public AgentMeter(
        RoomRegistry rooms,
        ProblemService problems,
        Publisher publisher,
        VolumeWatch volume,
        TimeProvider time,
        WatchService? watch = null,
        TierService? tier = null
    )
    {
        var build = new KeyValuePair<string, object?>("version", AgentIdentity.Version);
        _meter.CreateObservableGauge("exam_monitor.agent.info", () => new Measurement<int>(1, build), description: "Version of the agent");
        _meter.CreateObservableGauge(
            "exam_monitor.problems.open",
            () =>
                problems
                    .Open.GroupBy(p => p.Observed.Severity)
                    .Select(g => new Measurement<int>(
                        g.Count(),
                        new KeyValuePair<string, object?>("severity", g.Key.ToString().ToLowerInvariant())
                    )),
            description: "Open problems"
        );
        _meter.CreateObservableCounter("exam_monitor.pictures.measured", () => watch?.Measured ?? 0, description: "Pictures measured");
        _meter.CreateObservableCounter(
            "exam_monitor.pictures.dropped",
            () => watch?.Dropped ?? 0,
            description: "Pictures dropped because measuring was too slow"
        );
        _meter.CreateObservableGauge(
            "exam_monitor.outbox.waiting",
            () => publisher.Status.WaitingEvents,
            description: "Events that wait for the broker"
        );
        _meter.CreateObservableCounter(
            "exam_monitor.outbox.dropped",
            () => publisher.Status.DroppedEvents,
            description: "Events dropped because the outbox was full"
        );
        _meter.CreateObservableGauge(
            "exam_monitor.broker.connected",
            () => publisher.Status.Connection.Connected ? 1 : 0,
            description: "Whether the broker is reached"
        );
        _meter.CreateObservableGauge(
            "exam_monitor.volume.free",
            () => volume.State.FreeBytes is { } free ? [new Measurement<long>(free)] : Array.Empty<Measurement<long>>(),
            "By",
            "Free bytes of the footage volume; absent when it cannot be told"
        );
        if (tier is not null)
        {
            _meter.CreateObservableGauge(
                "exam_monitor.tier.waiting",
                () => tier.GetStatus().WaitingSegments,
                description: "Exam segments that are not on the archive tier yet"
            );
            _meter.CreateObservableGauge(
                "exam_monitor.tier.lag.seconds",
                () => tier.GetStatus().OldestWaiting is { } oldest ? (time.GetUtcNow() - oldest).TotalSeconds : 0,
                description: "Age of the oldest of them"
            );
            _meter.CreateObservableCounter(
                "exam_monitor.tier.transferred",
                () => tier.GetStatus().TransferredBytes,
                "By",
                "Bytes sent to the archive tier and read back"
            );
            _meter.CreateObservableCounter(
                "exam_monitor.tier.failures",
                () => tier.Failures,
                description: "Passes to the archive tier that failed"
            );
            _meter.CreateObservableGauge(
                "exam_monitor.tier.mismatches",
                () => tier.GetStatus().Mismatches.Count,
                description: "Copies or files that are not what was committed"
            );
        }

        _meter.CreateObservableCounter(
            "exam_monitor.watch.restarts",
            () => watch?.Restarts ?? 0,
            description: "Restarts of the measuring process"
        );
        _meter.CreateObservableCounter(
            "exam_monitor.process.cpu.seconds",
            () => Environment.CpuUsage.TotalTime.TotalSeconds,
            description: "Processor time of the agent's own process"
        );
        _meter.CreateObservableGauge(
            "exam_monitor.process.memory",
            () => Environment.WorkingSet,
            "By",
            "Resident memory of the agent's own process"
        );
        PerCamera(
            "exam_monitor.camera.running",
            "Whether fragments arrive",
            rooms,
            c => c.Vitals().State == Capture.CaptureState.Running ? 1 : 0
        );
        PerCamera(
            "exam_monitor.camera.recording",
            "Whether footage is being written",
            rooms,
            c => c.Pipeline.Recording.IsRecording ? 1 : 0
        );
        PerCamera("exam_monitor.camera.bitrate_kbps", "Bit rate over the last fragments", rooms, c => c.Vitals().BitRateKbps);
        PerCamera("exam_monitor.camera.frames_per_second", "Frame rate over the last fragments", rooms, c => c.Vitals().FramesPerSecond);
        PerCamera("exam_monitor.camera.runs", "Runs that began since the start", rooms, c => c.Vitals().Runs);
        PerCamera(
            "exam_monitor.camera.packets_lost",
            "Packets of the picture that never came since the start",
            rooms,
            c => c.Vitals().PacketsLost
        );
        PerCamera(
            "exam_monitor.camera.loss_share",
            "Share of the picture's packets that never came, over the last 10 s",
            rooms,
            c => c.Vitals().LossShare
        );
        PerCamera(
            "exam_monitor.camera.decode_errors",
            "Errors that the decoder of key frames met since the start",
            rooms,
            c => c.Vitals().DecodeErrors
        );
        PerCamera("exam_monitor.camera.clock_steps", "Steps of the camera's clock since the start", rooms, c => c.Vitals().ClockSteps);
        PerCamera("exam_monitor.camera.fragments_given_up", "Fragments that the disk did not take", rooms, c => c.Pipeline.GivenUp);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void PerCamera(string name, string description, RoomRegistry rooms, Func<CameraRuntime, double?> value) =>
        _meter.CreateObservableGauge(name, () => Measure(rooms, value), description: description);

    private static IEnumerable<Measurement<double>> Measure(RoomRegistry rooms, Func<CameraRuntime, double?> value)
    {
        foreach (var room in rooms.Rooms)
        {
            foreach (var camera in room.Cameras)
            {
                if (value(camera) is { } number)
                    yield return new(number, new TagList { { "room", room.Id.Text }, { "camera", camera.Setup.Id.Text } });
            }
        }
    }
}
