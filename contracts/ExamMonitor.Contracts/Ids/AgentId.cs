using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts;

/// <summary>One installed agent service.</summary>
/// <remarks>Obeys <see cref="IdText"/>. The default value is empty and stands for "none"; it never parses.</remarks>
[JsonConverter(typeof(IdJsonConverter<AgentId>))]
public readonly record struct AgentId : IId<AgentId>
{
    private readonly string? _text;

    private AgentId(string text) => _text = text;

    /// <summary>The id's text; empty for the default value.</summary>
    public string Text => _text ?? string.Empty;

    /// <inheritdoc/>
    public static string What => "agent";

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text breaks the rule of <see cref="IdText"/>.</exception>
    public static AgentId Of(string s) => Parse(s, null);

    /// <inheritdoc/>
    public static AgentId Parse(string s, IFormatProvider? provider) => new(IdText.Require(s, What));

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AgentId result)
    {
        var ok = IdText.IsValid(s);
        result = ok ? new AgentId(s!) : default;
        return ok;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
