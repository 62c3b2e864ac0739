using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts;

/// <summary>A site: one body's premises under one MQTT root.</summary>
/// <remarks>Obeys <see cref="IdText"/>. The default value is empty and stands for "none"; it never parses.</remarks>
[JsonConverter(typeof(IdJsonConverter<SiteId>))]
public readonly record struct SiteId : IId<SiteId>
{
    private readonly string? _text;

    private SiteId(string text) => _text = text;

    /// <summary>The id's text; empty for the default value.</summary>
    public string Text => _text ?? string.Empty;

    /// <inheritdoc/>
    public static string What => "site";

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text breaks the rule of <see cref="IdText"/>.</exception>
    public static SiteId Of(string s) => Parse(s, null);

    /// <inheritdoc/>
    public static SiteId Parse(string s, IFormatProvider? provider) => new(IdText.Require(s, What));

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SiteId result)
    {
        var ok = IdText.IsValid(s);
        result = ok ? new SiteId(s!) : default;
        return ok;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
