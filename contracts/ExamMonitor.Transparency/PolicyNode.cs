namespace ExamMonitor.Transparency;

/// <summary>A witness or a group of a policy.</summary>
/// <param name="Name">Name.</param>
/// <param name="Threshold">How many members must have witnessed; 0 for a witness.</param>
/// <param name="Members">Members of a group.</param>
internal sealed record PolicyNode(string Name, int Threshold, IReadOnlyList<PolicyNode> Members)
{
    /// <summary>Earliest time by which enough had cosigned; null when they have not.</summary>
    /// <param name="times">Time of each witness that cosigned.</param>
    public DateTimeOffset? MetAt(Dictionary<string, DateTimeOffset> times)
    {
        if (Threshold == 0)
            return times.TryGetValue(Name, out var time) ? time : null;
        var met = Members.Select(m => m.MetAt(times)).OfType<DateTimeOffset>().Order().ToList();
        return met.Count >= Threshold ? met[Threshold - 1] : null;
    }
}
