using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>Reads JSON text into a tree of places, with bounds on depth and count.</summary>
internal ref struct JsonPlaceReader
{
    private const int MaxDepth = 32;
    private const int MaxValues = 300_000;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _text;
    private readonly Findings _findings;
    private Utf8JsonReader _reader;
    private int _values;
    private long _countedTo;
    private int _line;

    private JsonPlaceReader(ReadOnlySpan<byte> text, Findings findings)
    {
        _text = text;
        (_findings, _line) = (findings, 1);
        _reader = new(text, new JsonReaderOptions { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow });
    }

    /// <summary>The root; null after a syntax error, which is then a finding.</summary>
    public static JsonPlace? Read(ReadOnlySpan<byte> text, Findings findings)
    {
        var reader = new JsonPlaceReader(text, findings);
        try
        {
            reader._reader.Read();
            var root = reader.Value(null, null, 0);
            reader._reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            findings.Add(
                FindingLevel.Error,
                (int)(e.LineNumber ?? 0) + 1,
                "$",
                new(
                    $"The text is not valid JSON near character {(e.BytePositionInLine ?? 0) + 1} of this line: {Plain(e.Message)}",
                    $"此行第 {(e.BytePositionInLine ?? 0) + 1} 个字符附近不是有效的 JSON：{Plain(e.Message)}"
                ),
                new(
                    "Check commas, quotes and brackets just before this place; comments and commas before a closing bracket are not allowed.",
                    "请检查此处之前的逗号、引号和括号；不允许注释，也不允许在右括号前写逗号。"
                )
            );
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or DecoderFallbackException)
        {
            findings.Add(
                FindingLevel.Error,
                reader._line,
                "$",
                new("A text holds bytes that are not UTF-8.", "文本中含有非 UTF-8 字节。"),
                new("Save the file as UTF-8.", "请将文件保存为 UTF-8 编码。")
            );
            return null;
        }
    }

    private JsonPlace Value(JsonPlace? parent, string? name, int index)
    {
        if (++_values > MaxValues)
            throw new JsonException($"more than {MaxValues} values", "$", Line() - 1, 0);
        var kind = _reader.TokenType;
        var line = Line();
        switch (kind)
        {
            case JsonTokenType.StartObject:
                return Object(new(parent, name, index, line, kind));
            case JsonTokenType.StartArray:
                var array = new JsonPlace(parent, name, index, line, kind);
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                    array.Items.Add(Value(array, null, array.Items.Count));
                return array;
            case JsonTokenType.Number:
                return new(parent, name, index, line, kind)
                {
                    Number = _reader.TryGetDouble(out var number) ? number : double.PositiveInfinity,
                };
            case JsonTokenType.String:
                return new(parent, name, index, line, kind) { Text = String() };
            default:
                return new(parent, name, index, line, kind);
        }
    }

    private JsonPlace Object(JsonPlace place)
    {
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var name = String();
            var twice = place.Members.ContainsKey(name);
            _reader.Read();
            var value = Value(place, name, 0);
            if (twice)
            {
                _findings.Error(
                    value,
                    new("This name stands twice in the same object.", "同一对象中此名称出现两次。"),
                    new("Remove one of the two.", "请删除其中一个。")
                );
            }

            place.Members[name] = value;
        }

        return place;
    }

    private readonly string String()
    {
        _ = Strict.GetCharCount(_reader.HasValueSequence ? _reader.ValueSequence.ToArray() : _reader.ValueSpan);
        return _reader.GetString()!;
    }

    private int Line()
    {
        var here = _reader.TokenStartIndex;
        for (; _countedTo < here; _countedTo++)
        {
            if (_text[(int)_countedTo] == (byte)'\n')
                _line++;
        }

        return _line;
    }

    private static string Plain(string message)
    {
        var cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return cut > 0 ? message[..cut] : message;
    }
}
