using System.Net;
using System.Net.WebSockets;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;

namespace ExamMonitor.Dashboard.Tests.Accounts;

/// <summary>What an attacker with a browser, a copied cookie or a script meets.</summary>
public sealed class AccessTests(BareDashboard dashboard) : IClassFixture<BareDashboard>
{
    private const string Media = "/media/demo/agent-1/rooms/R7/cameras/C1/";

    public static TheoryData<string> Closed =>
        [
            "/",
            "/retention",
            "/about",
            "/sessions/demo/agent-1/schedule.csv",
            "/sessions/demo/agent-1/schedule.ics",
            "/retention/demo/agent-1/register.csv",
            "/ledger/demo/agent-1/head.txt",
            Media + "download.mp4",
            Media + "segments/1.mp4",
            Media + "picture.jpg",
            Media + "live/index.m3u8",
            "/retention/demo/agent-1/statements/x",
            "/rooms/demo/R7.css",
            "/wall/demo/a.js",
            "/users",
            "/record",
            "/_blazor",
            "/_blazor/negotiate?negotiateVersion=1",
        ];

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task Path_WithAPasswordThatSomebodyElseGave_IsClosed(string path)
    {
        var name = $"new-{Math.Abs(path.GetHashCode(StringComparison.Ordinal))}";
        await dashboard.AddAsync(name, Role.Administrator, mustChange: true);
        var (client, _) = await dashboard.LogInAsync(name);
        using var answer = await client.SendAsync(
            new(path.Contains("negotiate", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path)
        );
        Assert.True(
            answer.StatusCode == HttpStatusCode.Forbidden
                || (
                    answer.StatusCode == HttpStatusCode.Redirect
                    && answer.Headers.Location!.OriginalString.StartsWith("/account/password", StringComparison.Ordinal)
                ),
            $"{path}: {answer.StatusCode} {answer.Headers.Location}"
        );
        Assert.Contains("name=\"fresh\"", await client.GetStringAsync("/account/password"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task Path_WithoutLogIn_IsClosed(string path)
    {
        using var client = dashboard.Visitor();
        using var answer = await client.SendAsync(
            new(path.Contains("negotiate", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path)
        );
        Assert.True(
            answer.StatusCode == HttpStatusCode.Unauthorized
                || (
                    answer.StatusCode == HttpStatusCode.Redirect
                    && answer.Headers.Location!.OriginalString.Contains("/login", StringComparison.Ordinal)
                ),
            $"{path}: {answer.StatusCode} {answer.Headers.Location}"
        );
    }

    [Theory]
    [InlineData(null, false, HttpStatusCode.Forbidden)]
    [InlineData("https://elsewhere.example", false, HttpStatusCode.Forbidden)]
    [InlineData("null", false, HttpStatusCode.Forbidden)]
    [InlineData("own", false, HttpStatusCode.Unauthorized)]
    [InlineData(null, true, HttpStatusCode.Forbidden)]
    [InlineData("https://elsewhere.example", true, HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", true, HttpStatusCode.Forbidden)]
    [InlineData("own", true, HttpStatusCode.SwitchingProtocols)]
    public async Task Socket_OnlyOfThisSiteAndOfWhoIsLoggedIn_Opens(string? origin, bool loggedIn, HttpStatusCode expected)
    {
        var cookies = new CookieContainer();
        if (loggedIn)
        {
            var name = $"socket-{origin?.Length}";
            await dashboard.AddAsync(name, Role.Supervisor);
            cookies = (await dashboard.LogInAsync(name)).Cookies;
        }

        Assert.Equal(expected, await ConnectAsync("/_blazor", origin, cookies));

        // Live pictures: the same rule stands before the room is looked for, and there is none here.
        Assert.Equal(
            expected == HttpStatusCode.SwitchingProtocols ? HttpStatusCode.NotFound : expected,
            await ConnectAsync(Media + "live/socket", origin, cookies)
        );
    }

    private async Task<HttpStatusCode> ConnectAsync(string path, string? origin, CookieContainer cookies)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.Cookies = cookies;
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin == "own" ? dashboard.Address.GetLeftPart(UriPartial.Authority) : origin);
        try
        {
            await socket.ConnectAsync(new UriBuilder(dashboard.Address) { Scheme = "ws", Path = path }.Uri, CancellationToken.None);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != HttpStatusCode.SwitchingProtocols)
        {
            // Refused: the status says how.
        }

        return socket.HttpStatusCode;
    }

    [Fact]
    public async Task Cookie_CopiedBeforeTheLogOut_OpensNothingAfterIt()
    {
        await dashboard.AddAsync("copied", Role.Supervisor);
        var (client, cookies) = await dashboard.LogInAsync("copied");
        var (other, _) = await dashboard.LogInAsync("copied");
        var copy = cookies.GetCookieHeader(dashboard.Address);
        using var thief = dashboard.Visitor();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(thief, copy));

        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", await BareDashboard.TokenAsync(client, "/about"))]);
        using var answer = await client.PostAsync(new Uri("/account/log-out", UriKind.Relative), form);

        Assert.Equal("/login", answer.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(thief, copy));
        using var still = await other.GetAsync(new Uri("/about", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task LogIn_25WrongPasswordsAtOnce_NoMoreAreTriedThanOneByOne()
    {
        await dashboard.AddAsync("raced", Role.Supervisor);
        var log = dashboard.Service<LoginService>();
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 25).Select(i => Task.Run(() => log.LogInAsync("raced", $"wrong {i}", "127.0.0.1", CancellationToken.None)))
        );
        Assert.Equal(LoginService.FreeFailures, outcomes.Count(o => o.Outcome == LoginOutcome.Wrong));
        Assert.Equal(25 - LoginService.FreeFailures, outcomes.Count(o => o.Outcome == LoginOutcome.Locked));
        Assert.Equal(
            LoginOutcome.Locked,
            (await log.LogInAsync("raced", BareDashboard.Password, "127.0.0.1", CancellationToken.None)).Outcome
        );
    }

    [Fact]
    public async Task ForwardedFor_NoProxyIsConfigured_IsNotBelieved()
    {
        await dashboard.AddAsync("forwarded", Role.Supervisor);
        using var client = dashboard.Visitor();
        using var answer = await BareDashboard.PostLogInAsync(
            client,
            "forwarded",
            BareDashboard.Password,
            r => r.Headers.Add("X-Forwarded-For", "203.0.113.9")
        );
        var entry = (await dashboard.Service<IAuditStore>().RecentAsync(50, CancellationToken.None)).First(e => e.Who == "forwarded");
        Assert.Equal("127.0.0.1", entry.Remote);
    }

    [Fact]
    public async Task Host_ThatNobodyNamed_IsRefused()
    {
        using var client = dashboard.Visitor();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/login");
        request.Headers.Host = "rebound.example";
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/about");
        request.Headers.Add("Cookie", cookie);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
