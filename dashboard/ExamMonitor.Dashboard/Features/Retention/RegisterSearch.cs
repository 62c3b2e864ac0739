using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Components;

namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>Finds entries of the register of destructions. Pure.</summary>
internal static class RegisterSearch
{
    /// <summary>
    /// Whether an entry may be seen, its footage touches the days (site dates, both counted), and its words hold the text, in either
    /// language.
    /// </summary>
    public static bool Matches(DestructionEntry e, AgentPlace place, Scopes scopes, DateOnly? from, DateOnly? to, string text)
    {
        if (!scopes.Allows(place.Site, e.Room))
            return false;
        if (from is { } first && e.End <= SiteClock.Midnight(first, place.Zone))
            return false;
        if (to is { } last && e.Start >= SiteClock.Midnight(last.AddDays(1), place.Zone))
            return false;
        var asked = text.Trim();
        return asked.Length == 0
            || ((string[])[e.Rule, e.Reason.En, e.Reason.Zh, e.By, e.Sha256, e.Camera.Text, e.Room.Text]).Any(t =>
                t.Contains(asked, StringComparison.OrdinalIgnoreCase)
            );
    }
}
