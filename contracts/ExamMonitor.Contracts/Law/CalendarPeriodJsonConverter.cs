using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Law;

/// <summary>Reads and writes a <see cref="CalendarPeriod"/> as its text.</summary>
public sealed class CalendarPeriodJsonConverter : JsonConverter<CalendarPeriod>
{
    /// <inheritdoc/>
    public override CalendarPeriod Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && CalendarPeriod.TryParse(reader.GetString(), out var period)
            ? period
            : throw new JsonException("A window is written as an ISO 8601 duration, such as P5Y or P6M.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CalendarPeriod value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
