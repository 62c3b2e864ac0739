using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.Dashboard.Witnessing;
using ExamMonitor.TestKit;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class LedgerPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Rollback_OverARealBroker_AlarmsUntilAPersonAcknowledgesItAndSurvivesARestart()
    {
        using var ledger = new FakeLedger();
        await FloorAsync();
        await Host.Publisher.SendKeyAsync(ledger.PublicKey);
        Host.Agent.Consistency = ledger.Prove;
        await Host.Publisher.SendHeadAsync(ledger.Hold(5));
        await Host.Publisher.SendHeadAsync(ledger.Hold(9));
        await Eventually.TrueAsync(async () => await CountAsync() is { Heads: 2, Unproved: 0 }, TimeSpan.FromSeconds(20));

        // The dashboard cosigns what it has proved, and says with which key.
        var key = Host.Service<WitnessIdentity>().Key;
        var cosigner = Host.Service<CheckpointCosigner>();
        var origin = Contracts.Ledger.Checkpoint.OriginOf(DemoFloor.Site, DemoFloor.Agent);
        // The head is recorded before it is signed: its line comes a moment later.
        await Eventually.TrueAsync(
            async () =>
                await cosigner.FindAsync(origin, CancellationToken.None) is { Head.Size: 9, Note: var note }
                && Contracts.Ledger.SignedNote.TryParse(note, out var cosigned)
                && key.Check(cosigned) == Transparency.SignatureStanding.Holds,
            TimeSpan.FromSeconds(20)
        );

        // An agent that gives no proof: nothing is claimed of its head.
        Host.Agent.Consistency = null;
        await Host.Publisher.SendHeadAsync(ledger.Hold(12));
        await Eventually.TrueAsync(async () => await CountAsync() is { Heads: 3, Unproved: 1 });
        var page = await EnterAsync(path: "/ledger");
        await Expect(page.Locator("main")).ToContainTextAsync("1 not yet proved, since");
        await Expect(page.Locator("pre")).ToHaveTextAsync(key.ToString());
        Host.Agent.Consistency = ledger.Prove;
        await Eventually.TrueAsync(async () => await CountAsync() is { Unproved: 0 }, TimeSpan.FromSeconds(20));

        await Host.Publisher.SendHeadAsync(ledger.Hold(7));
        await page.GotoAsync(Host.Address);
        await Expect(page.Locator(".problem-list")).ToContainTextAsync("fewer entries than it had signed before");
        // An open page would complain of the restart, rightly.
        await page.Context.CloseAsync();
        await Host.StopAsync();
        await Host.StartAsync();
        await FloorAsync();
        page = await EnterAsync(path: "/ledger");
        await Expect(page.Locator(".ledger-alarm")).ToContainTextAsync("fewer entries than it had signed before");
        await ShootAsync(page, "ledger-alarm");
        await page.GotoAsync($"{Host.Address}/language/zh-Hans?back=/ledger");
        await Expect(page.Locator(".ledger-alarm")).ToContainTextAsync("账本条目少于先前签名的数量");
        await page.GotoAsync($"{Host.Address}/language/en?back=/ledger");

        await page.FillAsync(".ledger-alarm input[name=reason]", "volume restored from the archive tier");
        await page.ClickAsync(".ledger-alarm button");
        await Expect(page.Locator(".ledger-alarm")).ToContainTextAsync("Acknowledged by admin");
        await Expect(page.Locator(".ledger-alarm form")).ToHaveCountAsync(0);
        await page.GotoAsync(Host.Address + "/record");
        await Expect(page.Locator("main")).ToContainTextAsync("acknowledged an alarm of the ledger");
        await Expect(page.Locator("main")).ToContainTextAsync("volume restored from the archive tier");
        await Eventually.TrueAsync(() => Host.Store.Reading.Sites[0].Problems.Count == 0);
        Assert.Empty(Complaints);
    }

    private Task<WitnessCount> CountAsync() =>
        Host.Service<IWitnessStore>().CountAsync(DemoFloor.Site, DemoFloor.Agent, CancellationToken.None);
}
