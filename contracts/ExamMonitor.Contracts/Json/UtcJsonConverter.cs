using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts;

/// <summary>Instants on the wire: RFC 3339 in UTC with exactly three decimals, such as <c>2026-03-01T08:00:00.000Z</c>.</summary>
/// <remarks>Reads any RFC 3339 offset; writes milliseconds, cut off (never rounded up into the future).</remarks>
public sealed class UtcJsonConverter : JsonConverter<DateTimeOffset>
{
    /// <summary>The written form.</summary>
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Writes an instant in <see cref="Format"/>.</summary>
    public static string ToText(DateTimeOffset instant) => instant.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TryGetDateTimeOffset(out var value)
            ? value.ToUniversalTime()
            : throw new JsonException("An instant is written in RFC 3339, such as 2026-03-01T08:00:00.000Z.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ToText(value));
}
