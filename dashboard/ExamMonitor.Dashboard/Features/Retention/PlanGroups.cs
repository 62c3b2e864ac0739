using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>Segments of one camera that follow each other and go, or stay, for the same reason until the same day.</summary>
/// <param name="First">The first of them.</param>
/// <param name="End">End of the last, UTC.</param>
/// <param name="Count">How many.</param>
/// <param name="SizeBytes">Their bytes.</param>
public sealed record PlanGroup(PlannedSegment First, DateTimeOffset End, int Count, long SizeBytes);

/// <summary>Puts a plan's segments together: a row per minute tells a person nothing. Pure.</summary>
public static class PlanGroups
{
    // A segment is up to some minutes long; a longer pause begins a new group.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    /// <summary>Groups in the order of their first segment.</summary>
    public static IReadOnlyList<PlanGroup> Of(IEnumerable<PlannedSegment> segments)
    {
        var groups = new List<PlanGroup>();
        var last = new Dictionary<(RoomId Room, CameraId Camera), int>();
        foreach (var s in segments)
        {
            if (last.TryGetValue((s.Room, s.Camera), out var at) && Continues(groups[at], s))
            {
                var group = groups[at];
                groups[at] = group with
                {
                    End = s.End > group.End ? s.End : group.End,
                    Count = group.Count + 1,
                    SizeBytes = group.SizeBytes + s.SizeBytes,
                };
                continue;
            }

            last[(s.Room, s.Camera)] = groups.Count;
            groups.Add(new(s, s.End, 1, s.SizeBytes));
        }

        return groups;
    }

    private static bool Continues(PlanGroup group, PlannedSegment next) =>
        group.First.Discard == next.Discard
        && group.First.KeptUntil == next.KeptUntil
        && group.First.Reason == next.Reason
        && next.Start >= group.First.Start
        && next.Start - group.End <= Pause;
}
