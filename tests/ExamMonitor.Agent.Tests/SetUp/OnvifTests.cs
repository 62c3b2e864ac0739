using System.Text;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.SetUp.Onvif;
using Xunit;

namespace ExamMonitor.Agent.Tests.SetUp;

public sealed class OnvifTests
{
    private readonly OnvifClient _client = new(TimeProvider.System);

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Ask_DeviceWithMainAndSub_FindsBothStreams(bool digest, bool media2)
    {
        using var device = new OnvifTestDevice { AsksForDigest = digest, HasMedia2 = media2 };
        var camera = await AskAsync(device);
        Assert.True(camera.Address is not null, string.Join(' ', camera.Findings.Select(f => f.Problem.En)));
        Assert.Equal(("示例", "T-1", "1.2"), (camera.Manufacturer, camera.Model, camera.Firmware));
        Assert.Equal(
            media2 ? "rtsp://127.0.0.1/main?a=1&b=2" : "rtsp://127.0.0.1/main",
            camera.Address.Replace(":554", string.Empty, StringComparison.Ordinal)
        );
        Assert.Contains("/sub", camera.AnalysisAddress, StringComparison.Ordinal);
        Assert.Equal(new PixelSize(1920, 1080), camera.Profiles[0].Size);
        Assert.Equal((media2 ? "hevc" : "h264", media2 ? 2.0 : 4.0), (camera.Profiles[0].Codec, camera.Profiles[0].KeyFrameSeconds));
        Assert.EndsWith("/still/main.jpg", camera.Profiles[0].SnapshotAddress, StringComparison.Ordinal);
        Assert.Equal(!media2, camera.Findings.Any(f => f.Code == "key-frames"));
        lock (device.Received)
            Assert.DoesNotContain(
                device.Received,
                r => r.Contains(OnvifTestDevice.Password, StringComparison.Ordinal) || r.Contains("Basic ", StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task Ask_DeviceWhoseClockIsAnHourOff_IsAskedByItsOwnClockAndTold()
    {
        using var device = new OnvifTestDevice { ClockOffset = TimeSpan.FromHours(-1) };
        var camera = await AskAsync(device);
        Assert.NotNull(camera.Address);
        Assert.Contains(camera.Findings, f => f.Code == "clock");
        Assert.InRange(camera.ClockOffsetMs!.Value, -3_602_000, -3_598_000);
    }

    /// <summary>A camera whose battery is empty begins at 1970: nobody reads that in seconds.</summary>
    [Theory]
    [InlineData(-3600, "3600 s behind")]
    [InlineData(86400 * 400, "400 days ahead")]
    public void Clock_ThatIsOff_IsSaidInAUnitThatIsRead(int seconds, string said) =>
        Assert.Contains(said, OnvifSentences.Clock(TimeSpan.FromSeconds(seconds)).Problem.En, StringComparison.Ordinal);

    [Fact]
    public async Task Ask_WrongPassword_IsSaid()
    {
        using var device = new OnvifTestDevice();
        var camera = await _client.AskAsync(new(device.Address, OnvifTestDevice.User, "wrong"), CancellationToken.None);
        Assert.Equal(("authentication", "$.password"), (Assert.Single(camera.Findings).Code, camera.Findings[0].Path));
        Assert.DoesNotContain("wrong", camera.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_StreamsOfAnotherHost_StayOnTheDevice()
    {
        using var device = new OnvifTestDevice { StreamHost = "203.0.113.9" };
        var camera = await AskAsync(device);
        Assert.StartsWith("rtsp://127.0.0.1", camera.Address, StringComparison.Ordinal);
        Assert.Single(camera.Findings, f => f.Code == "onvif-other-host");
    }

    /// <summary>
    /// One operation that is answered badly costs what it would have told, not the camera: an address of still pictures, a newer list of
    /// services.
    /// </summary>
    [Theory]
    [InlineData("GetSnapshotUri", "not xml")]
    [InlineData("GetSnapshotUri", "404")]
    [InlineData("GetServices", "not xml")]
    public async Task Ask_OneOperationAnsweredBadly_StillFindsTheStreams(string operation, string answer)
    {
        using var device = new OnvifTestDevice { HasMedia2 = false, Instead = o => o == operation ? answer : null };
        Assert.NotNull((await AskAsync(device)).Address);
    }

    [Fact]
    public async Task Ask_AnswerOfManyLayers_IsASentence()
    {
        using var device = new OnvifTestDevice
        {
            Instead = o =>
                o == "GetDeviceInformation"
                    ? string.Concat(Enumerable.Repeat("<a>", 5000)) + string.Concat(Enumerable.Repeat("</a>", 5000))
                    : null,
        };
        Assert.Equal("onvif-answer", Assert.Single((await AskAsync(device)).Findings).Code);
    }

    [Theory]
    [InlineData("302")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>")]
    [InlineData("<a><a><a>")]
    [InlineData("not xml")]
    [InlineData("")]
    public async Task Ask_HostileAnswer_IsASentenceAndNothingElse(string answer)
    {
        using var device = new OnvifTestDevice { Instead = o => o == "GetDeviceInformation" ? answer : null };
        var camera = await AskAsync(device);
        Assert.Null(camera.Address);
        Assert.Equal("onvif-answer", Assert.Single(camera.Findings).Code);
    }

    /// <summary>With the length said or not, and whatever the device does while we read: nothing more is asked of it.</summary>
    [Theory]
    [InlineData("GetServices", false)]
    [InlineData("GetServices", true)]
    [InlineData("GetStreamUri", true)]
    public async Task Ask_AnswerWithoutEnd_IsCutOff(string operation, bool inChunks)
    {
        using var device = new OnvifTestDevice
        {
            InChunks = inChunks,
            Instead = o => o == operation ? OnvifTestDevice.Envelope(new string('x', 2 << 20)) : null,
        };
        Assert.Equal("onvif-answer", Assert.Single((await AskAsync(device)).Findings).Code);
        lock (device.Received)
            Assert.Contains(operation, device.Received[^1], StringComparison.Ordinal);
    }

    /// <summary>The device says that more than 1 MiB comes, and hangs up at once: the reset arrives before, or while, we read.</summary>
    [Fact]
    public async Task Ask_AnswerSaidTooLargeByADeviceThatHangsUp_IsNotUnreachable()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var asking = _client.AskAsync(new($"http://{listener.LocalEndpoint}/onvif/device_service"), CancellationToken.None);
        using (var peer = await listener.AcceptSocketAsync())
        {
            await peer.ReceiveAsync(new byte[65536]);
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 2000000\r\n\r\n<a>"u8.ToArray());

            // Our own end follows from reading the head alone; only then the peer resets.
            Assert.Equal("onvif-answer", Assert.Single((await asking).Findings).Code);
            peer.LingerState = new(true, 0);
        }
    }

    [Theory]
    [InlineData("fault")]
    [InlineData("404")]
    public async Task Ask_DeviceFromBeforeGetServices_IsAskedTheOldWay(string how)
    {
        using var device = new OnvifTestDevice
        {
            HasMedia2 = false,
            Instead = o =>
                o != "GetServices" ? null
                : how == "404" ? "404"
                : OnvifTestDevice.Envelope("<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code></s:Fault>"),
        };
        var camera = await AskAsync(device);
        Assert.True(camera.Address is not null, string.Join(' ', camera.Findings.Select(f => f.Problem.En)));
    }

    [Fact]
    public async Task Ask_NobodyThere_IsSaid()
    {
        var camera = await _client.AskAsync(new("127.0.0.1:1"), CancellationToken.None);
        Assert.Equal("unreachable", Assert.Single(camera.Findings).Code);
        Assert.Equal("address", Assert.Single((await _client.AskAsync(new("http://a:b@host/"), CancellationToken.None)).Findings).Code);
    }

    [Fact]
    public async Task Discover_DeviceThatAnswersTwiceAndJunk_IsOneDevice()
    {
        using var device = new OnvifTestDevice();
        var found = await new OnvifDiscovery(TimeProvider.System, device.Discovery).AskAsync(1, _ => null, CancellationToken.None);
        var one = Assert.Single(found.Devices);
        Assert.Equal((device.Address, "Front 南墙", "T-1"), (one.DeviceAddress, one.Name, one.Hardware));
        Assert.Equal("answers-thrown-away", Assert.Single(found.Findings).Code);
    }

    [Fact]
    public async Task Discover_AnswerThatNamesAnotherHost_IsThrownAway()
    {
        using var device = new OnvifTestDevice { ProbeAddress = "http://192.0.2.1/onvif/device_service" };
        var found = await new OnvifDiscovery(TimeProvider.System, device.Discovery).AskAsync(1, _ => null, CancellationToken.None);
        Assert.Empty(found.Devices);
        Assert.Contains(found.Findings, f => f.Code == "answers-thrown-away");
    }

    [Fact]
    public void Probe_AsItIsSent_IsWsDiscovery()
    {
        var text = Encoding.UTF8.GetString(OnvifDiscovery.Probe(Guid.Empty));
        Assert.Contains("http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe", text, StringComparison.Ordinal);
        Assert.Contains("NetworkVideoTransmitter", text, StringComparison.Ordinal);
    }

    private Task<OnvifCamera> AskAsync(OnvifTestDevice device) =>
        _client.AskAsync(new(device.Address, OnvifTestDevice.User, OnvifTestDevice.Password), CancellationToken.None);
}
