using System.Net;
using System.Text;
using System.Text.Json;
using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

public sealed class ControlEndpointTests
{
    [Fact]
    public async Task Cameras_ShowsStateAndFaults()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera());
        using var http = new HttpClient { BaseAddress = server.ControlAddress };
        using var posted = await PostAsync(http, "C1", """{"kind":"play","clip":"C1_covered.mp4"}""");
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        await Eventually.TrueAsync(() => server.Camera("C1").Clip == "C1_covered.mp4");
        using var cameras = JsonDocument.Parse(await http.GetStringAsync(new Uri("cameras", UriKind.Relative)));
        var camera = Assert.Single(cameras.RootElement.EnumerateArray());
        Assert.Equal("C1", camera.GetProperty("id").GetString());
        Assert.Equal("C1_covered.mp4", camera.GetProperty("clip").GetString());
        Assert.Equal("play", camera.GetProperty("faults")[0].GetProperty("kind").GetString());
        Assert.Equal(server.RtspAddress("C1").ToString(), camera.GetProperty("address").GetString());
    }

    [Theory]
    [InlineData("C9", """{"kind":"stall"}""", HttpStatusCode.NotFound)]
    [InlineData("C1", """{"kind":"explode"}""", HttpStatusCode.BadRequest)]
    [InlineData("C1", """{"kind":"lag","millisecond":5}""", HttpStatusCode.BadRequest)]
    [InlineData("C1", """{"kind":"lag","milliseconds":-5}""", HttpStatusCode.BadRequest)]
    [InlineData("C1", """{"kind":"play"}""", HttpStatusCode.BadRequest)]
    [InlineData("C1", """{"kind":"play","clip":"../../README.md"}""", HttpStatusCode.BadRequest)]
    [InlineData("C1", """{"kind":"play","clip":"/etc/passwd"}""", HttpStatusCode.BadRequest)]
    [InlineData("C1", "not json", HttpStatusCode.BadRequest)]
    [InlineData("C1", "", HttpStatusCode.BadRequest)]
    public async Task Fault_ThatIsWrong_IsRefusedWithASentence(string camera, string body, HttpStatusCode expected)
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera());
        using var http = new HttpClient { BaseAddress = server.ControlAddress };
        using var answer = await PostAsync(http, camera, body);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Contains("\"error\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(server.Camera("C1").Faults);
    }

    [Fact]
    public async Task AnyRequest_UnderAnotherHostName_IsForbidden()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera());
        using var http = new HttpClient { BaseAddress = server.ControlAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "cameras") { Headers = { Host = "evil.example" } };
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string camera, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await http.PostAsync(new Uri($"cameras/{camera}/fault", UriKind.Relative), content);
    }
}
