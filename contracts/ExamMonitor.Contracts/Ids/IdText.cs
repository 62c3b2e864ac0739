using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace ExamMonitor.Contracts;

/// <summary>
/// The one rule for every id that appears in a topic, a path or an address: <c>[A-Za-z0-9._-]{1,64}</c>, and not <c>.</c> or <c>..</c>.
/// </summary>
/// <remarks>The rule makes every id safe as an MQTT topic level, a folder name on Linux and Windows, and a URL segment without
/// escaping.</remarks>
public static class IdText
{
    /// <summary>Longest id, in characters.</summary>
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    /// <summary>Whether <paramref name="text"/> obeys the rule; null does not.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: >= 1 and <= MaxLength } && text is not ("." or "..") && !text.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>Returns <paramref name="text"/> when it obeys the rule.</summary>
    /// <exception cref="FormatException">It does not; the message shows the text (shortened), the rule and the mend.</exception>
    public static string Require(string? text, string what) =>
        IsValid(text)
            ? text
            : throw new FormatException(
                $"\"{Shorten(text)}\" is not a valid {what} id: use 1 to {MaxLength} of the characters A-Z a-z 0-9 . _ -"
            );

    private static string Shorten(string? text) =>
        text is null ? "null"
        : text.Length <= MaxLength ? text
        : string.Concat(text.AsSpan(0, MaxLength), "…");
}
