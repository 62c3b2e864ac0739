using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>Reads the members of an entry one by one; written by hand because a verification reads millions of them.</summary>
internal static class LedgerEntryReader
{
    /// <summary>Null for anything that is no JSON object with a kind and a time, or whose known members have another type.</summary>
    public static ParsedEntry? Read(ReadOnlySpan<byte> entry)
    {
        try
        {
            var reader = new Utf8JsonReader(entry);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            var read = new Members();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                read.Take(ref reader);
            return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? read.ToEntry() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private struct Members
    {
        private string? _kind;
        private DateTimeOffset? _at;
        private string? _room;
        private string? _camera;
        private long? _number;
        private long? _previous;
        private string? _path;
        private DateTimeOffset? _start;
        private DateTimeOffset? _end;
        private long? _bytes;
        private string? _sha256;
        private string? _cause;
        private Dictionary<string, string>? _facts;
        private bool? _recovered;
        private string? _line;
        private string? _entered;

        public void Take(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("kind"u8))
                _kind = Text(ref reader);
            else if (reader.ValueTextEquals("at"u8))
                _at = Time(ref reader);
            else if (reader.ValueTextEquals("room"u8))
                _room = Text(ref reader);
            else if (reader.ValueTextEquals("camera"u8))
                _camera = Text(ref reader);
            else if (reader.ValueTextEquals("number"u8))
                _number = Number(ref reader);
            else if (reader.ValueTextEquals("previous"u8))
                _previous = Number(ref reader);
            else if (reader.ValueTextEquals("path"u8))
                _path = Text(ref reader);
            else if (reader.ValueTextEquals("start"u8))
                _start = Time(ref reader);
            else if (reader.ValueTextEquals("end"u8))
                _end = Time(ref reader);
            else if (reader.ValueTextEquals("bytes"u8))
                _bytes = Number(ref reader);
            else if (reader.ValueTextEquals("sha256"u8))
                _sha256 = Text(ref reader);
            else if (reader.ValueTextEquals("cause"u8))
                _cause = Text(ref reader);
            else if (reader.ValueTextEquals("facts"u8))
                _facts = Facts(ref reader);
            else if (reader.ValueTextEquals("recovered"u8))
                _recovered = reader.Read() && reader.GetBoolean();
            else if (reader.ValueTextEquals("line"u8))
                _line = Text(ref reader);
            else if (reader.ValueTextEquals("entered"u8))
                _entered = Text(ref reader);
            else
                reader.Skip();
        }

        public readonly ParsedEntry? ToEntry() =>
            _kind is { } kind && _at is { } at
                ? new(
                    kind,
                    at,
                    _room,
                    _camera,
                    _number,
                    _previous,
                    _path,
                    _start,
                    _end,
                    _bytes,
                    _sha256,
                    _cause,
                    _facts,
                    _recovered,
                    _line,
                    _entered
                )
                : null;

        private static string? Text(ref Utf8JsonReader reader)
        {
            reader.Read();
            return reader.GetString();
        }

        private static long? Number(ref Utf8JsonReader reader)
        {
            reader.Read();
            return reader.TokenType == JsonTokenType.Null ? null : reader.GetInt64();
        }

        private static DateTimeOffset? Time(ref Utf8JsonReader reader) =>
            Text(ref reader) is { } text
                ? DateTimeOffset.ParseExact(text, UtcJsonConverter.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                : null;

        private static Dictionary<string, string> Facts(ref Utf8JsonReader reader)
        {
            reader.Read();
            var facts = new Dictionary<string, string>(StringComparer.Ordinal);
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new FormatException("facts");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                facts[name] = Text(ref reader) ?? throw new FormatException("facts");
            }

            return facts;
        }
    }
}
