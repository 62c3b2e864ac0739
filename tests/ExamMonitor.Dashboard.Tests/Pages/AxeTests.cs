using System.Reflection;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using Microsoft.AspNetCore.Components;

namespace ExamMonitor.Dashboard.Tests.Pages;

/// <summary>Every page before a judge of accessibility that is not ours, in both languages.</summary>
public sealed class AxeTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    private static readonly string[] Paths =
    [
        "/",
        "/rooms/demo/R7",
        "/cameras/demo/R7/C1",
        "/wall",
        "/wall/demo/R7",
        "/problems",
        "/readiness",
        "/sessions",
        "/sessions/new",
        "/sessions/import",
        "/sessions/edit/demo/agent-1/W-2",
        "/sessions/demo/agent-1/W-1",
        "/ledger",
        "/retention",
        "/retention/plan",
        "/retention/holds",
        "/retention/register",
        "/retention/statements",
        "/evaluation",
        "/evaluation/watch/demo/agent-1/W-1",
        "/evaluation/score/demo/agent-1/W-1",
        "/evaluation/samples/demo/agent-1/W-1",
        "/evaluation/score/demo/agent-1/DDRAWN",
        "/share",
        "/set-up",
        "/set-up/demo/agent-1/R7",
        "/users",
        "/record",
        "/about",
        "/account/password",
        "/denied",
        "/problem/404",
        "/login",
    ];

    [Fact]
    public void Paths_OfTheDashboard_AreAllLookedAt()
    {
        var routes = typeof(IAccountStore).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>());
        var patterns = routes.Select(r => $"^{Regex.Replace(r.Template, @"\{[^}]+\}", "[^/]+")}$");
        Assert.Empty(patterns.Where(p => !Paths.Any(path => Regex.IsMatch(path, p))));
    }

    // Takes a minute a language: -explicit only.
    [Theory(Explicit = true)]
    [InlineData("en-GB")]
    [InlineData("zh-CN")]
    public async Task Pages_OfEveryKind_BreakNoRuleOfAxe(string locale)
    {
        await FloorAsync();
        Host.Agent.Evaluation.HasDraw = true;
        var ready = DemoFloor.Ready(Host.Publisher.Now, Host.Publisher.NextSeq(), ready: false);
        await Host.Publisher.SendAsync(new Topics(DemoFloor.Site).RoomReadiness(DemoFloor.Room), ready);
        var page = await EnterAsync(locale);
        var broken = new List<string>();
        foreach (var path in Paths)
        {
            await page.GotoAsync(Host.Address + path);
            await AliveAsync(page);
            var found = await page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
            broken.AddRange(found.Violations.Select(v => $"{path}: {v.Id} ({v.Impact}) {v.Nodes.Length} × {v.Nodes[0].Html}"));
        }

        Assert.Empty(broken);
    }
}
