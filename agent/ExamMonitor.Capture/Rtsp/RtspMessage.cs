using System.Globalization;
using System.Text;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>A request or an answer of RTSP 1.0 (RFC 2326). Immutable.</summary>
/// <param name="StartLine">Request line or status line, without its end.</param>
/// <param name="Headers">In the order in which they came.</param>
/// <param name="Body">Empty when there is none.</param>
internal sealed record RtspMessage(string StartLine, IReadOnlyList<(string Name, string Value)> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>Status of an answer; null for a request.</summary>
    public int? Status =>
        StartLine.StartsWith("RTSP/", StringComparison.Ordinal)
        && StartLine.Split(' ', 3) is [_, var code, ..]
        && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : null;

    /// <summary>First word of a request.</summary>
    public string Method => StartLine.Split(' ', 2)[0];

    /// <summary>What a request asks for; empty for an answer.</summary>
    public string Target => Status is null && StartLine.Split(' ', 3) is [_, var target, ..] ? target : string.Empty;

    /// <summary>A request.</summary>
    public static RtspMessage Request(string method, string target, params IReadOnlyList<(string Name, string Value)> headers) =>
        new($"{method} {target} RTSP/1.0", headers, default);

    /// <summary>First header of a name, whatever its case; null when there is none.</summary>
    public string? Header(string name) => All(name).FirstOrDefault();

    /// <summary>Every header of a name.</summary>
    public IEnumerable<string> All(string name) =>
        Headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    /// <summary>The same with one header of this name, and no other.</summary>
    public RtspMessage With(string name, string value) => this with { Headers = [.. Without(name).Headers, (name, value)] };

    /// <summary>The same without a header.</summary>
    public RtspMessage Without(string name) =>
        this with
        {
            Headers = [.. Headers.Where(h => !h.Name.Equals(name, StringComparison.OrdinalIgnoreCase))],
        };

    /// <summary>The same request for another target.</summary>
    public RtspMessage To(string target) => this with { StartLine = $"{Method} {target} RTSP/1.0" };

    /// <summary>As it goes over the line.</summary>
    public byte[] Format()
    {
        var text = new StringBuilder(StartLine).Append("\r\n");
        foreach (var (name, value) in Headers)
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        text.Append("\r\n");
        return [.. Encoding.UTF8.GetBytes(text.ToString()), .. Body.Span];
    }
}
