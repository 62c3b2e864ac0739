using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Exams.Plates;

/// <summary>A wrong plate that nobody has seen put right yet.</summary>
/// <param name="Station">Place at which it stands.</param>
/// <param name="Text">Sentence of the check that found it.</param>
/// <param name="Camera">Camera that read it.</param>
internal sealed record WrongPlate(StationId Station, LocalText Text, CameraId Camera);

/// <summary>
/// A check of a room, with the wrong plates that stand after it: those of earlier checks included of whose place this one could say
/// nothing.
/// </summary>
/// <param name="Result">As published.</param>
/// <param name="Standing">Wrong plates.</param>
internal sealed record PlateRecord(RoomPlates Result, IReadOnlyList<WrongPlate> Standing)
{
    /// <summary>Whether an earlier check read any plate in the room.</summary>
    public bool WereSetUp { get; init; }

    /// <summary>
    /// Whether plates are set up: this check or an earlier one read any. Once they were, plates that are all gone are missing and not
    /// "none".
    /// </summary>
    [JsonIgnore]
    public bool AreSetUp =>
        WereSetUp || Standing.Count > 0 || Result.Stations.Any(s => s.Verdict is PlateVerdict.Seen or PlateVerdict.WrongPlate);
}

/// <summary>Keeps the checks of each room: one line of JSON per check, newest last, in <c>{room}.jsonl</c>. One caller at a time.</summary>
/// <param name="folder">Its folder; made when needed.</param>
internal sealed class PlateStore(string folder)
{
    /// <summary>Checks kept per room: more than a year of days.</summary>
    public const int Most = 400;

    private const long LargestFile = 256L << 20;

    /// <summary>
    /// The newest check of a room; null without one. A line that cannot be read is passed over: the check of tomorrow says it anew.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public PlateRecord? Newest(RoomId room) =>
        Lines(room).Reverse().Select(Parse).FirstOrDefault(r => r is not null && r.Result.Room == room);

    /// <summary>Adds a check. After a crash the file holds it or not, never a part of it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(PlateRecord check)
    {
        var lines = Lines(check.Result.Room).TakeLast(Most - 1).Append(JsonSerializer.Serialize(check, ContractJson.Options));
        Secrets.WritePrivately(PathOf(check.Result.Room), string.Join('\n', lines) + "\n");
    }

    private string[] Lines(RoomId room)
    {
        var path = PathOf(room);
        return File.Exists(path) && new FileInfo(path).Length <= LargestFile ? File.ReadAllLines(path, Encoding.UTF8) : [];
    }

    private static PlateRecord? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<PlateRecord>(line, ContractJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string PathOf(RoomId room) => Path.Combine(folder, room.Text + ".jsonl");
}
