using ExamMonitor.Capture;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Exams.Readiness;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.SetUp;
using ExamMonitor.SetUp.Versions;

namespace ExamMonitor.SetUp.Rooms;

/// <summary>Tells a room as it is in force, without its secrets.</summary>
/// <param name="folder">Where everything lies.</param>
/// <param name="versions">Versions.</param>
/// <param name="calibrations">Signatures.</param>
internal sealed class RoomReader(AgentFolder folder, VersionStore versions, CalibrationStore calibrations)
{
    /// <summary>Author of a map that was changed by hand.</summary>
    public const string ByHand = "configuration file";

    /// <summary>A room in a list.</summary>
    public RoomSetUpSummary Summary(RoomSetup room) =>
        new(
            room.Id,
            room.Map.Room.Name,
            versions.Of(room.Id) is [.., var last] ? last.Version : 0,
            room.Map.Stations.Count,
            room.Map.Cameras.Count,
            room.Geometry.Cameras.Count(c =>
                c.Projection is not null || room.Map.Stations.Any(s => s.Regions?.ContainsKey(c.Camera.Id) == true)
            ),
            calibrations.Of(room).IsOfThisMap == true,
            File.Exists(DraftStore.PathOf(folder, room.Id)),
            SourceOf(room)
        );

    /// <summary>The whole of a room.</summary>
    public RoomSetUp Read(RoomSetup room, SetUpRoom? kept, IReadOnlyList<SetUpFinding> findings)
    {
        var told = versions.Told(room.Id);
        var map = room.SetUpVersion is null && told.Count > 0 ? versions.MapOf(room.Id, told[0].Version) ?? room.Map : room.Map;
        return new(
            room.Id,
            told.Count == 0 ? 0 : told[0].Version,
            map,
            [.. Cameras(room, kept)],
            room.RecordsAlways ? "always" : "sessions",
            room.SoundRequired,
            SourceOf(room),
            Signed(room, told),
            findings
        )
        {
            Background = kept?.Background,
        };
    }

    private CalibrationVersion Signed(RoomSetup room, IReadOnlyList<CalibrationVersion> told)
    {
        var last = told.Count > 0 ? told[0] : new(0, default, null, string.Empty, string.Empty, string.Empty, -1, null);
        return
            last.Signature is null
            && calibrations.Of(room) is { IsOfThisMap: true, Person: { } person, At: { } at }
            && calibrations.EntryOf(room) is { } entry
            ? last with
            {
                Signature = new(person, at, entry),
            }
            : last;
    }

    private static IEnumerable<CameraSetUp> Cameras(RoomSetup room, SetUpRoom? kept)
    {
        foreach (var camera in room.Cameras.Where(c => !c.FromSetUp))
        {
            var s = camera.Source;
            yield return new(
                camera.Id,
                s.Address.OriginalString,
                s.AnalysisAddress?.OriginalString,
                s.Credentials?.User,
                s.Credentials?.Password is { Length: > 0 },
                s.Transport == RtspTransport.Udp ? "udp" : "tcp",
                s.AllowPasswordInClear,
                Enabled: true,
                SetUpSource.Configuration
            );
        }

        foreach (var camera in kept?.Cameras ?? [])
            yield return new(
                camera.Id,
                camera.Address,
                camera.AnalysisAddress,
                camera.User,
                camera.PasswordFile is not null,
                camera.Transport,
                camera.AllowPasswordInClear,
                camera.Enabled,
                SetUpSource.SetUp
            );
    }

    private static SetUpSource SourceOf(RoomSetup room) => room.SetUpVersion is null ? SetUpSource.Configuration : SetUpSource.SetUp;
}
