using System.Security.Claims;
using ExamMonitor.Contracts;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>
/// Which rooms a person may see: <c>*</c> for all, <c>site/*</c>, or <c>site/room</c>; several, parted by spaces. None means nothing.
/// </summary>
internal sealed record Scopes
{
    public const string ClaimType = "exam-monitor:scopes";
    public const string Everything = "*";
    private const int Most = 200;

    private readonly string[] _parts;

    private Scopes(string[] parts) => _parts = parts;

    /// <summary>Every room of every site.</summary>
    public static Scopes All { get; } = new([Everything]);

    public string Text => string.Join(' ', _parts);

    public static Scopes Of(ClaimsPrincipal user) => TryParse(user.FindFirstValue(ClaimType), out var scopes) ? scopes : new([]);

    /// <summary>False when a part is none of the three forms.</summary>
    public static bool TryParse(string? text, out Scopes scopes)
    {
        var parts = (text ?? "")
            .Split([' ', '\r', '\n', '\t', ','], StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        scopes = new(parts);
        return parts.Length <= Most && parts.All(IsPart);
    }

    public bool Allows(SiteId site, RoomId room) => _parts.Any(p => p == Everything || p == $"{site}/*" || p == $"{site}/{room}");

    /// <summary>Whether the whole site may be seen, and so what concerns no single room.</summary>
    public bool AllowsSite(SiteId site) => _parts.Any(p => p == Everything || p == $"{site}/*");

    /// <summary>Whether anything of the site may be seen.</summary>
    public bool Touches(SiteId site) => _parts.Any(p => p == Everything || p.StartsWith($"{site}/", StringComparison.Ordinal));

    /// <summary>Sites and rooms that are named, a site with null for all its rooms; null when everything may be seen.</summary>
    public IReadOnlyList<(SiteId Site, RoomId? Room)>? Named =>
        _parts.Contains(Everything, StringComparer.Ordinal)
            ? null
            : [.. _parts.Select(p => p.Split('/')).Select(p => (SiteId.Of(p[0]), p[1] == Everything ? (RoomId?)null : RoomId.Of(p[1])))];

    /// <summary>Whether everything that <paramref name="other"/> allows lies within this: what somebody may give to others.</summary>
    public bool Covers(Scopes other) =>
        other._parts.All(p =>
            _parts.Any(own =>
                own == Everything
                || own == p
                || (own.EndsWith("/*", StringComparison.Ordinal) && p.StartsWith(own[..^1], StringComparison.Ordinal))
            )
        );

    private static bool IsPart(string part) =>
        part == Everything
        || (part.Split('/') is [var site, var room] && IdText.IsValid(site) && (room == Everything || IdText.IsValid(room)));
}
