using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.State;

/// <summary>Which of a station's claims differ between two words of it.</summary>
internal static class ClaimChanges
{
    public static IEnumerable<ClaimChange> Between(SiteId site, StationStatus? before, StationStatus after)
    {
        foreach (
            var (name, old, now) in new[]
            {
                ("covered", before?.Covered, after.Covered),
                ("lit", before?.Lit, after.Lit),
                ("recorded", before?.Recorded, after.Recorded),
            }
        )
        {
            if (old is null || old.Value != now.Value || old.Since != now.Since)
                yield return new(site, after.Room, after.Station, name, now.Value, now.Since, now.Reason, now.Text);
        }
    }
}
