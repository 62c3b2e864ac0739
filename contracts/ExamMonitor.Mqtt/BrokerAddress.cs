using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ExamMonitor.Mqtt;

/// <summary>Where a broker listens: <c>mqtt://host[:port]</c> (default 1883) or <c>mqtts://host[:port]</c> (TLS, default 8883).</summary>
/// <remarks>Carries no user and no password: an address with either is refused, because addresses end up in logs.</remarks>
/// <param name="Host">Host name or address, without brackets.</param>
/// <param name="Port">[1, 65535].</param>
/// <param name="Tls">Whether TLS is spoken.</param>
public sealed record BrokerAddress(string Host, int Port, bool Tls)
{
    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong without repeating credentials.</exception>
    public static BrokerAddress Parse(string text) =>
        TryParse(text, out var address, out var problem) ? address : throw new FormatException(problem);

    /// <summary>Reads an address; <paramref name="problem"/> is a sentence when it is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out BrokerAddress? address, [NotNullWhen(false)] out string? problem)
    {
        (address, problem) = (null, null);
        if (
            text is null
            || text.Length > 300
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("mqtt" or "mqtts")
        )
            problem = "A broker address is written mqtt://host:port, or mqtts://host:port for TLS.";
        else if (uri.UserInfo.Length > 0)
            problem = "A broker address carries no user and no password: give them as options of their own.";
        else if (uri.Host.Length == 0 || uri.AbsolutePath is not ("" or "/") || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            problem = "A broker address has a host and a port and nothing else, such as mqtt://127.0.0.1:1883.";
        else if (uri.Port == 0)
            problem = "A broker address names a port from 1 to 65535.";
        if (problem is not null)
            return false;
        var tls = string.Equals(new Uri(text!).Scheme, "mqtts", StringComparison.Ordinal);
        var parsed = new Uri(text!);
        address = new(
            parsed.DnsSafeHost,
            parsed.Port > 0 ? parsed.Port
                : tls ? 8883
                : 1883,
            tls
        );
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(Tls ? "mqtts" : "mqtt")}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}"
        );
}
