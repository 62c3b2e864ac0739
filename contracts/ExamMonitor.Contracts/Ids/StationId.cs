using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts;

/// <summary>A workstation (考位/工位), unique within its room.</summary>
/// <remarks>Obeys <see cref="IdText"/>. The default value is empty and stands for "none"; it never parses.</remarks>
[JsonConverter(typeof(IdJsonConverter<StationId>))]
public readonly record struct StationId : IId<StationId>
{
    private readonly string? _text;

    private StationId(string text) => _text = text;

    /// <summary>The id's text; empty for the default value.</summary>
    public string Text => _text ?? string.Empty;

    /// <inheritdoc/>
    public static string What => "station";

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text breaks the rule of <see cref="IdText"/>.</exception>
    public static StationId Of(string s) => Parse(s, null);

    /// <inheritdoc/>
    public static StationId Parse(string s, IFormatProvider? provider) => new(IdText.Require(s, What));

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out StationId result)
    {
        var ok = IdText.IsValid(s);
        result = ok ? new StationId(s!) : default;
        return ok;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
