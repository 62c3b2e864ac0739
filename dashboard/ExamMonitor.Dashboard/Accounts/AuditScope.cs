using ExamMonitor.Contracts;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>Which entries of the audit log a person may see. Pure.</summary>
internal static class AuditScope
{
    /// <summary>
    /// Whoever may see everything sees every entry; others those whose subject begins with a site or room in their scope. Log-ins and
    /// accounts belong to no site.
    /// </summary>
    public static bool MaySee(Scopes scopes, AuditEntry entry)
    {
        if (scopes.Covers(Scopes.All))
            return true;
        if (entry.Subject.Split(' ', 2)[0].Split('/') is not [var site, var room, ..] || !SiteId.TryParse(site, null, out var s))
            return false;
        return scopes.AllowsSite(s) || (RoomId.TryParse(room, null, out var r) && scopes.Allows(s, r));
    }
}
