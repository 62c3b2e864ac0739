using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts;

/// <summary>
/// Reads and writes an id as a JSON string, also as a property name; a text that breaks <see cref="IdText"/> is a
/// <see cref="JsonException"/>.
/// </summary>
/// <typeparam name="T">The id type.</typeparam>
public sealed class IdJsonConverter<T> : JsonConverter<T>
    where T : struct, IId<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.TokenType == JsonTokenType.String ? reader.GetString() : null);

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Text);

    private static T Parse(string? text)
    {
        try
        {
            return T.Parse(text!, null);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }
}
