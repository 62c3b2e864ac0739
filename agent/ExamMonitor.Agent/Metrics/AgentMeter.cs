using System.Diagnostics;
using System.Diagnostics.Metrics;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Agent.Rooms;

namespace ExamMonitor.Agent.Metrics;

/// <summary>What the agent measures of itself. Values are looked up when somebody asks, so nobody pays otherwise.</summary>
internal sealed class AgentMeter : IDisposable
{
    private readonly Meter _meter = new("ExamMonitor.Agent");

    /// <summary>Registers everything.</summary>
    public AgentMeter(AgentRuntime runtime, AgentParts parts, TimeProvider time)
    {
        var build = new KeyValuePair<string, object?>("version", AgentIdentity.Version);
        _meter.CreateObservableGauge("exam_monitor.agent.info", () => new Measurement<int>(1, build), description: "Version of the agent");
        _meter.CreateObservableGauge("exam_monitor.problems.open", () => runtime.Desk.Open.GroupBy(p => p.Observed.Severity)
            .Select(g => new Measurement<int>(g.Count(), new KeyValuePair<string, object?>("severity", g.Key.ToString().ToLowerInvariant()))), description: "Open problems");
        _meter.CreateObservableCounter("exam_monitor.pictures.measured", () => parts.Watch?.Measured ?? 0, description: "Pictures measured");
        _meter.CreateObservableCounter("exam_monitor.pictures.dropped", () => parts.Watch?.Dropped ?? 0, description: "Pictures dropped because measuring was too slow");
        _meter.CreateObservableGauge("exam_monitor.outbox.waiting", () => runtime.Publisher.Status.WaitingEvents, description: "Events that wait for the broker");
        _meter.CreateObservableCounter("exam_monitor.outbox.dropped", () => runtime.Publisher.Status.DroppedEvents, description: "Events dropped because the outbox was full");
        _meter.CreateObservableGauge("exam_monitor.broker.connected", () => runtime.Publisher.Status.Connection.Connected ? 1 : 0, description: "Whether the broker is reached");
        _meter.CreateObservableGauge("exam_monitor.volume.free", () => runtime.Volume.State.FreeBytes is { } free ? [new Measurement<long>(free)] : Array.Empty<Measurement<long>>(), "By", "Free bytes of the footage volume; absent when it cannot be told");
        if (runtime.Tier is { } tier)
        {
            _meter.CreateObservableGauge("exam_monitor.tier.waiting", () => tier.GetStatus().WaitingSegments, description: "Exam segments that are not on the second tier yet");
            _meter.CreateObservableGauge("exam_monitor.tier.lag.seconds", () => tier.GetStatus().OldestWaiting is { } oldest ? (time.GetUtcNow() - oldest).TotalSeconds : 0, description: "Age of the oldest of them");
            _meter.CreateObservableCounter("exam_monitor.tier.transferred", () => tier.GetStatus().TransferredBytes, "By", "Bytes sent to the second tier and read back");
            _meter.CreateObservableCounter("exam_monitor.tier.failures", () => tier.Failures, description: "Passes to the second tier that failed");
            _meter.CreateObservableGauge("exam_monitor.tier.mismatches", () => tier.GetStatus().Mismatches.Count, description: "Copies or files that are not what was committed");
        }

        _meter.CreateObservableCounter("exam_monitor.watch.restarts", () => parts.Watch?.Restarts ?? 0, description: "Restarts of the measuring process");
        _meter.CreateObservableCounter("exam_monitor.process.cpu.seconds", () => Environment.CpuUsage.TotalTime.TotalSeconds, description: "Processor time of the agent's own process");
        _meter.CreateObservableGauge("exam_monitor.process.memory", () => Environment.WorkingSet, "By", "Resident memory of the agent's own process");
        PerCamera("exam_monitor.camera.running", "Whether fragments arrive", runtime, c => c.Vitals().State == Capture.CaptureState.Running ? 1 : 0);
        PerCamera("exam_monitor.camera.recording", "Whether footage is being written", runtime, c => c.Pipeline.Recording.IsRecording ? 1 : 0);
        PerCamera("exam_monitor.camera.bitrate_kbps", "Bit rate over the last fragments", runtime, c => c.Vitals().BitRateKbps);
        PerCamera("exam_monitor.camera.frames_per_second", "Frame rate over the last fragments", runtime, c => c.Vitals().FramesPerSecond);
        PerCamera("exam_monitor.camera.runs", "Runs that began since the start", runtime, c => c.Vitals().Runs);
        PerCamera("exam_monitor.camera.packets_lost", "Packets of the picture that never came since the start", runtime, c => c.Vitals().PacketsLost);
        PerCamera("exam_monitor.camera.loss_share", "Share of the picture's packets that never came, over the last 10 s", runtime, c => c.Vitals().LossShare);
        PerCamera("exam_monitor.camera.decode_errors", "Errors that the decoder of key frames met since the start", runtime, c => c.Vitals().DecodeErrors);
        PerCamera("exam_monitor.camera.clock_steps", "Steps of the camera's clock since the start", runtime, c => c.Vitals().ClockSteps);
        PerCamera("exam_monitor.camera.fragments_given_up", "Fragments that the disk did not take", runtime, c => c.Pipeline.GivenUp);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void PerCamera(string name, string description, AgentRuntime runtime, Func<CameraRuntime, double?> value) =>
        _meter.CreateObservableGauge(name, () => Measure(runtime, value), description: description);

    private static IEnumerable<Measurement<double>> Measure(AgentRuntime runtime, Func<CameraRuntime, double?> value)
    {
        foreach (var room in runtime.Rooms)
        {
            foreach (var camera in room.Cameras)
            {
                if (value(camera) is { } number) yield return new(number, new TagList { { "room", room.Id.Text }, { "camera", camera.Setup.Id.Text } });
            }
        }
    }
}
