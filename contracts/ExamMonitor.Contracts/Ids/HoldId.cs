using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts;

/// <summary>A hold on footage, unique within the volume.</summary>
/// <remarks>Obeys <see cref="IdText"/>. The default value is empty and stands for "none"; it never parses.</remarks>
[JsonConverter(typeof(IdJsonConverter<HoldId>))]
public readonly record struct HoldId : IId<HoldId>
{
    private readonly string? _text;

    private HoldId(string text) => _text = text;

    /// <summary>The id's text; empty for the default value.</summary>
    public string Text => _text ?? string.Empty;

    /// <inheritdoc/>
    public static string What => "hold";

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text breaks the rule of <see cref="IdText"/>.</exception>
    public static HoldId Of(string s) => Parse(s, null);

    /// <inheritdoc/>
    public static HoldId Parse(string s, IFormatProvider? provider) => new(IdText.Require(s, What));

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out HoldId result)
    {
        var ok = IdText.IsValid(s);
        result = ok ? new HoldId(s!) : default;
        return ok;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
