using System.Globalization;
using System.Text.RegularExpressions;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Dashboard.Acts;
using Microsoft.AspNetCore.Http.Extensions;

namespace ExamMonitor.Dashboard.Features.SetUp;

/// <summary>What comes back from an agent.</summary>
internal enum SetUpAnswer
{
    /// <summary>JSON, or nothing.</summary>
    Json,

    /// <summary>A document to print.</summary>
    Pdf,

    /// <summary>JPEG or PNG.</summary>
    Picture,
}

/// <summary>One allowed call of the set-up page, ready to be put to the agent.</summary>
/// <param name="AgentPath">Path and query at the agent, made here from checked parts; nothing of the browser's text goes on.</param>
/// <param name="Answer">What comes back.</param>
/// <param name="LargestBody">Largest body that is taken from the browser, bytes; 0 for none.</param>
/// <param name="Act">Act that it is; null for a question, which changes nothing and is not recorded.</param>
/// <param name="WholeSite">Whether the account must see the whole site.</param>
/// <param name="PatienceSeconds">How long the agent may take.</param>
/// <param name="MayBeMissing">Whether "there is none" is a good answer (204), as it is for a room that nobody saved.</param>
internal sealed partial record SetUpCall(
    string AgentPath,
    SetUpAnswer Answer = SetUpAnswer.Json,
    int LargestBody = 0,
    ActKind? Act = null,
    bool WholeSite = false,
    int PatienceSeconds = 15,
    bool MayBeMissing = false
)
{
    private const int Long = 90;

    /// <summary>Null for everything that is no allowed call with valid values.</summary>
    public static SetUpCall? Parse(string method, RoomId room, string tail, IQueryCollection query) =>
        method switch
        {
            "GET" => Get(room, tail, query),
            "POST" => Post(room, tail, query) ?? PostOfCamera(room, tail, query),
            "PUT" when tail == "room" => new(
                SetUpApi.Room(room),
                LargestBody: SetUpApi.LargestMapBytes,
                Act: ActKind.RoomSetUp,
                PatienceSeconds: 60
            ),
            "PUT" when tail == "draft" => new(SetUpApi.Draft(room), LargestBody: SetUpApi.LargestMapBytes),
            "DELETE" when tail == "draft" => new(SetUpApi.Draft(room)),
            "DELETE" when tail == "room" && Number(query["basedOn"], 0, int.MaxValue) is { } version => new(
                Invariant($"{SetUpApi.Room(room)}?basedOn={version}"),
                Act: ActKind.RoomSetUp,
                PatienceSeconds: 60
            ),
            _ => null,
        };

    private static SetUpCall? Get(RoomId room, string tail, IQueryCollection query) =>
        tail switch
        {
            "room" => new(SetUpApi.Room(room), MayBeMissing: true),
            "draft" => new(SetUpApi.Draft(room), MayBeMissing: true),
            "versions" => new(SetUpApi.Versions(room), MayBeMissing: true),
            _ when PictureName().IsMatch(tail) => new(SetUpApi.Picture(room, tail), SetUpAnswer.Picture),
            _ when TestPictureName().Match(tail) is { Success: true } m => new(
                SetUpApi.TestPicture(m.Groups["id"].Value),
                SetUpAnswer.Picture,
                WholeSite: true
            ),
            _ when VersionName().Match(tail) is { Success: true } m => OfVersion(room, m, query),
            _ => null,
        };

    private static SetUpCall? OfVersion(RoomId room, Match m, IQueryCollection query)
    {
        if (Number(m.Groups["version"].Value, 1, int.MaxValue) is not { } version)
            return null;
        return m.Groups["rest"].Value switch
        {
            "" => new(SetUpApi.Version(room, version)),
            "/certificate.pdf" => new(SetUpApi.Certificate(room, version) + Language(query), SetUpAnswer.Pdf, PatienceSeconds: Long),
            var rest when Number(rest["/changes/".Length..], 1, int.MaxValue) is { } other => new(SetUpApi.Compare(room, version, other)),
            _ => null,
        };
    }

    private static SetUpCall? Post(RoomId room, string tail, IQueryCollection query) =>
        tail switch
        {
            "check" => new(SetUpApi.Check, LargestBody: SetUpApi.LargestMapBytes),
            "advice" => new(SetUpApi.Advice, LargestBody: SetUpApi.LargestMapBytes),
            "what-if.pdf" => new(SetUpApi.WhatIfPdf + Language(query), SetUpAnswer.Pdf, SetUpApi.LargestMapBytes, PatienceSeconds: Long),
            "plates.pdf" => new(SetUpApi.PlatesPdf, SetUpAnswer.Pdf, SetUpApi.LargestMapBytes, PatienceSeconds: Long),
            "plan-picture" => new(SetUpApi.PlanPicture(room), LargestBody: SetUpApi.LargestPictureBytes, Act: ActKind.PictureTake),
            "calibrate-from-plates" => new(
                SetUpApi.CalibrateFromPlates(room),
                LargestBody: SetUpApi.LargestMapBytes,
                Act: ActKind.PictureTake,
                PatienceSeconds: Long
            ),
            "cameras/test" => new(SetUpApi.TestCamera, LargestBody: 65_536, Act: ActKind.CameraTry, WholeSite: true, PatienceSeconds: 40),
            "cameras/discovery" => new(SetUpApi.Discover, Act: ActKind.CameraTry, WholeSite: true, PatienceSeconds: 25),
            "cameras/onvif" => new(SetUpApi.Onvif, LargestBody: 65_536, Act: ActKind.CameraTry, WholeSite: true, PatienceSeconds: 40),
            "stations/csv" => new(SetUpApi.ImportStations + Csv(query), LargestBody: SetUpApi.LargestCsvBytes),
            "stations/grid" => new(SetUpApi.GridStations, LargestBody: 65_536),
            _ when VersionName().Match(tail) is { Success: true } m
                    && m.Groups["rest"].Value == "/signature"
                    && Number(m.Groups["version"].Value, 1, int.MaxValue) is { } version => new(
                SetUpApi.SignVersion(room, version),
                Act: ActKind.CalibrationSign
            ),
            _ => null,
        };

    private static SetUpCall? PostOfCamera(RoomId room, string tail, IQueryCollection query)
    {
        if (CameraCall().Match(tail) is not { Success: true } m || !CameraId.TryParse(m.Groups["camera"].Value, null, out var camera))
            return null;
        return m.Groups["rest"].Value switch
        {
            "pictures" => new(
                Invariant($"{SetUpApi.TakePicture(room, camera)}?seconds={Number(query["seconds"], 0, 30) ?? 0}"),
                Act: ActKind.PictureTake,
                PatienceSeconds: Long
            ),
            "pictures/brought" => new(
                SetUpApi.BringPicture(room, camera),
                LargestBody: SetUpApi.LargestPictureBytes,
                Act: ActKind.PictureTake
            ),
            _ => new(
                SetUpApi.CarryOver(room, camera),
                LargestBody: SetUpApi.LargestMapBytes,
                Act: ActKind.PictureTake,
                PatienceSeconds: Long
            ),
        };
    }

    private static string Language(IQueryCollection query) => query["language"] is ["zh" or "en"] ? $"?language={query["language"]}" : "";

    private static string Csv(IQueryCollection query)
    {
        var asked = new QueryBuilder();
        if (query["unit"] is ["m" or "cm" or "mm"])
            asked.Add("unit", query["unit"].ToString());
        if (
            double.TryParse(query["height"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var height)
            && height is >= 0 and <= 10
        )
            asked.Add("height", height.ToString(CultureInfo.InvariantCulture));
        return asked.ToString();
    }

    private static int? Number(string? text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : null;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // No dot at the start and none beside another: nothing leads out of the folder.
    [GeneratedRegex(
        @"\Apictures/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,3}\.(png|jpg)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        100
    )]
    private static partial Regex PictureName();

    [GeneratedRegex(@"\Acameras/test/(?<id>[A-Za-z0-9_-]{1,80})\.jpg\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex TestPictureName();

    [GeneratedRegex(
        @"\Aversions/(?<version>[0-9]{1,9})(?<rest>|/changes/[0-9]{1,9}|/certificate\.pdf|/signature)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        100
    )]
    private static partial Regex VersionName();

    [GeneratedRegex(
        @"\Acameras/(?<camera>[A-Za-z0-9._-]{1,64})/(?<rest>pictures|pictures/brought|carry-over)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        100
    )]
    private static partial Regex CameraCall();
}
