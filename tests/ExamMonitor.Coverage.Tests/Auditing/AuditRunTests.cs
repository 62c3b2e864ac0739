using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Coverage.Auditing;
using ExamMonitor.Coverage.Tests.Judging;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Auditing;

public sealed class AuditRunTests
{
    [Fact]
    public async Task Audit_OfAQuietClip_WritesALineASecondInTheContractsForm()
    {
        var lines = await RunAsync(Enumerable.Range(0, 6).Select(s => (double)s));
        Assert.Equal([0, 1, 2, 3, 4, 5], lines.Select(l => l.GetProperty("t").GetDouble()));
        var last = lines[^1];
        Assert.Equal("C1", last.GetProperty("camera").GetString());
        Assert.Equal(["ok"], last.GetProperty("health").EnumerateArray().Select(h => h.GetString()));
        var station = last.GetProperty("stations").GetProperty("S1");
        Assert.True(station.GetProperty("covered").GetBoolean());
        Assert.True(station.GetProperty("lit").GetBoolean());
        Assert.InRange(station.GetProperty("visible").GetDouble(), 0.9, 1);
        Assert.Equal(150, station.GetProperty("pxPerM").GetDouble());
        Assert.False(station.TryGetProperty("reason", out _));
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("stations").GetProperty("S1").GetProperty("covered").ValueKind);
    }

    [Fact]
    public async Task Audit_OfAClipWithAGap_SaysThatTheSignalWasLostInIt()
    {
        var lines = await RunAsync(Enumerable.Range(0, 5).Concat(Enumerable.Range(20, 5)).Select(s => (double)s));
        var lost = lines
            .Where(l => l.GetProperty("health")[0].GetString() == "signal-lost")
            .Select(l => l.GetProperty("t").GetDouble())
            .ToArray();
        Assert.Equal(Enumerable.Range(10, 10).Select(s => (double)s), lost);
        Assert.Equal("ok", lines[^1].GetProperty("health")[0].GetString());
    }

    [Fact]
    public async Task Audit_Repeated_GivesTheSameBytes()
    {
        var seconds = Enumerable.Range(0, 12).Select(s => (double)s).ToArray();
        Assert.Equal(await BytesAsync(seconds), await BytesAsync(seconds));
    }

    [Fact]
    public async Task Audit_OfACameraThatWasNotSetUp_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() =>
            AuditRun.RunAsync([], PicturesAsync(new(), [0]), Stream.Null, new(), CancellationToken.None)
        );

    private static async Task<List<JsonElement>> RunAsync(IEnumerable<double> seconds) =>
        [
            .. System
                .Text.Encoding.UTF8.GetString(await BytesAsync(seconds))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonDocument.Parse(l).RootElement),
        ];

    private static async Task<byte[]> BytesAsync(IEnumerable<double> seconds)
    {
        var room = new SyntheticRoom();
        using var output = new MemoryStream();
        await AuditRun.RunAsync([room.Setup()], PicturesAsync(room, seconds), output, new(), CancellationToken.None);
        return output.ToArray();
    }

    private static async IAsyncEnumerable<AuditPicture> PicturesAsync(SyntheticRoom room, IEnumerable<double> seconds)
    {
        foreach (var second in seconds)
        {
            await Task.Yield();
            yield return new(CameraId.Of("C1"), second, SyntheticRoom.Size, room.Frame((int)second));
        }
    }
}
