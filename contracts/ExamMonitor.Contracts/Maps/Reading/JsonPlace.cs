using System.Globalization;
using System.Text.Json;

namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>A JSON value that knows where it stands.</summary>
internal sealed class JsonPlace(JsonPlace? parent, string? name, int index, int line, JsonTokenType kind)
{
    /// <summary>From 1.</summary>
    public int Line => line;

    /// <summary>StartObject, StartArray, String, Number, True, False or Null.</summary>
    public JsonTokenType Kind => kind;

    /// <summary>Value of a string.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>Value of a number; infinite when it is beyond any double.</summary>
    public double Number { get; init; }

    /// <summary>Values of an array.</summary>
    public List<JsonPlace> Items { get; } = [];

    /// <summary>Members of an object, the last of equal names.</summary>
    public Dictionary<string, JsonPlace> Members { get; } = new(StringComparer.Ordinal);

    public string Path =>
        parent is null ? "$"
        : name is null ? string.Create(CultureInfo.InvariantCulture, $"{parent.Path}[{index}]")
        : IdText.IsValid(name) ? $"{parent.Path}.{name}"
        : $"{parent.Path}[\"{(name.Length <= 40 ? name : name[..40] + "…")}\"]";
}
