using System.Text;
using ExamMonitor.Capture.Rtsp;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>The small RTSP that asks cameras: messages, challenges, descriptions, packets.</summary>
public sealed class RtspTests
{
    private static async Task<List<RtspItem>> ReadAsync(params byte[][] pieces)
    {
        var reader = new RtspReader(new MemoryStream([.. pieces.SelectMany(p => p)]));
        var items = new List<RtspItem>();
        do
        {
            while (reader.TryNext() is { } item)
                items.Add(item);
        } while (await reader.FillAsync(default));
        return items;
    }

    [Theory]
    [InlineData("PLAY rtsp://c/x RTSP/1.0\r\nCSeq: 4\r\n\r\n", "PLAY")]
    [InlineData("GET_PARAMETER rtsp://c/x RTSP/1.0\r\nCSeq: 4\r\n\r\n", "GET_PARAMETER")]
    [InlineData("OPTIONS * RTSP/1.0\r\ncseq:4\r\n\r\n", "OPTIONS")]
    public async Task Reader_Request_IsReadWhole(string text, string method)
    {
        var item = Assert.Single(await ReadAsync(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(method, item.Message!.Method);
        Assert.Equal("4", item.Message.Header("CSeq"));
    }

    [Fact]
    public async Task Reader_PacketsBetweenAnswers_KeepTheirOrder()
    {
        var answer = Encoding.ASCII.GetBytes("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc");
        byte[] packet = [(byte)'$', 2, 0, 3, 7, 8, 9];
        var items = await ReadAsync(packet, answer, "\r\n"u8.ToArray(), packet);
        Assert.Equal([false, true, false], items.Select(i => i.Message is not null));
        Assert.Equal(200, items[1].Message!.Status);
        Assert.Equal("abc", Encoding.ASCII.GetString(items[1].Message!.Body.Span));
        Assert.Equal([7, 8, 9], items[2].Payload.ToArray());
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\0\u0001\u0002garbage")]
    [InlineData("RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n")]
    public async Task Reader_WhatIsNoRtsp_IsRefused(string text) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Encoding.Latin1.GetBytes(text)));

    [Fact]
    public async Task Reader_HeadWithoutEnd_IsRefused() =>
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            ReadAsync(Encoding.ASCII.GetBytes("RTSP/1.0 200 OK\r\n" + new string('x', 20_000)))
        );

