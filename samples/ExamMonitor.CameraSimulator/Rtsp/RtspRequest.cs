using System.Text;

namespace ExamMonitor.CameraSimulator.Rtsp;

/// <summary>A request of RFC 2326. Header names are compared without case; of a repeated header the first counts.</summary>
internal sealed record RtspRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Headers that a request may have.</summary>
    private const int MaxHeaders = 64;

    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>Reads a request line and headers, without the empty line.</summary>
    /// <returns>Null if they break the grammar.</returns>
    public static RtspRequest? Parse(ReadOnlySpan<byte> head)
    {
        if (head.IndexOfAnyExceptInRange((byte)' ', (byte)'~') is >= 0 && HasOddBytes(head))
        {
            return null;
        }

        var lines = Encoding.Latin1.GetString(head).Split('\n');
        var first = lines[0].TrimEnd('\r').Split(' ');
        if (
            first.Length != 3
            || !first[2].StartsWith("RTSP/1.", StringComparison.Ordinal)
            || first[0].Length == 0
            || lines.Length > MaxHeaders + 1
        )
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.AsSpan(1))
        {
            var text = line.TrimEnd('\r');
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                return null;
            }

            headers.TryAdd(text[..colon].Trim(), text[(colon + 1)..].Trim());
        }

        return new RtspRequest(first[0], first[1], headers);
    }

    /// <summary>The path of the target, without query and trailing slash; null if it is no RTSP address.</summary>
    public string? Path
    {
        get
        {
            if (Target == "*")
            {
                return "*";
            }

            return Uri.TryCreate(Target, UriKind.Absolute, out var uri) && uri.Scheme is "rtsp" or "rtspu"
                ? Uri.UnescapeDataString(uri.AbsolutePath).TrimEnd('/')
                : null;
        }
    }

    private static bool HasOddBytes(ReadOnlySpan<byte> head)
    {
        foreach (var b in head)
        {
            if (b < 0x20 && b is not ((byte)'\r' or (byte)'\n' or (byte)'\t'))
            {
                return true;
            }
        }

        return false;
    }
}
