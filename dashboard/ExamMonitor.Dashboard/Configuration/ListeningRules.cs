using System.Net;
using System.Net.NetworkInformation;

namespace ExamMonitor.Dashboard.Configuration;

/// <summary>Where the dashboard may listen, and by which names it answers. Pure but for the names of this computer.</summary>
internal static class ListeningRules
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>What is wrong with the addresses or host names; null when nothing is.</summary>
    /// <param name="addresses">Addresses to listen at, parted by semicolons.</param>
    /// <param name="hosts">AllowedHosts; null when it is not set.</param>
    /// <param name="options">Options.</param>
    public static string? Problem(IEnumerable<string> addresses, string? hosts, DashboardOptions options)
    {
        if (hosts?.Split(';', StringSplitOptions.TrimEntries).Contains("*", StringComparer.Ordinal) == true)
            return "AllowedHosts is *: any name that somebody points at this computer would be answered. Name those by which people reach the "
                + "dashboard, such as monitor.example.org, or leave it out for the addresses of this computer.";
        var open = addresses.FirstOrDefault(a =>
            a.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !Loopback.Contains(HostOf(a), StringComparer.OrdinalIgnoreCase)
        );
        if (open is null || options.Tls || options.PlainHttp)
            return null;
        return $"{open} listens for other computers without TLS: passwords and pictures could be read on the way. Listen at https:// with a certificate, "
            + "or at http://127.0.0.1 behind a reverse proxy with TLS and Dashboard:Tls=true. Dashboard:PlainHttp=true allows it all the same.";
    }

    /// <summary>
    /// Host names that are answered when AllowedHosts is not set: loopback, what is listened at by name, and this computer's own names and
    /// addresses.
    /// </summary>
    /// <param name="addresses">Addresses to listen at.</param>
    public static IReadOnlyList<string> DefaultHosts(IReadOnlyCollection<string> addresses)
    {
        var named = addresses.Select(HostOf).ToList();
        var isWide = named.Exists(h => !Loopback.Contains(h, StringComparer.OrdinalIgnoreCase));
        var own = isWide ? Own() : [];
        return
        [
            .. Loopback
                .Concat(named)
                .Concat(own)
                .Where(h => h.Length > 0 && h is not ("*" or "+" or "0.0.0.0" or "[::]"))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>Host of an address to listen at, which need not be a URI: <c>http://*:80</c>.</summary>
    /// <param name="address">Address.</param>
    public static string HostOf(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal);
        var authority = (start < 0 ? address : address[(start + 3)..]).Split('/')[0];
        if (authority.StartsWith('['))
            return authority[..(authority.IndexOf(']', StringComparison.Ordinal) + 1)];
        return authority.Split(':')[0];
    }

    private static IEnumerable<string> Own() =>
        [
            Dns.GetHostName(),
            .. NetworkInterface
                .GetAllNetworkInterfaces()
                .SelectMany(n => n.GetIPProperties().UnicastAddresses)
                .Select(a => a.Address)
                .Select(a =>
                    a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
                        ? $"[{new IPAddress(a.GetAddressBytes())}]"
                        : a.ToString()
                ),
        ];
}
