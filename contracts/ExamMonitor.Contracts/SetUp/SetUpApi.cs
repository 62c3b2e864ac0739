using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Contracts.SetUp;

/// <summary>
/// Routes of the agent's API for setting up rooms: cameras, maps, calibration. docs/protocol/set-up.md has the shapes with examples.
/// </summary>
/// <remarks>
/// Every write needs <see cref="ActingPerson"/> with a reason and is an entry of the ledger. A room carries a version; a write names the
/// version that it was made from, and is refused with 409 and <see cref="SetUpConflict"/> when another was faster. No answer ever holds a
/// password.
/// </remarks>
public static class SetUpApi
{
    /// <summary><see cref="SetUpOverview"/>.</summary>
    public const string Root = AgentApi.Root + "/set-up";

    /// <summary>Largest body of a request with a map, bytes.</summary>
    public const int LargestMapBytes = Maps.StationMapFile.MaxBytes;

    /// <summary>Largest picture that is taken from outside, bytes.</summary>
    public const int LargestPictureBytes = 16 << 20;

    /// <summary>Largest CSV file of stations, bytes.</summary>
    public const int LargestCsvBytes = 1 << 20;

    /// <summary>GET: <see cref="RoomSetUp"/>. PUT: adds or changes the room; body <see cref="RoomSetUpChange"/>, answer
    /// <see cref="RoomSetUp"/>, 409 <see cref="SetUpConflict"/>, 422 <see cref="SetUpRefusal"/>. DELETE: takes it away; query
    /// <c>basedOn</c>; 204.</summary>
    public static string Room(RoomId room) => $"{Root}/rooms/{room}";

    /// <summary>
    /// What the page works on and did not save yet, kept as it was sent (JSON, at most <see cref="LargestMapBytes"/>), so that nothing is
    /// lost with the connection. GET: 404 without one. PUT, DELETE: 204; need no reason, no entry.
    /// </summary>
    public static string Draft(RoomId room) => $"{Room(room)}/draft";

    /// <summary>
    /// POST: looks at a draft; body <see cref="RoomDraft"/>, answer <see cref="DraftResult"/>; writes nothing. Fast enough for dragging.
    /// </summary>
    public const string Check = Root + "/check";

    /// <summary>
    /// POST: the moves of a camera that would help most; body <see cref="RoomDraft"/>, answer a list of <see cref="CameraMove"/>, best
    /// first, at most five. Takes up to a second.
    /// </summary>
    public const string Advice = Root + "/advice";

    /// <summary>
    /// POST: takes a picture of the camera now, at the recorded size, and keeps it with the room; query <c>seconds</c> (0 to 30; takes the
    /// median of the pictures of that time against people who walk through). Answer <see cref="TakenPicture"/>.
    /// </summary>
    public static string TakePicture(RoomId room, CameraId camera) => $"{Room(room)}/cameras/{camera}/pictures";

    /// <summary>
    /// POST: keeps a picture that was brought along (body: JPEG or PNG, at most <see cref="LargestPictureBytes"/>). Answer
    /// <see cref="TakenPicture"/>; 422 <see cref="SetUpRefusal"/> for what is no picture.
    /// </summary>
    public static string BringPicture(RoomId room, CameraId camera) => $"{Room(room)}/cameras/{camera}/pictures/brought";

    /// <summary>GET: a kept picture by its name (JPEG or PNG); it never changes.</summary>
    public static string Picture(RoomId room, string name) => $"{Room(room)}/{name}";

    /// <summary>
    /// POST: keeps the plan's scan (body: JPEG or PNG, at most <see cref="LargestPictureBytes"/>). Answer <see cref="TakenPicture"/>; name
    /// it in <see cref="RoomSetUpChange.Background"/>.
    /// </summary>
    public static string PlanPicture(RoomId room) => $"{Room(room)}/plan-picture";

    /// <summary>
    /// POST: takes new pictures of the cameras, finds plates in them and solves; body <see cref="PlateCalibrationRequest"/>, answer
    /// <see cref="PlateCalibration"/>.
    /// </summary>
    public static string CalibrateFromPlates(RoomId room) => $"{Room(room)}/calibrate-from-plates";

    /// <summary>
    /// POST: finds the points of an older picture again in a newer one; body <see cref="CarryOverRequest"/>, answer
    /// <see cref="CarryOver"/>.
    /// </summary>
    public static string CarryOver(RoomId room, CameraId camera) => $"{Room(room)}/cameras/{camera}/carry-over";

    /// <summary>POST: plates to print; body <see cref="PlatesRequest"/>; PDF, or 422 <see cref="SetUpRefusal"/>.</summary>
    public const string PlatesPdf = Root + "/plates.pdf";

    /// <summary>
    /// POST: the draft with its virtual cameras for the installer; body <see cref="RoomDraft"/>, query <c>language</c> (<c>zh</c>,
    /// <c>en</c>); PDF.
    /// </summary>
    public const string WhatIfPdf = Root + "/what-if.pdf";

    /// <summary>POST: tries a camera; body <see cref="CameraAccess"/>, answer <see cref="CameraTest"/>. Takes up to 20 seconds.</summary>
    public const string TestCamera = Root + "/cameras/test";

    /// <summary>GET: picture of a test, JPEG; kept for ten minutes, newest twenty.</summary>
    public static string TestPicture(string test) => $"{TestCamera}/{test}.jpg";

    /// <summary>
    /// POST: asks the network for ONVIF devices; query <c>seconds</c> (1 to 10, 3 if left out). Answer <see cref="CameraDiscovery"/>.
    /// </summary>
    public const string Discover = Root + "/cameras/discovery";

    /// <summary>POST: asks one ONVIF device for its streams; body <see cref="OnvifAccess"/>, answer <see cref="OnvifCamera"/>.</summary>
    public const string Onvif = Root + "/cameras/onvif";

    /// <summary>POST: reads stations from a CSV file (the body as it is); query <c>unit</c> (<c>m</c>, <c>mm</c>, <c>cm</c>; left out: as
    /// the file seems to be, said in the findings), <c>height</c> (metres, of rows that name none). Answer <see cref="StationImport"/>;
    /// writes nothing.</summary>
    public const string ImportStations = Root + "/stations/csv";

    /// <summary>POST: stations in rows; body <see cref="StationGrid"/>, answer <see cref="StationImport"/>; writes nothing.</summary>
    public const string GridStations = Root + "/stations/grid";

    /// <summary>
    /// List of <see cref="CalibrationVersion"/>, newest first; query <c>at</c> (RFC 3339) for the one that was in force then, alone.
    /// </summary>
    public static string Versions(RoomId room) => $"{Room(room)}/versions";

    /// <summary><see cref="CalibrationVersionDetail"/>.</summary>
    public static string Version(RoomId room, int version) => $"{Versions(room)}/{version}";

    /// <summary><see cref="VersionComparison"/> of a version with an earlier or later one.</summary>
    public static string Compare(RoomId room, int from, int to) => $"{Version(room, from)}/changes/{to}";

    /// <summary>
    /// POST: signs a version that is in force: a person looked at map and pictures and found them right. Answer
    /// <see cref="CalibrationVersion"/>; 409 when it is in force no more.
    /// </summary>
    public static string SignVersion(RoomId room, int version) => $"{Version(room, version)}/signature";

    /// <summary>Calibration certificate of a version; query <c>language</c> (<c>zh</c>, <c>en</c>; left out: both); PDF.</summary>
    public static string Certificate(RoomId room, int version) => $"{Version(room, version)}/certificate.pdf";
}
