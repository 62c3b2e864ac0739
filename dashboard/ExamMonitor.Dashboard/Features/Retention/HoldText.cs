using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Resources;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>Holds in words. Pure.</summary>
internal static class HoldText
{
    /// <summary>What a hold covers: "session W-1", "batch 2026-07", "Welding hall 7, North-east, from … to …".</summary>
    public static string Scope(HoldScope scope, AgentPlace place, IStringLocalizer<Strings> l)
    {
        var parts = new List<string>();
        if (scope.Session is { } session)
            parts.Add(l["HoldOfSession", session]);
        if (scope.Batch is { } batch)
            parts.Add(l["HoldOfBatch", batch]);
        if (scope.Room is { } room)
            parts.Add(place.RoomName(room));
        else if (scope.Session is null && scope.Batch is null)
            parts.Add(l["AllRooms"]);
        if (scope.Camera is { } camera)
            parts.Add(scope.Room is { } of ? place.CameraName(of, camera) : camera.Text);
        if (scope.From is { } from)
            parts.Add(l["HoldFrom", SiteClock.Full(from, place.Zone)]);
        if (scope.To is { } to)
            parts.Add(l["HoldTo", SiteClock.Full(to, place.Zone)]);
        return string.Join(", ", parts);
    }
}
