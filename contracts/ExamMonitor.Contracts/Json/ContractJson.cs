using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace ExamMonitor.Contracts;

/// <summary>The one way in which contracts are written as JSON and read back.</summary>
public static class ContractJson
{
    /// <summary>
    /// Camel case, enums as kebab-case words, null members left out only where a record says so, unknown members accepted, numbers never
    /// NaN or infinite.
    /// </summary>
    /// <remarks>Read-only; safe from any thread.</remarks>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>
    /// Whether a list in the text holds null. No list of any contract does, and the serializer checks members for null but not elements:
    /// whoever reads from outside refuses such a text.
    /// </summary>
    /// <param name="json">UTF-8.</param>
    /// <exception cref="JsonException">It is no JSON, or deeper than <see cref="Options"/> allow.</exception>
    public static bool HasNullElement(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        var (lists, depth) = (0UL, 0);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    depth++;
                    lists = reader.TokenType == JsonTokenType.StartArray ? lists | (1UL << depth) : lists & ~(1UL << depth);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    depth--;
                    break;
                case JsonTokenType.Null when (lists >> depth & 1) != 0:
                    return true;
            }
        }

        return false;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
            NumberHandling = JsonNumberHandling.Strict,
            Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
            ReadCommentHandling = JsonCommentHandling.Disallow,
            MaxDepth = 32,
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true,
        };
        options.Converters.Add(new UtcJsonConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
