using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Views;

namespace ExamMonitor.Agent.Tests.Rooms;

/// <summary>A room of two stations and two cameras, moved second by second. C1 sees S1 and S2, C2 sees S2.</summary>
internal sealed class RoomScenario
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(8);

    public static readonly StationMap Map = new(
        StationMap.SchemaName,
        new(RoomId.Of("R1"), "Room", [new(0, 0), new(8, 0), new(8, 6), new(0, 6)], 3),
        [Station("S1"), Station("S2")],
        [new(CameraId.Of("C1"), new(960, 540)), new(CameraId.Of("C2"), new(960, 540))]
    );

    public RoomView View { get; private set; } = RoomView.Begin(Map, Start);

    public DateTimeOffset Now { get; private set; } = Start;

    public Dictionary<string, SignalFacts> Streams { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, CameraMeasurement?> Verdicts { get; } = new(StringComparer.Ordinal) { ["C1"] = null, ["C2"] = null };

    public Dictionary<string, RecordingFacts> Recordings { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SoundFacts> Sounds { get; } = new(StringComparer.Ordinal);

    /// <summary>Cameras whose fragments and verdicts arrive each second.</summary>
    public HashSet<string> Alive { get; } = new(["C1", "C2"], StringComparer.Ordinal);

    private static MapStation Station(string id) => new(StationId.Of(id), id[1..], new(1, 1), new(1.2, 0.6), 0.75);

    public static StationByCamera Says(string camera, bool? covered = true, bool? lit = true, double px = 200, string? reason = null) =>
        new(CameraId.Of(camera), covered, lit, px, covered == true ? 0.98 : 0.1, reason);

    public void Judge(string camera, CameraHealth health, params (string Station, StationByCamera Says)[] stations) =>
        Verdicts[camera] = new(Now, [health], null, null, 1, 120, 0, stations.ToDictionary(s => StationId.Of(s.Station), s => s.Says));

    public RoomScenario AllWell()
    {
        Judge("C1", CameraHealth.Ok, ("S1", Says("C1")), ("S2", Says("C1", px: 150)));
        Judge("C2", CameraHealth.Ok, ("S2", Says("C2", px: 300)));
        return Run(6);
    }

    public RoomScenario Run(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Now = Now.AddSeconds(1);
            foreach (var camera in Alive)
            {
                var last = Streams.GetValueOrDefault(camera);
                Streams[camera] = SignalFacts.None with
                {
                    IsRunning = true,
                    RunningSince = last is { IsRunning: true } ? last.RunningSince : Now,
                    LastFragmentAt = Now,
                };
                if (Verdicts[camera] is { } verdict)
                    Verdicts[camera] = verdict with { AtUtc = Now };
            }

            View = View.Next([Facts("C1"), Facts("C2")], Now, LostAfter);
        }

        return this;
    }

    public void Pull(string camera, string why = "No answer.")
    {
        Alive.Remove(camera);
        Streams[camera] = Streams[camera] with
        {
            IsRunning = false,
            RunningSince = null,
            Failure = new(why, why),
            FailureCause = GapCause.Network,
        };
        Recordings[camera] = new(false, Now, GapCause.Network, null);
    }

    public void PlugIn(string camera)
    {
        Alive.Add(camera);
        Recordings.Remove(camera);
    }

    public StationView Of(string station) => View.Stations.Single(s => s.Station.Text == station);

    private CameraFacts Facts(string camera) =>
        new(
            CameraId.Of(camera),
            camera,
            Streams.GetValueOrDefault(camera, SignalFacts.None),
            Recordings.GetValueOrDefault(camera, new(Alive.Contains(camera), Start, null, null)),
            Verdicts[camera]
        )
        {
            Sound = Sounds.GetValueOrDefault(camera, SoundFacts.None),
        };
}
