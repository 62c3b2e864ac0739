using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace ExamMonitor.Agent.Tests.SetUp;

/// <summary>
/// An ONVIF camera for tests, ours: written from the WSDLs alone (ver10/device, ver10/media, ver20/media), RFC 2617 and the UsernameToken
/// profile, without a look at the client. It checks what it is sent more strictly than cameras do.
/// </summary>
internal sealed class OnvifTestDevice : IDisposable
{
    private readonly HttpListener _http = new();
    private readonly UdpClient _udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly string _nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly HashSet<string> _used = [];

    public OnvifTestDevice()
    {
        var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        _http.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _http.Start();
        _ = ServeAsync();
        _ = AnswerProbesAsync();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}/onvif/device_service";

    public IPEndPoint Discovery => (IPEndPoint)_udp.Client.LocalEndPoint!;

    public const string User = "admin",
        Password = "p@ss/词";

    /// <summary>Its password.</summary>
    public string Secret { get; init; } = Password;

    /// <summary>Whether HTTP digest is asked for; else the UsernameToken.</summary>
    public bool AsksForDigest { get; init; }

    /// <summary>Whether it has Media2.</summary>
    public bool HasMedia2 { get; init; } = true;

    /// <summary>Host that it names in the addresses of its streams.</summary>
    public string StreamHost { get; init; } = "127.0.0.1";

    /// <summary>What it answers instead of its own; null for its own.</summary>
    public Func<string, string?> Instead { get; set; } = _ => null;

    /// <summary>Address that it tells to a probe; null for its own.</summary>
    public string? ProbeAddress { get; init; }

    public TimeSpan ClockOffset { get; init; }

    /// <summary>Whether answers come without their length.</summary>
    public bool InChunks { get; init; }

    /// <summary>Everything that was sent to it.</summary>
    public List<string> Received { get; } = [];

