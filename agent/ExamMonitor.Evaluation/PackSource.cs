using ExamMonitor.Exams.Proofs;
using ExamMonitor.Exams.Readiness;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;
using ExamMonitor.Retention;

namespace ExamMonitor.Evaluation;

/// <summary>What a pack is gathered from.</summary>
/// <param name="Rooms">Rooms.</param>
/// <param name="Lanes">Lanes.</param>
/// <param name="Archive">Archive.</param>
/// <param name="Ledger">Ledger of the volume.</param>
/// <param name="Retention">What was let go.</param>
/// <param name="Sessions">Schedule.</param>
/// <param name="Footage">What is known of the footage of sessions.</param>
/// <param name="Calibrations">Who signed which map.</param>
/// <param name="Places">Where documents lie.</param>
internal sealed record PackSource(
    RoomRegistry Rooms,
    LaneStores Lanes,
    FootageArchive Archive,
    VolumeLedger Ledger,
    FootageRetention Retention,
    SessionStore Sessions,
    SessionFootage Footage,
    CalibrationStore Calibrations,
    EvaluationPlaces Places
);
