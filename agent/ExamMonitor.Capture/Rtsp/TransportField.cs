using System.Globalization;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>Fields of a Transport header (RFC 2326 12.39). Pure.</summary>
internal static class TransportField
{
    /// <summary>First interleaved channel, [0, 254]; null when there is none.</summary>
    public static byte? Channel(string header) => Number(header, "interleaved=") is >= 0 and <= 254 and var channel ? (byte)channel : null;

    /// <summary>First port of the server, [1, 65534]; null when there is none.</summary>
    public static int? ServerPort(string header) => Number(header, "server_port=") is >= 1 and <= 65_534 and var port ? port : null;

    private static int? Number(string header, string name)
    {
        foreach (var part in header.Split([';', ','], StringSplitOptions.TrimEntries))
        {
            if (
                part.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                && int.TryParse(part[name.Length..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            )
                return number;
        }

        return null;
    }
}
