using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.SetUp;
using ExamMonitor.SetUp.Pictures;

namespace ExamMonitor.SetUp.Rooms;

/// <summary>
/// What keeps a change of a room from being saved, beyond what the map's reader finds. Looks up the pictures that the map names; nothing
/// else.
/// </summary>
/// <param name="folder">Where everything lies.</param>
internal sealed class RoomChangeRules(AgentFolder folder)
{
    /// <summary>Longest name or password of a camera.</summary>
    private const int LongestWord = 200;

    /// <summary>Everything wrong with a change.</summary>
    /// <param name="id">Room of the address.</param>
    /// <param name="map">Map as it was read.</param>
    /// <param name="change">The change.</param>
    /// <param name="inForce">The room as it is; null for a new one.</param>
    /// <param name="kept">What is kept of it; null for nothing.</param>
    public IEnumerable<SetUpFinding> Check(RoomId id, StationMap map, RoomChangeBody change, RoomSetup? inForce, SetUpRoom? kept)
    {
        if (map.Room.Id != id)
            yield return Error(
                "room-id",
                "$.map.room.id",
                new($"The map is of room {map.Room.Id}, the address of room {id}.", $"地图属于考场 {map.Room.Id}，地址属于考场 {id}。"),
                new("Make them the same.", "请保持一致。")
            );
        if (change.Record is not ("always" or "sessions"))
            yield return Error(
                "record",
                "$.record",
                new("\"record\" is always or sessions.", "“record”应为 always 或 sessions。"),
                new("Write one of them.", "请填写其中之一。")
            );
        if (change.Cameras.Count > 64)
            yield return Error(
                "cameras",
                "$.cameras",
                new("There are more than 64 cameras.", "摄像机超过 64 台。"),
                new("Take some away.", "请减少数量。")
            );
        for (var i = 0; i < Math.Min(64, change.Cameras.Count); i++)
        {
            foreach (var finding in Camera(map, change, i, inForce, kept))
                yield return finding;
        }

        for (var i = 0; i < map.Cameras.Count; i++)
        {
            var camera = map.Cameras[i];
            foreach (var finding in PicturesOf(id, camera, i))
                yield return finding;
            if (change.Cameras.All(c => c.Id != camera.Id) && inForce?.Cameras.Any(c => c.Id == camera.Id && !c.FromSetUp) != true)
            {
                yield return new(
                    FindingLevel.Warning,
                    "no-connection",
                    $"$.map.cameras[{i}]",
                    new(
                        $"It is not said how camera {camera.Id} is reached: it is neither recorded nor measured.",
                        $"未填写摄像机 {camera.Id} 的地址：不会录像，也不会测量。"
                    ),
                    new("Give its address.", "请填写其地址。")
                )
                {
                    Camera = camera.Id,
                };
            }
        }
    }

