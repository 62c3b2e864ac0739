using System.Globalization;
using System.Xml.Linq;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.SetUp.Onvif;

/// <summary>Asks an ONVIF device for its streams: Device, Media and Media2 as their WSDLs define them.</summary>
/// <param name="time">Clock.</param>
internal sealed class OnvifClient(TimeProvider time)
{
    private const int MostProfiles = 16;
    private static readonly XNamespace Device = "http://www.onvif.org/ver10/device/wsdl",
        Media = "http://www.onvif.org/ver10/media/wsdl",
        Media2 = "http://www.onvif.org/ver20/media/wsdl",
        Types = "http://www.onvif.org/ver10/schema";

    /// <summary>Asks. What is wrong is a finding, never an exception.</summary>
    public async Task<OnvifCamera> AskAsync(OnvifAccess access, CancellationToken cancellationToken)
    {
        if (AddressOf(access.DeviceAddress) is not { } device)
        {
            return Failed(
                string.Empty,
                Finding(
                    "address",
                    "$.deviceAddress",
                    new("This is no address of a device.", "不是设备地址。"),
                    new("Write its host, or http://host/onvif/device_service.", "请填写主机名，或 http://主机/onvif/device_service。")
                )
            );
        }

        using var connection = new OnvifConnection(device, access, time);
        try
        {
            return await AskAsync(connection, device, cancellationToken).ConfigureAwait(false);
        }
        catch (OnvifException e)
        {
            return Failed(device.AbsoluteUri, OnvifSentences.Of(e, device));
        }
    }

    /// <summary>The device service of what a person typed; null for no address.</summary>
    internal static Uri? AddressOf(string typed)
    {
        var text = typed.Trim();
        if (text.Length is 0 or > 2000)
            return null;
        if (!text.Contains("://", StringComparison.Ordinal))
            text = $"http://{text.TrimEnd('/')}{(text.Contains('/', StringComparison.Ordinal) ? string.Empty : "/onvif/device_service")}";
        return
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.Host.Length > 0
            && uri.UserInfo.Length == 0
            ? uri
            : null;
    }

    private async Task<OnvifCamera> AskAsync(OnvifConnection connection, Uri device, CancellationToken cancellationToken)
    {
        var findings = new List<SetUpFinding>();
        var offset = await ClockAsync(connection, device, cancellationToken).ConfigureAwait(false);
        if (offset is { } off && Math.Abs(off.TotalSeconds) > 2)
            findings.Add(OnvifSentences.Clock(off));
        connection.ClockOffset = offset ?? TimeSpan.Zero;
        var about = await connection
            .CallAsync(device, new XElement(Device + "GetDeviceInformation"), withUser: true, cancellationToken)
            .ConfigureAwait(false);
        var (media, media2) = await ServicesAsync(connection, device, cancellationToken).ConfigureAwait(false);
        if ((media2 ?? media) is null)
            return Failed(
                device.AbsoluteUri,
                Finding(
                    "onvif-answer",
                    "$.deviceAddress",
                    new("The device offers no media service: it may be no camera.", "设备没有媒体服务：可能不是摄像机。"),
                    new("Enter the stream's address by hand.", "请手工输入码流地址。")
                )
            );
        var profiles = new List<OnvifProfile>();
        var list = await ListAsync(connection, media, media2, cancellationToken).ConfigureAwait(false);
        foreach (var profile in list.Where(e => e.Name.LocalName == "Profiles").Take(MostProfiles))
            if (
                await ProfileAsync(connection, device, media, media2, profile, findings, cancellationToken).ConfigureAwait(false) is
                { } read
            )
                profiles.Add(read);
        OnvifProfile[] ordered = [.. profiles.OrderByDescending(p => p.Size is { } s ? (long)s.Width * s.Height : 0)];
        var (main, sub) = OnvifChoice.Of(ordered);
        findings.AddRange(OnvifSentences.OfChoice(ordered, main, sub));
        return new(
            device.AbsoluteUri,
            Short(about.Text("Manufacturer")),
            Short(about.Text("Model")),
            Short(about.Text("FirmwareVersion")),
            offset is { } o ? Math.Round(o.TotalMilliseconds) : null,
            ordered,
            main?.Address,
            sub?.Address,
            findings
        );
    }

