using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Media;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;
using ExamMonitor.Retention;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Agent.Tests.Preservation;

/// <summary>Schedule, holds and sweeps as the agent wires them, over a real volume and ledger.</summary>
public sealed class RetentionWiringTests : IDisposable
{
    private static readonly RoomId Room = RoomId.Of("R7");
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly TimeZoneInfo Shanghai = SiteZone.Of("Asia/Shanghai");
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sweep_AfterMonths_LetsOnlyIdleFootageGoAndOnlyWhenTheClockIsVouchedFor()
    {
        await using (var site = await OpenAsync())
        {
            var from = _time.GetUtcNow();
            site.Sessions.Import(
                "s.csv",
                Encoding.UTF8.GetBytes(
                    $"id,batch,room,start,end\nEXAM,B1,R7,{from.AddMinutes(-10):yyyy-MM-ddTHH:mm:ssZ},{from.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}\n"
                ),
                new("Wang", null, Preview: false, Replace: false)
            );
            foreach (var hours in new[] { 0, 5, 24 })
            {
                _time.Advance(from.AddHours(hours) - _time.GetUtcNow());
                await RecordAsync(site.Archive);
            }

            Assert.Equal(["duty", "idle", "idle"], site.Plan().Select(d => d.Reason.Code));
            var hold = site.Desk.Place(
                new(new(null, null, from.AddHours(23), from.AddHours(25), null, null), null),
                new("Wang", "complaint"),
                _time.GetUtcNow()
            );
            Assert.True(hold.IsInForce);
            Assert.Equal(["duty", "idle", "hold"], site.Plan().Select(d => d.Reason.Code));
            site.Ledger.SignIfChanged();
        }

        // Months later, after a pause that nobody saw: nothing ages by such a clock until a person vouches for it.
        _time.StepWallClock(TimeSpan.FromDays(100));
        await using (var site = await OpenAsync())
        {
            Assert.NotNull(site.Retention.Now().Refused);
            Assert.Equal(0, site.Retention.Sweep("test", full: true, CancellationToken.None).Destroyed);
            Assert.True(site.Retention.TrustClock("Li").WaitsForSecondPerson);
            Assert.NotNull(site.Retention.Now().Refused);
            site.Retention.TrustClock("Wang");
            var report = site.Retention.Sweep("test", full: true, CancellationToken.None);
            Assert.Equal((1L, null), (report.Destroyed, report.NothingIsDestroyed));
            Assert.Equal(["duty", "hold"], site.Plan().Select(d => d.Reason.Code));
            var gone = Assert.Single(site.Retention.ListDestructions(null, 10));
            Assert.Equal((FootageClass.Idle, "idle-aged", "test"), (gone.FootageClass, gone.Code, gone.By));

            site.Desk.Lift(Assert.Single(site.Retention.ListHolds()).Id, new("Li", "settled"), _time.GetUtcNow());
            Assert.Equal(1, site.Retention.Sweep("test", full: true, CancellationToken.None).Destroyed);
            Assert.Equal("duty", Assert.Single(site.Plan()).Reason.Code);
            var sums = RetentionSums.Count(site.Retention.PlanSweep(full: true), "P5Y", _time.GetUtcNow(), CancellationToken.None);
            Assert.Equal(("exam", "P5Y", true), (sums.Classes[0].Name, sums.Classes[0].Duty, sums.Classes[0].SizeBytes > 0));
            Assert.Equal(("idle", 0L, null), (sums.Classes[1].Name, sums.Classes[1].SizeBytes, sums.Classes[1].OldestHeld));
        }
    }

    private async Task RecordAsync(FootageArchive archive)
    {
        using var stream = new MemoryStream(await new FragmentedClip(Seconds: 4, Fps: 5, Gop: 5, Size: "64x64").BytesAsync());
        var reader = new FragmentReader(stream);
        var recorder = archive.Recorder(Room, Camera);
        await recorder.StartRunAsync(
            await reader.ReadInitializationAsync(CancellationToken.None),
            new("aac", false),
            _time.GetUtcNow(),
            CancellationToken.None
        );
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
        {
            _time.Advance(new Pts90k(fragment.Duration).ToTimeSpan());
            await recorder.AppendAsync(fragment, _time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.EndRunAsync(GapCause.Network, null, _time.GetUtcNow(), CancellationToken.None);

        // A segment that waits for another run is committed after a minute.
        _time.Advance(TimeSpan.FromSeconds(100));
        await Eventually.TrueAsync(
            () => archive.FindSegments(Room, Camera, _time.GetUtcNow().AddMinutes(-10), _time.GetUtcNow()).Count > 0,
            TimeSpan.FromSeconds(20)
        );
    }

    private async Task<Site> OpenAsync()
    {
        Directory.CreateDirectory(_folder["volume"]);
        var ledger = new VolumeLedger(_folder["volume"], _folder["key.pem"], SiteId.Of("S"), AgentId.Of("A"), _time);
        var archive = await FootageArchive.OpenAsync(
            new()
            {
                VolumePath = _folder["volume"],
                IndexPath = _folder["index.db"],
                Site = SiteId.Of("S"),
            },
            ledger,
            _time,
            NullLogger<FootageArchive>.Instance,
            CancellationToken.None
        );
        var rules = RetentionRulesReader.Combine(new SiteRetention { IdleDays = 30 }).Rules;
        var retention = FootageRetention.Open(archive, new RetentionLedger(ledger.Log, _time), rules, new());
        var book = SessionStore.Open(_folder["volume"], new SessionLedger(ledger, TimeProvider.System));
        var sessions = new SessionService(
            book,
            new(Shanghai, [(Room, "Room 7")], []),
            new(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(30)),
            _time
        )
        {
            BeforeApply = (some, person) => retention.RememberSessions(some, person),
        };
        return new(archive, ledger, retention, sessions, new(retention, new SiteCalendar(Shanghai)));
    }

    private sealed record Site(
        FootageArchive Archive,
        VolumeLedger Ledger,
        FootageRetention Retention,
        SessionService Sessions,
        HoldService Desk
    ) : IAsyncDisposable
    {
        public IReadOnlyList<RetentionDecision> Plan() => [.. Retention.PlanSweep(full: true).OrderBy(d => d.Footage.Start)];

        public async ValueTask DisposeAsync()
        {
            await Archive.DisposeAsync();
            Ledger.Dispose();
        }
    }
}
