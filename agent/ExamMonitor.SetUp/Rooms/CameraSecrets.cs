using System.Globalization;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.SetUp;

namespace ExamMonitor.SetUp.Rooms;

/// <summary>
/// Keeps passwords of cameras: one file each, mode 0600, never written over, so that a change that is not finished leaves the old one true.
/// </summary>
/// <param name="folder">Where everything lies.</param>
internal sealed class CameraSecrets(AgentFolder folder)
{
    /// <summary>Cameras as they are kept, with their passwords put aside.</summary>
    public IReadOnlyList<SetUpCamera> Keep(RoomId room, int version, IEnumerable<CameraSetUpChange> cameras, SetUpRoom? before) =>
        [
            .. cameras.Select(c => new SetUpCamera(
                c.Id,
                c.Address,
                c.AnalysisAddress,
                string.IsNullOrEmpty(c.User) ? null : c.User,
                FileOf(room, version, c, before),
                c.Transport,
                c.AllowPasswordInClear,
                c.Enabled
            )),
        ];

    /// <summary>Password that is kept for a camera; null when none is, or when host or user are others.</summary>
    public string? Read(SetUpCamera? kept, string address, string? user) =>
        kept?.PasswordFile is { } file
        && CameraAddress.SameAccount(kept.Address, kept.User, address, user)
        && Secrets.FindFault(Path.Combine(folder.SetUp, file)) is null
            ? Secrets.Read(Path.Combine(folder.SetUp, file))
            : null;

    private string? FileOf(RoomId room, int version, CameraSetUpChange camera, SetUpRoom? before)
    {
        if (string.IsNullOrEmpty(camera.User))
            return null;
        if (camera.Password is null)
            return
                before?.Cameras.FirstOrDefault(c => c.Id == camera.Id) is { } known
                && CameraAddress.SameAccount(known.Address, known.User, camera.Address, camera.User)
                ? known.PasswordFile
                : null;
        if (camera.Password.Length == 0)
            return null;
        var file = string.Create(CultureInfo.InvariantCulture, $"secrets/{room}_{camera.Id}_{version:0000}");
        Secrets.WritePrivately(Path.Combine(folder.SetUp, file), camera.Password + "\n");
        return file;
    }
}
