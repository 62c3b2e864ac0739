using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Contracts.Draws;

/// <summary>Everything that may be drawn, one JSON object a line, in the order of the units' ids. Its bytes are hashed into the
/// seed.</summary>
public static class DrawPopulation
{
    /// <summary>Most units of a population.</summary>
    public const int Most = 500_000;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Units of sessions.</summary>
    /// <param name="sessions">Sessions that may be drawn.</param>
    /// <param name="by">Dimensions, in any order.</param>
    /// <param name="phases">Parts of equal length into which <see cref="DrawDimension.Phase"/> cuts a session, 1 to 12.</param>
    /// <param name="stations">Stations of a room; asked only for <see cref="DrawDimension.Station"/>.</param>
    public static IReadOnlyList<DrawUnit> Of(
        IEnumerable<ExamSession> sessions,
        IReadOnlyCollection<DrawDimension> by,
        int phases,
        Func<RoomId, IReadOnlyList<StationId>> stations
    )
    {
        var units = new List<DrawUnit>();
        DrawDimension[] order = [.. by.Distinct().Order()];
        var parts = order.Contains(DrawDimension.Phase) ? phases : 1;
        foreach (var session in sessions)
        {
            IReadOnlyList<StationId?> places = order.Contains(DrawDimension.Station)
                ? [.. stations(session.Room).Select(s => (StationId?)s)]
                : [null];
            for (var part = 0; part < parts; part++)
                foreach (var station in places)
                    units.Add(Unit(session, order, part, parts, station));
        }

        units.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        return units;
    }

    /// <summary>The lines, to the byte.</summary>
    public static byte[] Format(IReadOnlyList<DrawUnit> units)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(256, units.Count * 200));
        using var json = new Utf8JsonWriter(buffer, Compact);
        foreach (var unit in units)
        {
            json.WriteStartObject();
            json.WriteString("id", unit.Id);
            json.WriteString("stratum", unit.Stratum);
            json.WriteString("session", unit.Session.Text);
            json.WriteString("batch", unit.Batch.Text);
            json.WriteString("room", unit.Room.Text);
            json.WriteString("start", UtcJsonConverter.ToText(unit.Start));
            json.WriteString("end", UtcJsonConverter.ToText(unit.End));
            if (unit.Station is { } station)
                json.WriteString("station", station.Text);
            json.WriteEndObject();
            json.Flush();
            buffer.Write("\n"u8);
            json.Reset();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the lines; false for anything that <see cref="Format"/> would not write, for too many units and for an id that stands
    /// there twice.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IReadOnlyList<DrawUnit>? units)
    {
        units = null;
        var read = new List<DrawUnit>();
        try
        {
            for (var rest = bytes; rest.Length > 0; )
            {
                var end = rest.IndexOf((byte)'\n');
                if (end < 0 || read.Count == Most)
                    return false;
                if (JsonSerializer.Deserialize<DrawUnit>(rest[..end], ContractJson.Options) is not { } unit)
                    return false;
                if (read.Count > 0 && string.CompareOrdinal(read[^1].Id, unit.Id) >= 0)
                    return false;
                read.Add(unit);
                rest = rest[(end + 1)..];
            }
        }
        catch (JsonException)
        {
            return false;
        }

        if (!Format(read).AsSpan().SequenceEqual(bytes))
            return false;
        units = read;
        return true;
    }

    private static DrawUnit Unit(ExamSession session, DrawDimension[] order, int part, int parts, StationId? station)
    {
        var length = session.End - session.Start;
        // Whole milliseconds: what is written is what is hashed.
        DateTimeOffset At(int k) => session.Start.AddMilliseconds(Math.Floor(length.TotalMilliseconds * k / parts));
        var id =
            session.Id.Text + (order.Contains(DrawDimension.Phase) ? PhaseWord(part, "/p") : "") + (station is { } s ? "/" + s.Text : "");
        return new(id, StratumOf(session, order, part, station), session.Id, session.Batch, session.Room, At(part), At(part + 1), station);
    }

    private static string StratumOf(ExamSession session, DrawDimension[] order, int part, StationId? station) =>
        order.Length == 0
            ? "all"
            : string.Join(
                '/',
                order.Select(d =>
                    d switch
                    {
                        DrawDimension.Project => DrawText.Escape(session.Title),
                        DrawDimension.Batch => session.Batch.Text,
                        DrawDimension.Room => session.Room.Text,
                        DrawDimension.Phase => PhaseWord(part, "p"),
                        _ => station?.Text ?? string.Empty,
                    }
                )
            );

    private static string PhaseWord(int part, string before) => before + (part + 1).ToString(CultureInfo.InvariantCulture);
}