    private async Task<TimeSpan?> ClockAsync(OnvifConnection connection, Uri device, CancellationToken cancellationToken)
    {
        var answer = await connection
            .CallAsync(device, new XElement(Device + "GetSystemDateAndTime"), withUser: false, cancellationToken)
            .ConfigureAwait(false);
        var utc = answer.First("UTCDateTime");
        return
            utc.Number("Year") is { } y
            && utc.Number("Month") is { } mo
            && utc.Number("Day") is { } d
            && utc.Number("Hour") is { } h
            && utc.Number("Minute") is { } mi
            && utc.Number("Second") is { } s
            && DateTimeOffset.TryParse(
                string.Create(CultureInfo.InvariantCulture, $"{y:0000}-{mo:00}-{d:00}T{h:00}:{mi:00}:{Math.Min(59, s):00}Z"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var told
            )
            ? told - time.GetUtcNow()
            : null;
    }

    private static async Task<(Uri? Media, Uri? Media2)> ServicesAsync(
        OnvifConnection connection,
        Uri device,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var services = await connection
                .CallAsync(
                    device,
                    new XElement(Device + "GetServices", new XElement(Device + "IncludeCapability", "false")),
                    withUser: true,
                    cancellationToken
                )
                .ConfigureAwait(false);
            Uri? Of(XNamespace ns) =>
                services.Elements().FirstOrDefault(s => s.Text("Namespace") == ns.NamespaceName)?.Text("XAddr") is { } x
                && Uri.TryCreate(x, UriKind.Absolute, out var uri)
                    ? uri
                    : null;
            return (Of(Media), Of(Media2));
        }
        catch (OnvifException e) when (e.Code == "onvif-answer" && !e.IsFlood)
        {
            // Devices from before GetServices.
            var capabilities = await connection
                .CallAsync(
                    device,
                    new XElement(Device + "GetCapabilities", new XElement(Device + "Category", "Media")),
                    withUser: true,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return (
                capabilities.First("Media")?.Text("XAddr") is { } x && Uri.TryCreate(x, UriKind.Absolute, out var uri) ? uri : null,
                null
            );
        }
    }

    private static async Task<IReadOnlyList<XElement>> ListAsync(
        OnvifConnection connection,
        Uri? media,
        Uri? media2,
        CancellationToken cancellationToken
    )
    {
        var request = media2 is not null
            ? new XElement(Media2 + "GetProfiles", new XElement(Media2 + "Type", "All"))
            : new XElement(Media + "GetProfiles");
        return
        [
            .. (
                await connection.CallAsync((media2 ?? media)!, request, withUser: true, cancellationToken).ConfigureAwait(false)
            ).Elements(),
        ];
    }

    private static async Task<OnvifProfile?> ProfileAsync(
        OnvifConnection connection,
        Uri device,
        Uri? media,
        Uri? media2,
        XElement profile,
        List<SetUpFinding> findings,
        CancellationToken cancellationToken
    )
    {
        if (profile.Attribute("token")?.Value is not { Length: > 0 and <= 200 } token)
            return null;
        var video = profile.First("VideoEncoder") ?? profile.First("VideoEncoderConfiguration");
        var (name, codec) = (
            Short(profile.Elements().FirstOrDefault(e => e.Name.LocalName == "Name")?.Value) ?? token,
            CodecOf(video.Text("Encoding"))
        );
        var rate = video.First("RateControl");
        var fps = rate.Number("FrameRateLimit");
        var gop = double.TryParse(video?.Attribute("GovLength")?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var g)
            ? g
            : video.Number("GovLength");
        var size =
            video.First("Resolution") is { } r
            && r.Number("Width") is { } w and >= 16 and <= 16384
            && r.Number("Height") is { } h and >= 16 and <= 16384
                ? new PixelSize((int)w, (int)h)
                : (PixelSize?)null;
        var stream = await UriAsync(
                connection,
                media2 is not null ? (media2, StreamUri2(token)) : (media!, StreamUri(token)),
                cancellationToken
            )
            .ConfigureAwait(false);
        var still = await UriAsync(
                connection,
                media2 is not null
                    ? (media2, new XElement(Media2 + "GetSnapshotUri", new XElement(Media2 + "ProfileToken", token)))
                    : (media!, new XElement(Media + "GetSnapshotUri", new XElement(Media + "ProfileToken", token))),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new(
            name,
            codec,
            size,
            fps,
            rate.Number("BitrateLimit"),
            fps is > 0 && gop is > 0 ? Math.Round(gop.Value / fps.Value, 2) : null,
            OnvifChoice.Stream(stream, device, findings),
            OnvifChoice.Still(still, device)
        );
    }

    private static XElement StreamUri2(string token) =>
        new(Media2 + "GetStreamUri", new XElement(Media2 + "Protocol", "RTSP"), new XElement(Media2 + "ProfileToken", token));

    private static XElement StreamUri(string token) =>
        new(
            Media + "GetStreamUri",
            new XElement(
                Media + "StreamSetup",
                new XElement(Types + "Stream", "RTP-Unicast"),
                new XElement(Types + "Transport", new XElement(Types + "Protocol", "RTSP"))
            ),
            new XElement(Media + "ProfileToken", token)
        );

    private static async Task<Uri?> UriAsync(
        OnvifConnection connection,
        (Uri Service, XElement Request) call,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return
                (await connection.CallAsync(call.Service, call.Request, withUser: true, cancellationToken).ConfigureAwait(false)).Text(
                    "Uri"
                )
                    is { } text
                && Uri.TryCreate(text, UriKind.Absolute, out var uri)
                ? uri
                : null;
        }
        catch (OnvifException e) when (e.Code == "onvif-answer" && !e.IsFlood)
        {
            // A profile without a stream, a device without still pictures.
            return null;
        }
    }

    private static string? CodecOf(string? encoding) =>
        encoding?.ToUpperInvariant() switch
        {
            null => null,
            "H264" => "h264",
            "H265" or "HEVC" => "hevc",
            "JPEG" => "jpeg",
            var other => other.ToLowerInvariant(),
        };

    private static string? Short(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : new([.. text.Trim().Where(c => !char.IsControl(c)).Take(100)]);

    private static OnvifCamera Failed(string device, SetUpFinding finding) =>
        new(device, null, null, null, null, [], null, null, [finding]);

    private static SetUpFinding Finding(string code, string path, LocalText problem, LocalText mend) =>
        new(FindingLevel.Error, code, path, problem, mend);
}
