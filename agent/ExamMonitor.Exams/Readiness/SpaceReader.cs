using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Retention;

namespace ExamMonitor.Exams.Readiness;

/// <summary>Says what room the volume has for a session.</summary>
/// <param name="footage">Retention of the volume.</param>
/// <param name="retention">Sums and forecast.</param>
/// <param name="volume">How the volume stands.</param>
/// <param name="options">What must stay free.</param>
internal sealed class SpaceReader(FootageRetention footage, RetentionService retention, VolumeWatch volume, FootageSection options)
{
    /// <summary>Of now.</summary>
    public SpaceReadiness Read()
    {
        var space = footage.Space();
        var idle = retention.Sums?.Classes.Where(c => c.Name == "idle").Sum(c => c.SizeBytes) ?? 0;
        return new(space.FreeBytes, idle, options.ReserveBytes, retention.ForeseenBreach())
        {
            Fault = volume.State.Text,
            PromisedBytes = space.ReserveBytes,
        };
    }
}
