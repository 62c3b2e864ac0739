using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Plates;

/// <summary>Which tag stands for which station of a room.</summary>
/// <remarks>The number at the end of the station's label ("12", "A-12": 12), else the number at the end of its id ("S07": 7). Each
/// station's number follows from the station alone, so a station that is added or moved in the map leaves the plates on the others
/// true.</remarks>
public sealed class PlateNumbers
{
    private readonly Dictionary<StationId, int> _tags;
    private readonly Dictionary<int, StationId> _stations;

    private PlateNumbers(Dictionary<StationId, int> tags) => (_tags, _stations) = (tags, tags.ToDictionary(t => t.Value, t => t.Key));

    /// <summary>Tag of a station of the room.</summary>
    /// <exception cref="KeyNotFoundException">The map has no such station.</exception>
    public int TagOf(StationId station) => _tags[station];

    /// <summary>Station of a tag; null for a tag that no station of the room has.</summary>
    public StationId? StationOf(int tag) => _stations.TryGetValue(tag, out var station) ? station : null;

    /// <summary>Numbers of a room; else a sentence that says which stations need another label.</summary>
    public static (PlateNumbers? Numbers, LocalText? Problem) Of(StationMap map)
    {
        var tags = new Dictionary<StationId, int>();
        var taken = new Dictionary<int, StationId>();
        foreach (var station in map.Stations)
        {
            if (NumberOf(station) is not { } number)
                return (null, Without(station));
            if (number >= TagFamily36h11.Count)
                return (null, TooLarge(station, number));
            if (!taken.TryAdd(number, station.Id))
                return (null, Twice(taken[number], station.Id, number));
            tags.Add(station.Id, number);
        }

        return (new(tags), null);
    }

    /// <summary>
    /// Number of a station's plate, whether or not it is within the family; null when neither label nor id ends with one.
    /// </summary>
    public static int? NumberOf(MapStation station) => Trailing(station.Label) ?? Trailing(station.Id.Text);

    private static int? Trailing(string text)
    {
        var start = text.Length;
        while (start > 0 && char.IsAsciiDigit(text[start - 1]))
            start--;
        if (start == text.Length)
            return null;
        return int.TryParse(text.AsSpan(start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
    }

    private static LocalText Without(MapStation s) =>
        new(
            $"Station {s.Id} has no number for its plate: end its label or its id with one.",
            $"工位 {s.Id} 没有可用于编号牌的数字：请让其标签或编号以数字结尾。"
        );

    private static LocalText TooLarge(MapStation s, int number) =>
        new(
            $"Station {s.Id} has number {number}, plates go from 0 to {TagFamily36h11.Count - 1}: give it a smaller number in its label.",
            $"工位 {s.Id} 的编号为 {number}，编号牌只支持 0 到 {TagFamily36h11.Count - 1}：请在标签中使用更小的数字。"
        );

    private static LocalText Twice(StationId first, StationId second, int number) =>
        new(
            $"Stations {first} and {second} both have number {number}, so their plates would be the same: change one label.",
            $"工位 {first} 和 {second} 的编号都是 {number}，编号牌会相同：请修改其中一个标签。"
        );
}
