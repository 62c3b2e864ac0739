using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Certificates;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Hosting;
using ExamMonitor.SetUp.Pictures;
using ExamMonitor.SetUp.Versions;

namespace ExamMonitor.SetUp.Printing;

/// <summary>Calibration certificates and what-ifs as PDF.</summary>
/// <param name="versions">Versions.</param>
/// <param name="pictures">Where pictures are kept.</param>
/// <param name="cache">What was solved before.</param>
/// <param name="zone">Site's time zone.</param>
/// <param name="identity">Who this is.</param>
/// <param name="time">Clock.</param>
internal sealed class CalibrationPrinting(
    VersionStore versions,
    PictureStore pictures,
    PlanningCache cache,
    TimeZoneInfo zone,
    AgentIdentity identity,
    TimeProvider time
)
{
    /// <summary>The certificate of a version (COV-1); null when there is none of the number, or no font to print it with.</summary>
    public byte[]? Certificate(RoomId room, int version, SheetLanguage language)
    {
        if (versions.Told(room).FirstOrDefault(v => v.Version == version) is not { } told || versions.MapOf(room, version) is not { } map)
            return null;
        return CalibrationSheetPrinter.Print(
            new(
                new("Calibration certificate", "标定证书"),
                [.. Facts(map, told)],
                map,
                DraftReview.Of(new(map, []), [], cells: false, cache),
                PicturesOf(map),
                language,
                new(
                    $"Ledger entry {told.Entry}: anybody compares the digest with the agent's ledger.",
                    $"账本条目 {told.Entry}：任何人都可将摘要与监测主机账本核对。"
                )
            )
        );
    }

    /// <summary>A draft with its virtual cameras, for the installer; null when there is no font to print it with.</summary>
    public byte[]? WhatIf(StationMap map, IReadOnlyList<VirtualCamera> cameras, SheetLanguage language) =>
        CalibrationSheetPrinter.Print(
            new(
                new("Camera plan for the installer", "摄像机安装方案"),
                [
                    (new("Room", "考场"), $"{map.Room.Name} ({map.Room.Id})"),
                    (
                        new("Cameras to hang", "拟安装摄像机"),
                        string.Join(", ", cameras.Select(c => $"{c.Id}{(c.Name is null ? string.Empty : $" {c.Name}")}"))
                    ),
                    (new("Printed", "打印时间"), Local(time.GetUtcNow())),
                ],
                map,
                DraftReview.Of(new(map, []), cameras, cells: false, cache),
                PicturesOf(map),
                language,
                new("Calculated before anything was hung: check the picture once the camera hangs.", "按安装前计算：安装后请核对画面。")
            )
        );

    private IEnumerable<(LocalText Name, string Value)> Facts(StationMap map, CalibrationVersion told)
    {
        yield return (new("Room", "考场"), $"{map.Room.Name} ({map.Room.Id})");
        yield return (new("Site, agent", "站点、监测主机"), $"{identity.Site}, {identity.Agent}");
        yield return (new("Version", "版本"), told.Version.ToString(CultureInfo.InvariantCulture));
        yield return (new("Valid", "有效期"), $"{Local(told.ValidFrom)} – {(told.ValidTo is { } to ? Local(to) : "…")}");
        yield return (new("Made by", "标定人"), told.Author);
        yield return (new("Reason", "原因"), told.Reason);
        yield return (new("Signed by", "签署人"), told.Signature is { } s ? $"{s.Person}, {Local(s.At)}, {s.Entry}" : "–");
        yield return (new("SHA-256 of map and pictures", "地图与画面的 SHA-256"), told.Sha256);
        yield return (new("Ledger entry", "账本条目"), told.Entry.ToString(CultureInfo.InvariantCulture));
    }

    private Dictionary<CameraId, byte[]> PicturesOf(StationMap map)
    {
        var found = new Dictionary<CameraId, byte[]>();
        foreach (var camera in map.Cameras)
        {
            if (camera.Reference is { } name && pictures.Find(map.Room.Id, name) is { } path && PictureFile.SizeOf(path) is not null)
                found[camera.Id] = File.ReadAllBytes(path);
        }

        return found;
    }

    private string Local(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