    public void Dispose()
    {
        _http.Close();
        _udp.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _http.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var body = await reader.ReadToEndAsync();
                lock (Received)
                    Received.Add($"{context.Request.Headers} {body}");
                var (status, answer) = Answer(context.Request, body);
                if (status == 401)
                    context.Response.AddHeader(
                        "WWW-Authenticate",
                        $"Digest realm=\"onvif\", qop=\"auth\", nonce=\"{_nonce}\", algorithm=MD5"
                    );
                if (status is > 300 and < 400)
                    context.Response.RedirectLocation = "http://127.0.0.1:1/elsewhere";
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/soap+xml; charset=utf-8";
                await SendAsync(context.Response, Encoding.UTF8.GetBytes(answer));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>Who asked may hang up in the middle: the device serves on.</summary>
    private async Task SendAsync(HttpListenerResponse response, byte[] bytes)
    {
        try
        {
            if (InChunks)
                response.SendChunked = true;
            else
                response.ContentLength64 = bytes.Length;
            await response.OutputStream.WriteAsync(bytes);
            response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or InvalidOperationException)
        {
            response.Abort();
        }
    }

    private (int Status, string Answer) Answer(HttpListenerRequest request, string body)
    {
        var root = XElement.Parse(body);
        var operation = root.Elements().First(e => e.Name.LocalName == "Body").Elements().First();
        if (Instead(operation.Name.LocalName) is { } other)
            return other is "302" or "404" ? (int.Parse(other, CultureInfo.InvariantCulture), string.Empty) : (200, other);
        if (operation.Name.LocalName != "GetSystemDateAndTime" && !(AsksForDigest ? IsDigest(request) : IsToken(root)))
            return AsksForDigest
                ? (401, string.Empty)
                : (
                    400,
                    Envelope(
                        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:ter='http://www.onvif.org/ver10/error'>ter:NotAuthorized</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang='en'>Sender not Authorized</s:Text></s:Reason></s:Fault>"
                    )
                );
        return (200, Envelope(Body(operation)));
    }

    private string Body(XElement operation)
    {
        var now = TimeProvider.System.GetUtcNow() + ClockOffset;
        var media2 = operation.Name.NamespaceName == "http://www.onvif.org/ver20/media/wsdl";
        var token = operation.Elements().FirstOrDefault(e => e.Name.LocalName == "ProfileToken")?.Value;
        return operation.Name.LocalName switch
        {
            "GetSystemDateAndTime" => string.Create(
                CultureInfo.InvariantCulture,
                $"<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime><tt:Time><tt:Hour>{now.Hour}</tt:Hour><tt:Minute>{now.Minute}</tt:Minute><tt:Second>{now.Second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.Year}</tt:Year><tt:Month>{now.Month}</tt:Month><tt:Day>{now.Day}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
            ),
            "GetDeviceInformation" =>
                "<tds:GetDeviceInformationResponse><tds:Manufacturer>示例</tds:Manufacturer><tds:Model>T-1</tds:Model><tds:FirmwareVersion>1.2</tds:FirmwareVersion><tds:SerialNumber>7</tds:SerialNumber><tds:HardwareId>h</tds:HardwareId></tds:GetDeviceInformationResponse>",
            "GetServices" =>
                $"<tds:GetServicesResponse>{Service("http://www.onvif.org/ver10/media/wsdl", "media")}{(HasMedia2 ? Service("http://www.onvif.org/ver20/media/wsdl", "media2") : string.Empty)}</tds:GetServicesResponse>",
            "GetCapabilities" =>
                $"<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>http://127.0.0.1:{Port}/onvif/media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>",
            "GetProfiles" when media2 =>
                $"<tr2:GetProfilesResponse>{Profile2("main", 1920, 1080, "H265", 50)}{Profile2("sub", 640, 360, "H264", 25)}{Profile2("old", 704, 576, "H264", 25)}</tr2:GetProfilesResponse>",
            "GetProfiles" => $"<trt:GetProfilesResponse>{Profile("sub", 640, 360)}{Profile("main", 1920, 1080)}</trt:GetProfilesResponse>",
            "GetStreamUri" when media2 =>
                $"<tr2:GetStreamUriResponse><tr2:Uri>rtsp://{StreamHost}:554/{token}?a=1&amp;b=2</tr2:Uri></tr2:GetStreamUriResponse>",
            "GetStreamUri" =>
                $"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://{StreamHost}/{token}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect></trt:MediaUri></trt:GetStreamUriResponse>",
            "GetSnapshotUri" when media2 =>
                $"<tr2:GetSnapshotUriResponse><tr2:Uri>http://127.0.0.1:{Port}/still/{token}.jpg</tr2:Uri></tr2:GetSnapshotUriResponse>",
            "GetSnapshotUri" =>
                $"<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>http://127.0.0.1:{Port}/still/{token}.jpg</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>",
            _ =>
                "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang='en'>Optional action not implemented</s:Text></s:Reason></s:Fault>",
        };
    }

    private string Service(string ns, string path) =>
        $"<tds:Service><tds:Namespace>{ns}</tds:Namespace><tds:XAddr>http://127.0.0.1:{Port}/onvif/{path}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>0</tt:Minor></tds:Version></tds:Service>";

    private static string Profile2(string token, int width, int height, string codec, int gov) =>
        $"<tr2:Profiles token=\"{token}\" fixed=\"true\"><tr2:Name>{token} stream</tr2:Name><tr2:Configurations><tr2:VideoEncoder token=\"e\" GovLength=\"{gov}\"><tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>{codec}</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution><tt:RateControl ConstantBitRate=\"true\"><tt:FrameRateLimit>25</tt:FrameRateLimit><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl><tt:Quality>5</tt:Quality></tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>";

    private static string Profile(string token, int width, int height) =>
        $"<trt:Profiles token=\"{token}\" fixed=\"true\"><tt:Name>{token}</tt:Name><tt:VideoEncoderConfiguration token=\"e\"><tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution><tt:Quality>5</tt:Quality><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl><tt:H264><tt:GovLength>100</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264></tt:VideoEncoderConfiguration></trt:Profiles>";

    internal static string Envelope(string body) =>
        $"<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:tt=\"http://www.onvif.org/ver10/schema\" xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\" xmlns:tr2=\"http://www.onvif.org/ver20/media/wsdl\"><s:Body>{body}</s:Body></s:Envelope>";

    /// <summary>UsernameToken: digest of nonce, time and password; a time within a minute of the device's own; a nonce once.</summary>
    private bool IsToken(XElement root)
    {
        string? Of(string name) => root.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
        if (Of("Username") != User || Of("Nonce") is not { } nonce || Of("Created") is not { } created || Of("Password") is not { } digest)
            return false;
        var at = DateTimeOffset.Parse(created, CultureInfo.InvariantCulture);
        if ((at - (TimeProvider.System.GetUtcNow() + ClockOffset)).Duration() > TimeSpan.FromMinutes(1) || !_used.Add(nonce))
            return false;
#pragma warning disable CA5350 // The profile of the token fixes SHA-1.
        var expected = SHA1.HashData([
            .. Convert.FromBase64String(nonce),
            .. Encoding.UTF8.GetBytes(created),
            .. Encoding.UTF8.GetBytes(Secret),
        ]);
#pragma warning restore CA5350
        return digest == Convert.ToBase64String(expected);
    }

    /// <summary>RFC 2617, qop auth.</summary>
    private bool IsDigest(HttpListenerRequest request)
    {
        if (request.Headers["Authorization"] is not { } header || !header.StartsWith("Digest ", StringComparison.Ordinal))
            return false;
        string Of(string name) => System.Text.RegularExpressions.Regex.Match(header, $"[ ,]{name}=\"?([^\",]*)").Groups[1].Value;
#pragma warning disable CA5351 // RFC 2617 fixes MD5.
        static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
        return Of("username") == User
            && Of("nonce") == _nonce
            && Of("response") == Md5($"{Md5($"{User}:onvif:{Secret}")}:{_nonce}:{Of("nc")}:{Of("cnonce")}:auth:{Md5($"POST:{Of("uri")}")}");
    }

    private async Task AnswerProbesAsync()
    {
        try
        {
            while (true)
            {
                var asked = await _udp.ReceiveAsync();
                var root = XElement.Parse(Encoding.UTF8.GetString(asked.Buffer));
                var id = root.Descendants().First(e => e.Name.LocalName == "MessageID").Value;
                var answer =
                    $"<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><s:Header><a:RelatesTo>{id}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Front_%E5%8D%97%E5%A2%99 onvif://www.onvif.org/hardware/T-1</d:Scopes><d:XAddrs>{ProbeAddress ?? Address}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>";
                await _udp.SendAsync(Encoding.UTF8.GetBytes("junk <"), asked.RemoteEndPoint);
                await _udp.SendAsync(Encoding.UTF8.GetBytes(answer), asked.RemoteEndPoint);
                await _udp.SendAsync(Encoding.UTF8.GetBytes(answer), asked.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
