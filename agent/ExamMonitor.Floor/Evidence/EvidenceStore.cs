using System.Text.Json;
using System.Text.RegularExpressions;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Problems;

namespace ExamMonitor.Floor.Evidence;

/// <summary>How long and how much is kept.</summary>
/// <param name="Age">Older pictures go.</param>
/// <param name="SizeBytes">Beyond this the oldest go, whatever their age.</param>
internal sealed record EvidenceBounds(TimeSpan Age, long SizeBytes);

/// <summary>
/// Pictures of the onset of problems on disk: <c>{room}/{camera}/{problem}.now.jpg</c> and <c>.reference.jpg</c>. Outlives restarts; one
/// caller of <see cref="Keep"/> at a time.
/// </summary>
/// <param name="folder">Its folder; made when needed.</param>
/// <param name="cache">Where fresh pictures lie.</param>
/// <param name="bounds">How long and how much.</param>
/// <param name="log">Log.</param>
internal sealed partial class EvidenceStore(string folder, EvidenceCache cache, EvidenceBounds bounds, ILogger<EvidenceStore> log)
    : IProblemPictures
{
    /// <summary>A pair that is older than the problem by more than this shows something else.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    /// <summary>Keeps the pictures of a problem that has just opened.</summary>
    /// <returns>Address of the picture; null when there is none, or the disk did not take it: a problem is told without its picture rather
    /// than not at all.</returns>
    public string? Keep(Problem problem)
    {
        var subject = problem.Observed.Subject;
        if (subject.Room is not { } room || (subject.Camera is null && subject.Station is null) || !IsOfThePicture(problem.Observed.Code))
            return null;
        if (cache.Find(room, subject.Camera, subject.Station) is not { } pair || problem.Since - pair.At > Fresh)
            return null;
        try
        {
            var now = PathOf(room, pair.Camera, problem.Id, "now")!;
            Directory.CreateDirectory(Path.GetDirectoryName(now)!);
            Write(PathOf(room, pair.Camera, problem.Id, "reference")!, pair.Reference);
            Write(now, pair.Now);
            Write(
                Path.ChangeExtension(Path.ChangeExtension(now, null), ".json"),
                JsonSerializer.SerializeToUtf8Bytes(
                    new KeptPicture(problem.Observed.Code, pair.Camera, subject.Station, problem.Since, problem.Id),
                    ContractJson.Options
                )
            );
            Prune(problem.Since);
            return AgentApi.ProblemPicture(room, pair.Camera, problem.Id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(log, problem.Id, e.Message);
            return null;
        }
    }

    /// <summary>File of a picture; null for names that cannot be.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="problem">Id of the problem.</param>
    /// <param name="picture"><c>now</c> or <c>reference</c>.</param>
    public string? PathOf(RoomId room, CameraId camera, string problem, string picture) =>
        ProblemId().IsMatch(problem) && picture is "now" or "reference"
            ? Path.Combine(folder, "room-" + room, "camera-" + camera, $"{problem}.{picture}.jpg")
            : null;

    /// <summary>
    /// Address of the picture that belongs to a stretch of time in which a station was not proved: of the station's own problem, or of the
    /// camera's that could not say; null when none is kept.
    /// </summary>
    /// <param name="room">Room.</param>
    /// <param name="station">Station.</param>
    /// <param name="reason">As in lanes, such as <c>obstructed</c> or <c>camera:covered</c>.</param>
    /// <param name="start">UTC.</param>
    /// <param name="end">UTC.</param>
    public string? Find(RoomId room, StationId station, string reason, DateTimeOffset start, DateTimeOffset end)
    {
        var lists = new DirectoryInfo(Path.Combine(folder, "room-" + room));
        if (!lists.Exists)
            return null;
        var camera = reason.StartsWith("camera:", StringComparison.Ordinal) ? "camera-" + reason["camera:".Length..] : null;
        return lists
            .EnumerateFiles("*.json", SearchOption.AllDirectories)
            .Where(f => f.LastWriteTimeUtc >= (start - Fresh).UtcDateTime && f.LastWriteTimeUtc <= (end + Fresh).UtcDateTime)
            .Select(Read)
            .Where(k =>
                k is not null
                && k.Since < end
                && k.Since >= start - Fresh
                && (camera is null ? k.Station == station : k.Station is null && k.Code == camera)
            )
            .OrderBy(k => (k!.Since - start).Duration())
            .Select(k => AgentApi.ProblemPicture(room, k!.Camera, k.Problem))
            .FirstOrDefault();
    }

    private static KeptPicture? Read(FileInfo file)
    {
        try
        {
            return JsonSerializer.Deserialize<KeptPicture>(File.ReadAllBytes(file.FullName), ContractJson.Options);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // Torn by a power cut, or just let go: no picture.
            return null;
        }
    }

    private sealed record KeptPicture(string Code, CameraId Camera, StationId? Station, DateTimeOffset Since, string Problem);

    /// <summary>Lets go what is too old or too much, the oldest first.</summary>
    public void Prune(DateTimeOffset now)
    {
        if (!Directory.Exists(folder))
            return;
        var files = new DirectoryInfo(folder)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .OrderByDescending(f => f.LastWriteTimeUtc)
            .ToArray();
        var held = 0L;
        foreach (var file in files)
        {
            held += file.Length;
            if (held > bounds.SizeBytes || now.UtcDateTime - file.LastWriteTimeUtc > bounds.Age)
                file.Delete();
        }
    }

    /// <summary>Sound, recording and missing measurements are not to be seen in a picture.</summary>
    private static bool IsOfThePicture(string code) =>
        code.StartsWith("station-", StringComparison.Ordinal)
        || (code.StartsWith("camera-", StringComparison.Ordinal) && code != "camera-not-measured");

    private static void Write(string path, byte[] bytes)
    {
        File.WriteAllBytes(path + ".part", bytes);
        File.Move(path + ".part", path, overwrite: true);
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,120}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ProblemId();

    [LoggerMessage(EventId = 203, Level = LogLevel.Warning, Message = "The pictures of problem {Id} could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger log, string id, string reason);
}
