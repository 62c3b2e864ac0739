using System.Text;

namespace ExamMonitor.Mqtt;

/// <summary>Rules of topic names and filters (MQTT 5, 4.7).</summary>
internal static class TopicText
{
    private const int MaxBytes = 65_535;

    /// <summary>Whether a message can be sent to it: not empty, no wildcard, no NUL, not too long.</summary>
    public static bool IsPublishable(string topic) =>
        topic.Length > 0 && topic.AsSpan().IndexOfAny('+', '#', '\0') < 0 && Encoding.UTF8.GetByteCount(topic) <= MaxBytes;

    /// <summary>
    /// Whether <paramref name="topic"/> falls under <paramref name="filter"/>; <c>$</c>-topics never fall under a leading wildcard.
    /// </summary>
    public static bool Matches(string filter, string topic)
    {
        if (topic.StartsWith('$') && !filter.StartsWith('$'))
            return false;
        var (wanted, given) = (filter.Split('/'), topic.Split('/'));
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#")
                return true;
            if (i >= given.Length || (wanted[i] != "+" && !string.Equals(wanted[i], given[i], StringComparison.Ordinal)))
                return false;
        }

        return wanted.Length == given.Length;
    }

    /// <summary>Whether it can be subscribed to: <c>+</c> is a whole level, <c>#</c> the whole last one.</summary>
    public static bool IsFilter(string filter)
    {
        if (filter.Length == 0 || filter.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(filter) > MaxBytes)
            return false;
        var levels = filter.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i] == "#" && i < levels.Length - 1)
                return false;
            if (levels[i].Length > 1 && levels[i].AsSpan().IndexOfAny('+', '#') >= 0)
                return false;
        }

        return true;
    }

    /// <summary>
    /// Whether every topic that falls under <paramref name="wanted"/> falls under <paramref name="granted"/>; both are filters.
    /// </summary>
    public static bool Covers(string granted, string wanted)
    {
        if (wanted.StartsWith('$') != granted.StartsWith('$'))
            return false;
        var (given, asked) = (granted.Split('/'), wanted.Split('/'));
        for (var i = 0; i < given.Length; i++)
        {
            if (given[i] == "#")
                return true;
            if (i >= asked.Length || asked[i] == "#")
                return false;
            if (given[i] != "+" && !string.Equals(given[i], asked[i], StringComparison.Ordinal))
                return false;
        }

        return given.Length == asked.Length;
    }
}
