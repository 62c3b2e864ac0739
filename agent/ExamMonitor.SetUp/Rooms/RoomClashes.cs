using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.SetUp;

namespace ExamMonitor.SetUp.Rooms;

/// <summary>Where the configuration file and the set-up say different things of a room.</summary>
internal static class RoomClashes
{
    /// <summary>Sentences of a room; none when nothing clashes.</summary>
    /// <param name="room">Room in force.</param>
    /// <param name="kept">What is set up of it; null for nothing.</param>
    public static IEnumerable<SetUpFinding> Of(RoomSetup room, SetUpRoom? kept)
    {
        if (room.ConfiguredMapPath is not { } described)
            yield break;
        if (kept is null)
        {
            if (room.ConfiguredMapDigest == RoomJoining.DigestOf(described))
                yield break;
            yield return Warning(
                "map-waits-for-restart",
                new(
                    $"The map file of room {room.Id} was changed by hand: the map of before is in force and is shown here.",
                    $"考场 {room.Id} 的地图文件已被手工修改：目前生效并在此显示的仍是修改前的地图。"
                ),
                new(
                    "Restart the agent to use the file. What is saved here takes the place of the file.",
                    "如需使用该文件，请重启监测主机。在此保存的内容将取代该文件。"
                )
            );
            yield break;
        }

        if (kept.TakenOver != RoomJoining.DigestOf(described))
        {
            yield return Warning(
                "map-changed-by-hand",
                new(
                    $"The map file of room {room.Id} was changed by hand after the room had been set up here: version {kept.Version} is in force, the file is not.",
                    $"考场 {room.Id} 在此设置后，其地图文件又被手工修改：生效的是第 {kept.Version} 版，而不是该文件。"
                ),
                new(
                    "Delete the room here to use the file, or save it once more to keep the version.",
                    "如需使用该文件，请在此删除该考场；如需保留本版，请重新保存一次。"
                )
            );
        }

        foreach (var camera in kept.Cameras.Where(c => room.Cameras.Any(o => o.Id == c.Id && !o.FromSetUp)))
        {
            yield return Warning(
                "camera-in-configuration",
                new(
                    $"Camera {camera.Id} of room {room.Id} stands in the configuration file too: what stands there counts.",
                    $"考场 {room.Id} 的摄像机 {camera.Id} 也写在配置文件中：以配置文件为准。"
                ),
                new("Take it out of one of them.", "请在其中一处删除。")
            ) with
            {
                Camera = camera.Id,
            };
        }
    }

    /// <summary>What reading the two together found, for the one who saves.</summary>
    public static SetUpFinding Of(Finding finding) =>
        new(
            finding.Level,
            "configuration",
            "$",
            new($"{finding.Key}: {finding.Text}", $"配置有误（{finding.Key}）：{finding.Text}"),
            new(finding.Mend ?? "Mend it first.", finding.Mend ?? "请先更正。")
        );

    private static SetUpFinding Warning(string code, LocalText problem, LocalText mend) =>
        new(FindingLevel.Warning, code, "$", problem, mend);
}
