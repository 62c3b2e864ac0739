using System.Globalization;

namespace ExamMonitor.Preservation.Volume;

/// <summary>Whether the wall clock can be right. Footage is filed, kept and destroyed by its date.</summary>
internal static class ClockRule
{
    private static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>What is wrong with the clock; null when it may be right.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="newestFootage">End of the newest footage held; null when none is.</param>
    public static LocalText? FindFault(DateTimeOffset now, DateTimeOffset? newestFootage)
    {
        var said = now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        if (now < Earliest || now > Latest)
        {
            return new(
                $"The clock says {said} UTC, which cannot be: this version was made in {Earliest.Year} or later. Footage would be filed under wrong dates. Set the clock, best by a time server (timedatectl set-ntp true).",
                $"系统时间为 {said}（UTC），不可能正确。录像将被归入错误的日期。请校准时钟，建议启用网络校时（timedatectl set-ntp true）。"
            );
        }

        if (newestFootage is { } newest && now < newest - Tolerance)
        {
            var held = newest.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            return new(
                $"The clock says {said} UTC, but footage up to {held} UTC is held already: the clock went back. Set it, best by a time server (timedatectl set-ntp true).",
                $"系统时间为 {said}（UTC），但已存有截至 {held}（UTC）的录像：时钟被回拨。请校准时钟，建议启用网络校时（timedatectl set-ntp true）。"
            );
        }

        return null;
    }
}
