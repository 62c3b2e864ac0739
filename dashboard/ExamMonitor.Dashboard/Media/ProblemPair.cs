using System.Text.RegularExpressions;
using ExamMonitor.Contracts;

namespace ExamMonitor.Dashboard.Media;

/// <summary>Addresses, at the dashboard, of the two pictures kept from a problem's onset.</summary>
/// <param name="Reference">The commissioned view, marked.</param>
/// <param name="Now">The picture that settled the verdict, marked.</param>
internal sealed partial record ProblemPair(string Reference, string Now)
{
    /// <summary>The pair that a problem's evidence names; null when the evidence is something else.</summary>
    /// <param name="site">Site.</param>
    /// <param name="agent">Agent that told of the problem.</param>
    /// <param name="evidence">As the agent wrote it; not trusted.</param>
    public static ProblemPair? Of(SiteId site, AgentId agent, string? evidence)
    {
        if (evidence is null || Address().Match(evidence) is not { Success: true } m)
            return null;
        var folder =
            $"/media/{site}/{agent}/rooms/{m.Groups["room"].Value}/cameras/{m.Groups["camera"].Value}/problems/{m.Groups["problem"].Value}";
        return new($"{folder}/reference.jpg", $"{folder}/now.jpg");
    }

    [GeneratedRegex(
        @"\A/api/v1/rooms/(?<room>[A-Za-z0-9._-]{1,64})/cameras/(?<camera>[A-Za-z0-9._-]{1,64})/problems/(?<problem>[a-z0-9-]{1,120})/now\.jpg\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        100
    )]
    private static partial Regex Address();
}
