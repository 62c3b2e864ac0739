using System.Net;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace ExamMonitor.Dashboard.Tests.Accounts;

public sealed class AccessTableTests(BareDashboard dashboard) : IClassFixture<BareDashboard>
{
    [Fact]
    public void Table_EveryMappedRoute_HasOneRuleAndEveryRuleARoute()
    {
        var endpoints = dashboard.Service<EndpointDataSource>().Endpoints;
        var missing = new List<string>();
        var used = new HashSet<AccessRule>();
        foreach (var endpoint in endpoints)
        {
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"])
            {
                var rule = AccessTable.Find(endpoint, method);
                if (rule is null)
                    missing.Add($"{method} {AccessTable.RouteOf(endpoint)}");
                else
                    used.Add(rule);
            }
        }

        Assert.Empty(missing.Distinct());
        Assert.Empty(AccessTable.Rules.Except(used).Select(r => r.Route));
        Assert.Equal(AccessTable.Rules.Count, AccessTable.Rules.DistinctBy(r => (r.Methods, r.Route)).Count());
    }

    /// <summary>Inside a live connection a page is asked for by its own attribute: both say the same.</summary>
    [Fact]
    public void Table_EveryPage_SaysWhatItsAttributeSays()
    {
        foreach (
            var endpoint in dashboard
                .Service<EndpointDataSource>()
                .Endpoints.Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is not null)
        )
        {
            var rule = AccessTable.Find(endpoint, "GET")!;
            var isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            var policy = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>() is [.., var last] ? last.Policy : null;
            Assert.Equal((rule.Route, isOpen, policy), (rule.Route, rule.Right == AccessRight.Anyone, rule.Policy));
        }
    }

    [Fact]
    public void Table_InTheDocs_IsTheTable()
    {
        var path = Path.Combine(Repository.Root, "docs", "access.md");
        var docs = File.ReadAllText(path);
        if (Environment.GetEnvironmentVariable("EXAM_MONITOR_WRITE_DOCS") is { Length: > 0 })
            File.WriteAllText(path, docs = docs[..docs.IndexOf("| method |", StringComparison.Ordinal)] + AccessTable.Print());
        Assert.Contains(AccessTable.Print(), docs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_ThatStandsNowhere_IsRefusedWhateverItIsMappedWith()
    {
        await using var open = new BareDashboard { Before = app => app.MapGet("/forgotten", () => "secret").AllowAnonymous() };
        await open.InitializeAsync();
        await open.AddAsync("boss", Role.Administrator);
        var (client, _) = await open.LogInAsync("boss");
        using var answer = await client.GetAsync(new Uri("/forgotten", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sessions/other/agent-1/schedule.csv?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z")]
    [InlineData("/ledger/other/agent-1/head.txt")]
    [InlineData("/rooms/demo/R8")]
    [InlineData("/media/demo/agent-1/rooms/R8/cameras/C1/picture.jpg")]
    public async Task Path_OutsideTheScope_IsNotThere(string path)
    {
        var name = $"one-room-{Math.Abs(path.GetHashCode(StringComparison.Ordinal))}";
        await dashboard.AddAsync(name, Role.Supervisor, "demo/R7");
        var (client, _) = await dashboard.LogInAsync(name);
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:80", null, false, false, true)]
    [InlineData("http://localhost:80", null, false, false, true)]
    [InlineData("http://[::1]:80", null, false, false, true)]
    [InlineData("http://0.0.0.0:80", null, false, false, false)]
    [InlineData("http://*:80", null, false, false, false)]
    [InlineData("http://[::]:80", null, false, false, false)]
    [InlineData("http://10.0.0.7:80", null, false, false, false)]
    [InlineData("http://monitor.example.org", null, false, false, false)]
    [InlineData("http://0.0.0.0:80", null, true, false, true)]
    [InlineData("http://0.0.0.0:80", null, false, true, true)]
    [InlineData("https://0.0.0.0:443", null, false, false, true)]
    [InlineData("https://0.0.0.0:443", "*", false, false, false)]
    [InlineData("https://0.0.0.0:443", "monitor.example.org", false, false, true)]
    public void Listening_ForOthersWithoutTls_IsRefused(string address, string? hosts, bool tls, bool plain, bool taken) =>
        Assert.Equal(taken, ListeningRules.Problem([address], hosts, new() { Tls = tls, PlainHttp = plain }) is null);

    [Fact]
    public async Task Start_ListeningForOthersWithoutTls_IsRefusedWithASentence()
    {
        using var folder = new TempFolder();
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            "args",
            () =>
                DashboardApplication.CreateAsync(
                    ["--link", folder["none.json"], "--data", folder["data"], "--urls", "http://0.0.0.0:0"],
                    null,
                    CancellationToken.None
                )
        );
        Assert.Contains("without TLS", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo/*", "", false)]
    [InlineData("", "", false)]
    [InlineData("*", "", true)]
    [InlineData("demo/*", "demo/R7", true)]
    public void MayManage_AccountThatSeesNothing_OnlyByWhoSeesEverything(string own, string of, bool may)
    {
        Assert.True(Scopes.TryParse(own, out var mine));
        Assert.True(Scopes.TryParse(of, out var theirs));
        Assert.Equal(may, UserService.MayManage(mine, theirs));
    }
}