    // RFC 7616 3.9.1.
    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void Authorization_VectorsOfTheRfc_Agree(string algorithm, string response)
    {
        var authorization = new RtspAuthorization(new("Mufasa", "Circle of Life"), mayBeInClear: false);
        var challenge = new Dictionary<string, string>
        {
            ["realm"] = "http-auth@example.org",
            ["qop"] = "auth, auth-int",
            ["algorithm"] = algorithm,
            ["nonce"] = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            ["opaque"] = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
        };
        var header = authorization.Digest(challenge, "GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
        Assert.Contains($"response=\"{response}\"", header);
        Assert.Contains("nc=00000001", header);
    }

    [Theory]
    [InlineData("Basic realm=\"x\"", false, null, true)]
    [InlineData("Basic realm=\"x\"", true, "Basic", false)]
    [InlineData("Basic realm=\"x\", Digest realm=\"x\", nonce=\"n\"", true, "Digest", false)]
    [InlineData("Digest realm=\"x\", nonce=\"n\", Basic realm=\"x\"", false, "Digest", false)]
    [InlineData("Digest realm=\"x\", nonce=\"n\", algorithm=MD4", false, null, false)]
    [InlineData("Negotiate", true, null, false)]
    public void Authorization_Challenges_AreAnsweredByTheStrongestAndNeverInClearUnasked(
        string challenge,
        bool mayBeInClear,
        string? scheme,
        bool onlyInClear
    )
    {
        var authorization = new RtspAuthorization(new("u", "secret"), mayBeInClear);
        Assert.Equal(scheme is not null, authorization.Take([challenge]));
        Assert.Equal(onlyInClear, authorization.OnlyInClear);
        Assert.Equal(scheme, authorization.For("DESCRIBE", "rtsp://c/x")?.Split(' ')[0]);
        if (scheme != "Basic")
            Assert.DoesNotContain("secret", authorization.For("DESCRIBE", "rtsp://c/x") ?? string.Empty);
    }

    [Theory]
    [InlineData("rtsp://cam/a", "rtsp://cam:554/b", true)]
    [InlineData("rtsp://cam/a", "rtsp://CAM/b", true)]
    [InlineData("rtsp://cam/a", "rtsp://other/a", false)]
    [InlineData("rtsp://cam/a", "rtsp://cam:8554/a", false)]
    [InlineData("rtsps://cam/a", "rtsp://cam:322/a", false)]
    public void Origin_OfARedirect_DecidesOverThePassword(string one, string other, bool same) =>
        Assert.Equal(same, CameraConnection.IsSameOrigin(new(one), new(other)));

    [Fact]
    public void Description_OfACamera_TellsItsTracks()
    {
        var tracks = SessionTracks.Of(
            "v=0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\na=control:trackID=0\r\nm=audio 0 RTP/AVP 0\r\na=control:trackID=1\r\nm=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n"u8
        );
        Assert.Equal(
            [
                new("video", 96, "H265", 90_000, "trackID=0"),
                new("audio", 0, "PCMU", 8000, "trackID=1"),
                new("application", 107, "VND.ONVIF.METADATA", 90_000, ""),
            ],
            tracks
        );
        Assert.Equal(new("hevc", 0, 0, "pcm_mulaw"), SessionFacts.Of(tracks));
    }

    [Theory]
    [InlineData("H264", "65 88", true)]
    [InlineData("H264", "41 9A", false)]
    [InlineData("H264", "06 06 01", true)]
    [InlineData("H264", "06 05 10", false)]
    [InlineData("H264", "7C 85 88", true)]
    [InlineData("H264", "7C 05 88", false)]
    [InlineData("H264", "78 00 02 67 42 00 02 65 88", true)]
    [InlineData("H265", "26 01 AF", true)]
    [InlineData("H265", "02 01 D0", false)]
    [InlineData("H265", "62 01 93", true)]
    [InlineData("H265", "62 01 13", false)]
    [InlineData("H265", "60 01 00 03 42 01 01 00 03 26 01 AF", true)]
    [InlineData("H264", "65", false)]
    [InlineData("JPEG", "65 88", false)]
    public void Payload_OfAKeyFrame_IsKnown(string codec, string hex, bool key) =>
        Assert.Equal(key, KeyFrames.Begins(codec, Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal))));

    [Fact]
    public void Packets_MissingLateAndTwice_AreCounted()
    {
        var count = new PacketCount();
        foreach (var sequence in (ushort[])[65_534, 65_535, 0, 3, 2, 3, 4])
            count.Add(sequence);
        Assert.Equal((7L, 2L), (count.Received, count.Lost));
        Assert.Equal(0, count.Add(40_000));
        Assert.Equal(2, count.Lost);
    }

    [Fact]
    public void Order_OvertakenDatagrams_AreWaitedForATenthOfASecond()
    {
        var (order, ready) = (new PacketOrder(), new List<byte[]>());
        void Add(int sequence, int milliseconds) =>
            order.Add([0x80, 96, (byte)(sequence >> 8), (byte)sequence], milliseconds * TimeSpan.TicksPerMillisecond, ready);
        Add(10, 0);
        Add(12, 1);
        Add(11, 2);
        Assert.Equal([10, 11, 12], ready.Select(p => (int)p[3]));
        Add(14, 10);
        Add(15, 100);
        Assert.Equal(3, ready.Count);
        Add(16, 111);
        Assert.Equal([10, 11, 12, 14, 15, 16], ready.Select(p => (int)p[3]));
        Add(13, 112);
        Assert.Equal(6, ready.Count);
    }
}
