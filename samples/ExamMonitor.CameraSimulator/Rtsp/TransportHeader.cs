using System.Globalization;

namespace ExamMonitor.CameraSimulator.Rtsp;

/// <summary>The first alternative of a Transport header (RFC 2326 section 12.39) that the camera can do.</summary>
internal sealed record TransportHeader(bool IsTcp, int First, int Second)
{
    /// <summary>Picks an alternative; null if none will do (multicast, recording, or a transport that the camera does not allow).</summary>
    public static TransportHeader? Choose(string header, SimulatedTransport allowed, int nextChannel) =>
        header
            .Split(',')
            .Take(8)
            .Select(text => Read(text, nextChannel))
            .FirstOrDefault(t => t is not null && (allowed == SimulatedTransport.Any || t.IsTcp == (allowed == SimulatedTransport.Tcp)));

    private static TransportHeader? Read(string text, int nextChannel)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        var kind = parts[0].ToUpperInvariant();
        if (
            kind is not ("RTP/AVP" or "RTP/AVP/UDP" or "RTP/AVP/TCP")
            || parts.Contains("multicast", StringComparer.OrdinalIgnoreCase)
            || parts.Any(p =>
                p.StartsWith("mode=", StringComparison.OrdinalIgnoreCase) && p.Contains("record", StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            return null;
        }

        var tcp = kind == "RTP/AVP/TCP";
        var name = tcp ? "interleaved=" : "client_port=";
        var pair = parts.FirstOrDefault(p => p.StartsWith(name, StringComparison.OrdinalIgnoreCase))?[name.Length..].Split('-');
        if (pair is null)
        {
            return tcp ? new(true, nextChannel, nextChannel + 1) : null;
        }

        var limit = tcp ? 255 : 65535;
        return
            int.TryParse(pair[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && first <= limit - 1
            && (
                pair.Length > 1
                    ? int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var second)
                    : (second = first + 1) > 0
            )
            && second <= limit
            && (tcp || (first > 0 && second > 0))
            ? new(tcp, first, second)
            : null;
    }
}
