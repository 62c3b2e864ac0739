using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts;

/// <summary>A scheduled exam session of one room, unique within the site.</summary>
/// <remarks>Obeys <see cref="IdText"/>. The default value is empty and stands for "none"; it never parses.</remarks>
[JsonConverter(typeof(IdJsonConverter<ExamSessionId>))]
public readonly record struct ExamSessionId : IId<ExamSessionId>
{
    private readonly string? _text;

    private ExamSessionId(string text) => _text = text;

    /// <summary>The id's text; empty for the default value.</summary>
    public string Text => _text ?? string.Empty;

    /// <inheritdoc/>
    public static string What => "exam session";

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text breaks the rule of <see cref="IdText"/>.</exception>
    public static ExamSessionId Of(string s) => Parse(s, null);

    /// <inheritdoc/>
    public static ExamSessionId Parse(string s, IFormatProvider? provider) => new(IdText.Require(s, What));

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ExamSessionId result)
    {
        var ok = IdText.IsValid(s);
        result = ok ? new ExamSessionId(s!) : default;
        return ok;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
