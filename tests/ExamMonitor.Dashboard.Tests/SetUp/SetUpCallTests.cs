using System.Net;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Features.SetUp;
using ExamMonitor.Dashboard.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace ExamMonitor.Dashboard.Tests.SetUp;

/// <summary>What the set-up page may ask of an agent, and who may use it.</summary>
public sealed class SetUpCallTests(BareDashboard dashboard) : IClassFixture<BareDashboard>
{
    private static readonly RoomId Room = RoomId.Of("R7");

    [Theory]
    [InlineData("GET", "room", "", "/rooms/R7", null)]
    [InlineData("PUT", "room", "", "/rooms/R7", "RoomSetUp")]
    [InlineData("DELETE", "room", "?basedOn=3", "/rooms/R7?basedOn=3", "RoomSetUp")]
    [InlineData("PUT", "draft", "", "/rooms/R7/draft", null)]
    [InlineData("POST", "check", "", "/check", null)]
    [InlineData("POST", "cameras/C1/pictures", "?seconds=10", "/rooms/R7/cameras/C1/pictures?seconds=10", "PictureTake")]
    [InlineData("POST", "cameras/C1/pictures", "?seconds=99", "/rooms/R7/cameras/C1/pictures?seconds=0", "PictureTake")]
    [InlineData("POST", "cameras/C1/carry-over", "", "/rooms/R7/cameras/C1/carry-over", "PictureTake")]
    [InlineData("POST", "cameras/test", "", "/cameras/test", "CameraTry")]
    [InlineData("GET", "pictures/C1-20261130T065100Z-3fa91c20.png", "", "/rooms/R7/pictures/C1-20261130T065100Z-3fa91c20.png", null)]
    [InlineData("GET", "versions/2/changes/3", "", "/rooms/R7/versions/2/changes/3", null)]
    [InlineData("GET", "versions/2/certificate.pdf", "?language=zh", "/rooms/R7/versions/2/certificate.pdf?language=zh", null)]
    [InlineData("POST", "versions/2/signature", "", "/rooms/R7/versions/2/signature", "CalibrationSign")]
    [InlineData("POST", "stations/csv", "?unit=mm&height=0.75&x=y", "/stations/csv?unit=mm&height=0.75", null)]
    public void Parse_CallOfThePage_BecomesTheAgentsRoute(string method, string tail, string query, string expected, string? act)
    {
        var call = SetUpCall.Parse(method, Room, tail, Query(query));
        Assert.NotNull(call);
        Assert.Equal((SetUpApi.Root + expected, act), (call.AgentPath, call.Act?.ToString()));
    }

    [Theory]
    [InlineData("GET", "pictures/../draft", "")]
    [InlineData("GET", "pictures/..png", "")]
    [InlineData("GET", "pictures/a.png?x", "")]
    [InlineData("GET", "pictures/a/b.png", "")]
    [InlineData("GET", "pictures/a.svg", "")]
    [InlineData("GET", "versions/0", "")]
    [InlineData("GET", "versions/1/changes/99999999999", "")]
    [InlineData("GET", "check", "")]
    [InlineData("POST", "room", "")]
    [InlineData("DELETE", "room", "")]
    [InlineData("DELETE", "room", "?basedOn=-1")]
    [InlineData("POST", "cameras/../test", "")]
    [InlineData("POST", "cameras/C 1/pictures", "")]
    [InlineData("PATCH", "room", "")]
    [InlineData("GET", "cameras/test/../../draft.jpg", "")]
    public void Parse_AnythingElse_IsNoCall(string method, string tail, string query) =>
        Assert.Null(SetUpCall.Parse(method, Room, tail, Query(query)));

    [Theory]
    [InlineData("Technician", HttpStatusCode.OK)]
    [InlineData("Administrator", HttpStatusCode.OK)]
    [InlineData("Supervisor", HttpStatusCode.Redirect)]
    [InlineData("Evaluator", HttpStatusCode.Redirect)]
    public async Task Page_OpensForWhoMaySetUpAlone(string role, HttpStatusCode expected)
    {
        var name = $"may-{role.ToLowerInvariant()}";
        await dashboard.AddAsync(name, Enum.Parse<Role>(role));
        var (client, _) = await dashboard.LogInAsync(name);
        using var answer = await client.GetAsync(new Uri("/set-up", UriKind.Relative));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("demo/R7", "/set-up/demo/a/rooms/R8/api/room", true, HttpStatusCode.NotFound)]
    [InlineData("demo/R7", "/set-up/demo/a/rooms/R7/api/cameras/test", true, HttpStatusCode.NotFound)]
    [InlineData("demo/*", "/set-up/demo/a/rooms/R7/api/cameras/test", true, HttpStatusCode.BadGateway)]
    [InlineData("demo/R7", "/set-up/demo/a/rooms/R7/api/check", true, HttpStatusCode.BadGateway)]
    [InlineData("demo/R7", "/set-up/demo/a/rooms/R7/api/check", false, HttpStatusCode.Forbidden)]
    public async Task Call_OutsideTheScopeOrFromAnotherPage_ReachesNoAgent(
        string scope,
        string path,
        bool ofThePage,
        HttpStatusCode expected
    )
    {
        var name = $"tech-{Math.Abs(string.GetHashCode(scope + path + ofThePage, StringComparison.Ordinal))}";
        await dashboard.AddAsync(name, Role.Technician, scope);
        var (client, _) = await dashboard.LogInAsync(name);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", null, "application/json") };
        if (ofThePage)
            request.Headers.Add(SetUpRoutes.PageHeader, "set-up");
        using var answer = await client.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public void Acts_OfSettingUp_NeedTheRightAndSavingNeedsAReason()
    {
        Assert.Equal(Policy.SetUp, Act.PolicyOf(ActKind.RoomSetUp));
        Assert.Equal(Policy.SetUp, Act.PolicyOf(ActKind.CameraTry));
        Assert.True(new Act(ActKind.RoomSetUp, SiteId.Of("s"), AgentId.Of("a"), [Room], "room R7", "").NeedsReason);
        Assert.False(new Act(ActKind.PictureTake, SiteId.Of("s"), AgentId.Of("a"), [Room], "room R7", "").NeedsReason);
        Assert.DoesNotContain(nameof(Role.Evaluator), Policy.RolesOf(Policy.SetUp));
    }

    private static QueryCollection Query(string text) => new(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(text));
}
