using System.Text;

namespace ExamMonitor.Mqtt;

/// <summary>Rules of topic names and filters (MQTT 5, 4.7).</summary>
internal static class TopicText
{
    private const int MaxBytes = 65_535;

    /// <summary>Whether a message can be sent to it: not empty, no wildcard, no NUL, not too long.</summary>
    public static bool IsPublishable(string topic) =>
        topic.Length > 0 && topic.AsSpan().IndexOfAny('+', '#', '\0') < 0 && Encoding.UTF8.GetByteCount(topic) <= MaxBytes;

    /// <summary>Whether <paramref name="topic"/> falls under <paramref name="filter"/>; <c>$</c>-topics never fall under a leading wildcard.</summary>
    public static bool Matches(string filter, string topic)
    {
        if (topic.StartsWith('$') && !filter.StartsWith('$')) return false;
        var (wanted, given) = (filter.Split('/'), topic.Split('/'));
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#") return true;
            if (i >= given.Length || (wanted[i] != "+" && !string.Equals(wanted[i], given[i], StringComparison.Ordinal))) return false;
        }

        return wanted.Length == given.Length;
    }
}
