using System.Diagnostics.CodeAnalysis;
using TimeZoneConverter;

namespace ExamMonitor.Contracts;

/// <summary>Finds the time zone of a site by its IANA name on every system.</summary>
/// <remarks>
/// Windows itself knows IANA names only where it has ICU (Windows 10 1903 and Server 2022 on; not Server 2016 and 2019). Elsewhere the name
/// is converted by the table of Unicode CLDR. There <see cref="TimeZoneInfo.Id"/> is the Windows name: keep the name that was asked for.
/// </remarks>
public static class SiteZone
{
    /// <summary>Finds a zone.</summary>
    /// <param name="id">IANA name, such as <c>Asia/Shanghai</c>.</param>
    /// <exception cref="TimeZoneNotFoundException">This system knows no such zone.</exception>
    public static TimeZoneInfo Of(string id) =>
        TryOf(id, out var zone) ? zone : throw new TimeZoneNotFoundException($"\"{id}\" is not a time zone of this system.");

    /// <summary>Finds a zone, if there is one.</summary>
    /// <param name="id">IANA name, such as <c>Asia/Shanghai</c>.</param>
    /// <param name="zone">The zone.</param>
    public static bool TryOf(string id, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
#pragma warning disable RS0030 // The one place that asks the system.
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone))
            return true;
#pragma warning restore RS0030
        return OperatingSystem.IsWindows() && TZConvert.TryGetTimeZoneInfo(id, out zone);
    }
}