    private static IEnumerable<SetUpFinding> Camera(StationMap map, RoomChangeBody change, int index, RoomSetup? inForce, SetUpRoom? kept)
    {
        var (camera, path) = (change.Cameras[index], $"$.cameras[{index}]");
        SetUpFinding Wrong(string code, string member, LocalText problem, LocalText mend) =>
            Error(code, member.Length == 0 ? path : $"{path}.{member}", problem, mend) with
            {
                Camera = camera.Id,
            };
        if (change.Cameras.Take(index).Any(c => string.Equals(c.Id.Text, camera.Id.Text, StringComparison.OrdinalIgnoreCase)))
            yield return Wrong(
                "camera-id",
                "id",
                new($"Camera {camera.Id} stands here twice.", $"摄像机 {camera.Id} 重复。"),
                new("Keep one of them.", "请保留其中一个。")
            );
        if (map.Cameras.All(c => c.Id != camera.Id))
            yield return Wrong(
                "camera-id",
                "id",
                new($"The map has no camera {camera.Id}.", $"地图中没有摄像机 {camera.Id}。"),
                new("Add it to the map, with the size of its picture.", "请在地图中添加该摄像机及其画面尺寸。")
            );
        foreach (var (member, address) in new[] { ("address", camera.Address), ("analysisAddress", camera.AnalysisAddress) })
        {
            if (address is not null && CameraAddress.Fault(address) is { } fault)
                yield return Wrong("address", member, fault.Problem, fault.Mend);
        }

        if (camera.Transport is not ("tcp" or "udp"))
            yield return Wrong(
                "transport",
                "transport",
                new("\"transport\" is tcp or udp.", "“transport”应为 tcp 或 udp。"),
                new("Write one of them.", "请填写其中之一。")
            );
        foreach (var (member, word) in new[] { ("user", camera.User), ("password", camera.Password) })
        {
            if (word is { Length: > LongestWord } || word?.Any(char.IsControl) == true)
                yield return Wrong(
                    member,
                    member,
                    new(
                        $"It has at most {LongestWord} characters, and no control characters.",
                        $"最多 {LongestWord} 个字符，且不含控制字符。"
                    ),
                    new("Type it again.", "请重新输入。")
                );
        }

        if (camera.Password is { Length: > 0 } && string.IsNullOrEmpty(camera.User))
            yield return Wrong(
                "user",
                "user",
                new("There is a password and no user.", "有密码但没有用户名。"),
                new("Give the user name at the camera.", "请填写摄像机的用户名。")
            );
        if (inForce?.Cameras.FirstOrDefault(c => c.Id == camera.Id) is { FromSetUp: false } described)
        {
            if (CameraAddress.Differs(described, camera))
            {
                yield return Wrong(
                    "camera-in-configuration",
                    string.Empty,
                    new(
                        $"How camera {camera.Id} is reached stands in the configuration file.",
                        $"摄像机 {camera.Id} 的连接参数写在配置文件中。"
                    ),
                    new(
                        "Change it there and restart the agent, or take its entry out there first.",
                        "请在配置文件中修改并重启监测主机，或先在其中删除该项。"
                    )
                );
            }
        }
        else if (
            camera.Password is null
            && kept?.Cameras.FirstOrDefault(c => c.Id == camera.Id) is { PasswordFile: not null } before
            && !CameraAddress.SameAccount(before.Address, before.User, camera.Address, camera.User)
        )
        {
            yield return Wrong(
                "password",
                "password",
                new(
                    "Host or user is another: the password that is kept is not sent there.",
                    "主机或用户名已更改：已保存的密码不会发送到新的主机。"
                ),
                new("Type the password again.", "请重新输入密码。")
            );
        }
    }

    private IEnumerable<SetUpFinding> PicturesOf(RoomId room, MapCamera camera, int index)
    {
        var names = (
            camera.Reference is { } reference
                ? [($"$.map.cameras[{index}].reference", reference)]
                : Array.Empty<(string Path, string Name)>()
        ).Concat((camera.References ?? []).Select((r, k) => ($"$.map.cameras[{index}].references[{k}].picture", r.Picture)));
        foreach (var (path, name) in names)
        {
            if (PictureStore.PathOf(folder, room, name) is not { } file || !File.Exists(file))
            {
                yield return Error(
                    "picture",
                    path,
                    new($"There is no picture \"{name}\" with this room.", $"该考场没有图像“{name}”。"),
                    new("Take a picture, and name it as the answer does.", "请拍摄图像，并使用返回的名称。")
                ) with
                {
                    Camera = camera.Id,
                };
            }
            else if (PictureFile.SizeOf(file) is { } size && !PictureFile.SameShape(size, camera.Image))
            {
                yield return new(
                    FindingLevel.Warning,
                    "picture-size",
                    path,
                    new(
                        $"The picture is {size.Width} × {size.Height}, the camera's image {camera.Image.Width} × {camera.Image.Height}: another shape.",
                        $"图像为 {size.Width} × {size.Height}，而摄像机 image 为 {camera.Image.Width} × {camera.Image.Height}：宽高比不同。"
                    ),
                    new("Mark the points in this picture, or take one of the recorded stream.", "请在该图像中标点，或从录像码流拍摄。")
                )
                {
                    Camera = camera.Id,
                };
            }
        }
    }

    private static SetUpFinding Error(string code, string path, LocalText problem, LocalText mend) =>
        new(FindingLevel.Error, code, path, problem, mend);
}
