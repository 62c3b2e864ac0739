using System.Collections.Immutable;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Floor.Views;

/// <summary>A room at one moment: cameras and stations. Immutable; the next view follows from this one, the facts and the time.</summary>
/// <param name="Map">The room's map.</param>
/// <param name="Start">When watching began, UTC.</param>
/// <param name="Cameras">Per camera.</param>
/// <param name="Stations">Per station, in the order of the map.</param>
/// <param name="Facts">What the view was made of.</param>
internal sealed record RoomView(
    StationMap Map,
    DateTimeOffset Start,
    ImmutableDictionary<CameraId, CameraView> Cameras,
    ImmutableArray<StationView> Stations,
    IReadOnlyList<CameraFacts> Facts
)
{
    /// <summary>Whether the room is to be recorded with sound.</summary>
    public bool SoundRequired { get; init; } = true;

    /// <summary>Before anything is known.</summary>
    public static RoomView Begin(StationMap map, DateTimeOffset now) =>
        new(
            map,
            now,
            ImmutableDictionary<CameraId, CameraView>.Empty,
            [.. map.Stations.Select(s => StationView.Unknown(s.Id, s.Label, now))],
            []
        );

    /// <summary>The next view.</summary>
    /// <param name="facts">One per configured camera.</param>
    /// <param name="now">UTC.</param>
    /// <param name="lostAfter">Longest pause of a stream that is no loss.</param>
    public RoomView Next(IReadOnlyList<CameraFacts> facts, DateTimeOffset now, TimeSpan lostAfter)
    {
        var cameras = facts.ToImmutableDictionary(
            f => f.Camera,
            f => Cameras.GetValueOrDefault(f.Camera, CameraView.Unknown(now)).Next(f, now, Start, lostAfter)
        );
        var stations = ImmutableArray.CreateBuilder<StationView>(Stations.Length);
        foreach (var (station, last) in Map.Stations.Zip(Stations))
            stations.Add(last.Next(station.Label, Said(station.Id, facts, cameras), now));
        return this with { Cameras = cameras, Stations = stations.MoveToImmutable(), Facts = facts };
    }

    private static List<(StationByCamera Says, bool Recording, bool Broken)> Said(
        StationId station,
        IReadOnlyList<CameraFacts> facts,
        ImmutableDictionary<CameraId, CameraView> cameras
    )
    {
        var said = new List<(StationByCamera, bool, bool)>(facts.Count);
        foreach (var camera in facts)
        {
            // Until a camera's first verdict nobody knows whether it sees the station: "no camera" would be a false alarm at every start.
            if (
                (
                    camera.Verdict is null
                        ? new StationByCamera(camera.Camera, null, null, 0, null, "not-measured")
                        : camera.Verdict.Stations.GetValueOrDefault(station)
                )
                is not { } says
            )
                continue;
            var view = cameras[camera.Camera];
            if (view.IsLost || view.Health.Count == 0)
                says = says with
                {
                    Covered = null,
                    Lit = null,
                    VisibleShare = null,
                    Light = null,
                    Reason = view.IsLost ? "camera:signal-lost" : "not-measured",
                };
            said.Add((says, camera.Recording.IsRecording, camera.Recording.IsBroken));
        }

        return said;
    }
}
