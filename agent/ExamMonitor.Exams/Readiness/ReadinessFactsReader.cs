using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Plates;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Views;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.Preservation.Scrubbing;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Retention;

namespace ExamMonitor.Exams.Readiness;

/// <summary>What the agent as a whole must hold ready.</summary>
/// <param name="Retention">Knows the trusted time.</param>
/// <param name="Space">Room on the volume.</param>
/// <param name="Scrub">Reading again.</param>
/// <param name="Ledger">Ledger.</param>
internal sealed record ReadinessGround(FootageRetention Retention, SpaceReader Space, ScrubService Scrub, VolumeLedger Ledger);

/// <summary>Gathers everything that "is the room ready?" is answered from.</summary>
/// <param name="states">Newest states of rooms.</param>
/// <param name="plates">Number plates.</param>
/// <param name="calibrations">Signatures under the maps.</param>
/// <param name="ground">The agent as a whole.</param>
internal sealed class ReadinessFactsReader(
    RoomStateStore states,
    PlateService plates,
    CalibrationStore calibrations,
    ReadinessGround ground
)
{
    /// <summary>What is known now.</summary>
    public ReadinessFacts Read(RoomRuntime room, ExamSession? session, DateTimeOffset now)
    {
        var state = states.Newest(room.Id);
        var view = state?.View;
        var cameras = room.Cameras.Select(c => Camera(c, view));
        var stations = view
            ?.Stations.Zip(room.Setup.Map.Stations)
            .Select(s => new StationReadiness(s.Second.Label, s.First.Covered.Value, s.First.Lit.Value));
        var scrub = ground.Scrub.State;
        return new(
            room.Id,
            session,
            [.. cameras],
            [.. stations ?? []],
            state?.FloorPercent,
            Clock(now),
            ground.Space.Read(),
            calibrations.Of(room.Setup),
            new(scrub.LastFinished, scrub.Findings.Count),
            !ground.Ledger.Findings.Any(f => f.HurtsProof)
        )
        {
            Plates = plates.Readiness(room.Id),
        };
    }

    private static CameraReadiness Camera(CameraRuntime camera, RoomView? view)
    {
        var facts = view?.Facts.FirstOrDefault(f => f.Camera == camera.Setup.Id);
        var health = view?.Cameras.GetValueOrDefault(camera.Setup.Id)?.Health ?? [];
        return new(
            camera.Setup.Name,
            facts?.Recording.IsRecording == true,
            health,
            facts?.Sound.State ?? AudioState.Unknown,
            facts?.Stream.ClockOffsetMs,
            facts?.Stream.BitRateKbps * 1000 / 8 * 3600
        );
    }

    private ClockReadiness Clock(DateTimeOffset now) =>
        new(ClockSync.IsSynchronized(), ClockRule.FindFault(now, null) ?? RetentionProblems.ClockFault(ground.Retention.Now()));
}
