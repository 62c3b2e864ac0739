using System.Text.Json;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Hosting.SetUp;

/// <summary>What is set up over the API: rooms, cameras and which version of a map is in force. Written whole, mode 0600.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Rooms">Rooms, in the order in which they were added.</param>
internal sealed record SetUpFile(string Schema, IReadOnlyList<SetUpRoom> Rooms)
{
    /// <summary>Value of <see cref="Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/set-up/1";

    private const int MaxBytes = 4 << 20;
    private static readonly JsonSerializerOptions Readable = new(ContractJson.Options) { WriteIndented = true };

    /// <summary>Nothing was set up.</summary>
    public static SetUpFile Empty { get; } = new(SchemaName, []);

    /// <summary>
    /// Reads the file of an agent; one that is not there is empty. What is wrong with it is a finding: nothing is set up then.
    /// </summary>
    public static SetUpFile Read(AgentFolder folder, List<Finding> findings)
    {
        var path = folder.SetUpFile;
        try
        {
            if (!File.Exists(path))
                return Empty;
            if (new FileInfo(path).Length > MaxBytes)
                return Wrong(path, findings, "is larger than 4 MiB.");
            var bytes = File.ReadAllBytes(path);
            if (ContractJson.HasNullElement(bytes))
                return Wrong(path, findings, "has an empty entry.");
            var file = JsonSerializer.Deserialize<SetUpFile>(bytes, ContractJson.Options);
            return file is null || file.Schema != SchemaName ? Wrong(path, findings, $"is not of the form {SchemaName}.") : file;
        }
        catch (JsonException e)
        {
            return Wrong(path, findings, $"cannot be read: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Wrong(path, findings, $"cannot be read: {e.Message}");
        }
    }

    /// <summary>Replaces the file of an agent whole.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(AgentFolder folder) => Secrets.WritePrivately(folder.SetUpFile, JsonSerializer.Serialize(this, Readable) + "\n");

    /// <summary>A room; null when there is none of that id.</summary>
    public SetUpRoom? Find(RoomId room) => Rooms.FirstOrDefault(r => r.Room == room);

    /// <summary>The same with a room in the place of the one of its id, or behind all others.</summary>
    public SetUpFile With(SetUpRoom room) =>
        this with
        {
            Rooms = Find(room.Room) is null ? [.. Rooms, room] : [.. Rooms.Select(r => r.Room == room.Room ? room : r)],
        };

    /// <summary>The same without a room.</summary>
    public SetUpFile Without(RoomId room) => this with { Rooms = [.. Rooms.Where(r => r.Room != room)] };

    private static SetUpFile Wrong(string path, List<Finding> findings, string text)
    {
        findings.Add(
            new(
                FindingLevel.Error,
                path,
                null,
                string.Empty,
                text,
                "Mend it, restore it from a backup, or move it away: then only the rooms of the configuration file are watched."
            )
        );
        return Empty;
    }
}

/// <summary>A room that was set up over the API.</summary>
/// <param name="Room">Room.</param>
/// <param name="Version">Version in force: <c>rooms/ROOM/map-VERSION.json</c> is its map.</param>
/// <param name="Record"><c>always</c> or <c>sessions</c>; of a room of the configuration file what stands there counts.</param>
/// <param name="SoundRequired">Whether the room is to be recorded with sound; as above.</param>
/// <param name="Cameras">Cameras beside those of the configuration file.</param>
/// <param name="TakenOver">SHA-256 of the configuration's map, hex, as it was when this map took its place; null for a room of the set-up
/// alone.</param>
/// <param name="Background">Scan of the plan; null for none.</param>
internal sealed record SetUpRoom(
    RoomId Room,
    int Version,
    string Record,
    bool SoundRequired,
    IReadOnlyList<SetUpCamera> Cameras,
    string? TakenOver = null,
    PlanBackground? Background = null
);

/// <summary>How a camera is reached that was set up over the API.</summary>
/// <param name="Id">Camera.</param>
/// <param name="Address">RTSP address, without user and password.</param>
/// <param name="AnalysisAddress">Sub-stream; null for none.</param>
/// <param name="User">User; null for none.</param>
/// <param name="PasswordFile">File of the password, below the set-up's folder; null for none.</param>
/// <param name="Transport"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="AllowPasswordInClear">Whether a camera without digest may have it in clear.</param>
/// <param name="Enabled">False leaves it out.</param>
internal sealed record SetUpCamera(
    CameraId Id,
    string Address,
    string? AnalysisAddress,
    string? User,
    string? PasswordFile,
    string Transport,
    bool AllowPasswordInClear,
    bool Enabled
)
{
    /// <summary>The camera as a section of the configuration.</summary>
    public CameraSection Section(AgentFolder folder) =>
        new()
        {
            Id = Id,
            Address = Address,
            AnalysisAddress = AnalysisAddress,
            User = User,
            PasswordFile = PasswordFile is null ? null : Path.Combine(folder.SetUp, PasswordFile),
            Transport = Transport,
            AllowPasswordInClear = AllowPasswordInClear,
            Enabled = Enabled,
        };
}
