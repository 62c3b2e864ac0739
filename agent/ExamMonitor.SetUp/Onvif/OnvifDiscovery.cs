using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.SetUp.Onvif;

/// <summary>
/// Asks the network for ONVIF devices: WS-Discovery 1.1 (OASIS, 2005/04 namespace as ONVIF Core 7.3 asks), a probe over UDP multicast.
/// </summary>
/// <remarks>Answers come from strangers: their number and size are bounded, and an address counts only on the host that sent it.</remarks>
/// <param name="time">Clock.</param>
/// <param name="target">Where the probe goes; null for the multicast group of WS-Discovery.</param>
internal sealed class OnvifDiscovery(TimeProvider time, IPEndPoint? target = null)
{
    private const int LargestAnswer = 64 << 10;
    private const int MostAnswers = 1024;
    private const int MostDevices = 256;
    private static readonly IPEndPoint Group = new(IPAddress.Parse("239.255.255.250"), 3702);

    /// <summary>Devices that answer within some seconds.</summary>
    /// <param name="seconds">1 to 10.</param>
    /// <param name="configured">Camera that has a host already; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<CameraDiscovery> AskAsync(int seconds, Func<string, CameraId?> configured, CancellationToken cancellationToken)
    {
        var (devices, thrown, answers) = (new Dictionary<string, DiscoveredDevice>(StringComparer.OrdinalIgnoreCase), 0, 0);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var id = Guid.NewGuid();
        try
        {
            using var socket = new UdpClient(AddressFamily.InterNetwork);
            socket.Client.Bind(new IPEndPoint(IPAddress.Any, 0));
            if (target is null)
                socket.Ttl = 1;
            var probe = Probe(id);
            await socket.SendAsync(probe, target ?? Group, either.Token).ConfigureAwait(false);
            while (answers < MostAnswers && devices.Count < MostDevices)
            {
                var answer = await socket.ReceiveAsync(either.Token).ConfigureAwait(false);
                answers++;
                if (Read(answer.Buffer, answer.RemoteEndPoint.Address, id) is { } device)
                    devices.TryAdd(device.DeviceAddress, device with { Configured = configured(new Uri(device.DeviceAddress).Host) });
                else
                    thrown++;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }
        catch (SocketException e)
        {
            return new(
                [],
                [
                    Finding(
                        FindingLevel.Error,
                        "no-network",
                        new($"The network cannot be asked: {e.Message}", $"无法查询网络：{e.Message}"),
                        new("Enter the camera's address by hand.", "请手工输入摄像机地址。")
                    ),
                ]
            );
        }

        return new(
            [.. devices.Values.OrderBy(d => d.DeviceAddress, StringComparer.OrdinalIgnoreCase)],
            [.. Findings(devices.Count, thrown)]
        );
    }

    /// <summary>One answer; null for what is no answer to this probe, or gives no address on the host that sent it.</summary>
    internal static DiscoveredDevice? Read(byte[] datagram, IPAddress from, Guid probe)
    {
        if (datagram.Length > LargestAnswer || OnvifXml.Read(datagram, LargestAnswer) is not { } root)
            return null;
        if (
            root.First("ProbeMatch") is not { } match
            || root.Text("RelatesTo")?.EndsWith(probe.ToString("D"), StringComparison.OrdinalIgnoreCase) != true
        )
            return null;
        var address = (match.Text("XAddrs") ?? string.Empty)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Take(16)
            .Select(x =>
                Uri.TryCreate(x, UriKind.Absolute, out var uri)
                && uri.Scheme is "http" or "https"
                && uri.UserInfo.Length == 0
                && uri.IsWellFormedOriginalString()
                    ? uri
                    : null
            )
            .OfType<Uri>()
            .FirstOrDefault(u =>
                IPAddress.TryParse(u.Host, out var host) && host.Equals(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from)
            );
        if (address is null)
            return null;
        var scopes = (match.Text("Scopes") ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(64).ToArray();
        return new(address.AbsoluteUri, Scope(scopes, "name"), Scope(scopes, "hardware"), Scope(scopes, "location"), null);
    }

    /// <summary>The probe: any network video transmitter.</summary>
    internal static byte[] Probe(Guid id)
    {
        XNamespace soap = "http://www.w3.org/2003/05/soap-envelope",
            addressing = "http://schemas.xmlsoap.org/ws/2004/08/addressing",
            discovery = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
        var envelope = new XElement(
            soap + "Envelope",
            new XAttribute(XNamespace.Xmlns + "s", soap),
            new XAttribute(XNamespace.Xmlns + "a", addressing),
            new XAttribute(XNamespace.Xmlns + "d", discovery),
            new XAttribute(XNamespace.Xmlns + "dn", "http://www.onvif.org/ver10/network/wsdl"),
            new XElement(
                soap + "Header",
                new XElement(
                    addressing + "Action",
                    new XAttribute(soap + "mustUnderstand", "1"),
                    "http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe"
                ),
                new XElement(addressing + "MessageID", $"urn:uuid:{id:D}"),
                new XElement(
                    addressing + "To",
                    new XAttribute(soap + "mustUnderstand", "1"),
                    "urn:schemas-xmlsoap-org:ws:2005:04:discovery"
                )
            ),
            new XElement(soap + "Body", new XElement(discovery + "Probe", new XElement(discovery + "Types", "dn:NetworkVideoTransmitter")))
        );
        return Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + envelope.ToString(SaveOptions.DisableFormatting));
    }

    private static string? Scope(string[] scopes, string kind)
    {
        var start = $"onvif://www.onvif.org/{kind}/";
        var text = scopes.FirstOrDefault(s => s.StartsWith(start, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Uri.UnescapeDataString(found[start.Length..]).Replace('_', ' ')
            : null;
        return string.IsNullOrWhiteSpace(text) ? null : new([.. text.Trim().Where(c => !char.IsControl(c)).Take(100)]);
    }

    private static IEnumerable<SetUpFinding> Findings(int devices, int thrown)
    {
        if (thrown > 0)
            yield return Finding(
                FindingLevel.Warning,
                "answers-thrown-away",
                new(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{thrown} answers were thrown away: they are no answers to the question, or name another host than the one that sent them."
                    ),
                    $"丢弃了 {thrown} 个应答：不是对本次查询的应答，或所填主机与发送方不符。"
                ),
                new("Enter such a camera's address by hand.", "此类摄像机请手工输入地址。")
            );
        if (devices == 0)
            yield return Finding(
                FindingLevel.Warning,
                "no-devices",
                new("No camera answered.", "没有摄像机应答。"),
                new(
                    "Switch ONVIF (and its discovery) on at the camera, look whether it is in the same network segment, or enter its address by hand.",
                    "请在摄像机上启用 ONVIF 及发现功能，确认在同一网段，或手工输入地址。"
                )
            );
    }

    private static SetUpFinding Finding(FindingLevel level, string code, LocalText problem, LocalText mend) =>
        new(level, code, "$", problem, mend);
}
