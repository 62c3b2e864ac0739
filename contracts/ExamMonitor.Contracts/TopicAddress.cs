using System.Diagnostics.CodeAnalysis;

namespace ExamMonitor.Contracts;

/// <summary>A topic taken apart; the other direction of <see cref="Topics"/>.</summary>
/// <param name="Site">Site.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="Agent">Set for topics of an agent.</param>
/// <param name="Room">Set for topics of a room.</param>
/// <param name="Camera">Set for topics of a camera.</param>
/// <param name="Station">Set for topics of a station.</param>
public sealed record TopicAddress(
    SiteId Site,
    TopicKind Kind,
    AgentId? Agent = null,
    RoomId? Room = null,
    CameraId? Camera = null,
    StationId? Station = null
)
{
    private const int LongestTopic = 512;

    private static readonly (TopicContract Contract, string[] Levels)[] Patterns =
    [
        .. TopicContract.All.Select(c => (c, c.Pattern.Split('/'))),
    ];

    /// <summary>What the topic carries.</summary>
    public TopicContract Contract => TopicContract.Of(Kind);

    /// <summary>Reads a topic of this major version; false for every other topic and for ids that break the rule.</summary>
    public static bool TryParse(string? topic, [NotNullWhen(true)] out TopicAddress? address)
    {
        address = null;
        if (topic is null || topic.Length > LongestTopic || !topic.StartsWith(Topics.Root + "/", StringComparison.Ordinal))
            return false;
        var levels = topic[(Topics.Root.Length + 1)..].Split('/');
        if (!SiteId.TryParse(levels[0], null, out var site))
            return false;
        foreach (var (contract, pattern) in Patterns)
        {
            address = Match(new(site, contract.Kind), pattern, levels.AsSpan(1));
            if (address is not null)
                return true;
        }

        return false;
    }

    private static TopicAddress? Match(TopicAddress address, string[] pattern, ReadOnlySpan<string> levels)
    {
        if (pattern.Length != levels.Length)
            return null;
        for (var i = 0; i < pattern.Length; i++)
        {
            var next = pattern[i] switch
            {
                "{agent}" => AgentId.TryParse(levels[i], null, out var agent) ? address with { Agent = agent } : null,
                "{room}" => RoomId.TryParse(levels[i], null, out var room) ? address with { Room = room } : null,
                "{camera}" => CameraId.TryParse(levels[i], null, out var camera) ? address with { Camera = camera } : null,
                "{station}" => StationId.TryParse(levels[i], null, out var station) ? address with { Station = station } : null,
                var word => string.Equals(word, levels[i], StringComparison.Ordinal) ? address : null,
            };
            if (next is null)
                return null;
            address = next;
        }

        return address;
    }
}
