using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>Reads <c>address:port</c>; <c>localhost</c> means 127.0.0.1.</summary>
internal static class ListenAddress
{
    /// <summary>Whether <paramref name="text"/> is an address with a port, [0, 65535].</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = null;
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text[..colon] is "localhost" ? "127.0.0.1" : text[..colon];
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return false;
        endPoint = new(address, port);
        return true;
    }
}
