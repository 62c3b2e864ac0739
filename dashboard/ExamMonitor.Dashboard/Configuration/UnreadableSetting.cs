using System.Text.RegularExpressions;

namespace ExamMonitor.Dashboard.Configuration;

/// <summary>Says in a sentence what the binder of settings throws as an exception.</summary>
internal static partial class UnreadableSetting
{
    /// <summary>The sentence; null when the exception is about something else.</summary>
    public static string? TextOf(InvalidOperationException exception)
    {
        if (
            UnknownNames().Match(exception.Message) is { Success: true } unknown
            && exception.Message.Contains(nameof(DashboardOptions), StringComparison.Ordinal)
        )
        {
            var names = Name().Matches(unknown.Groups["names"].Value).Select(m => $"{DashboardOptions.Section}:{m.Groups["name"].Value}");
            var known = typeof(DashboardOptions).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal);
            return $"{string.Join(", ", names)} is no setting. Known are: {string.Join(", ", known)}. See docs/user-supervisor.md.";
        }

        return WrongValue().Match(exception.Message) is { Success: true } wrong
            ? $"{wrong.Groups["key"].Value} cannot be \"{wrong.Groups["value"].Value}\": it takes {Kind(wrong.Groups["type"].Value)}."
            : null;
    }

    private static string Kind(string type) =>
        type switch
        {
            "System.TimeSpan" => "a time such as 00:00:30 or 31.00:00:00",
            "System.Boolean" => "true or false",
            _ => "a value of type " + type,
        };

    [GeneratedRegex("were not found on the instance of [^:]*: (?<names>.*)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex UnknownNames();

    [GeneratedRegex("'(?<name>[^']*)'", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex(
        "convert configuration value '(?<value>.*)' at '(?<key>[^']*)' to type '(?<type>[^']*)'",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex WrongValue();
}
