using ExamMonitor.Evidence.Anchoring;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Preservation.Heads;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Agent.Tests.Preservation;

public sealed class TimeStampServiceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Try_WhenDue_StampsOnceAndSaysWhatIsWrongWhenTheStampIsNotBelieved()
    {
        using var authority = TimestampAuthority.Start();
        using var other = TimestampAuthority.Start();
        using var log = LedgerLog.Open(Path.Combine(_folder["volume"], "ledger"), _folder["key.pem"], "exam-monitor/zz/agent-1");
        log.Append("{}"u8);
        var now = TimeProvider.System.GetUtcNow();
        var note = log.Sign(now);

        var wrong = Desk(authority, other.RootFile);
        Assert.Null(await wrong.TryAsync(note, now, default));
        Assert.Equal(["anchor-not-believed"], wrong.Observe(now).Select(o => o.Code));

        var desk = Desk(authority, authority.RootFile);
        Assert.Null(await desk.TryAsync(null, now, default));
        var facts = await desk.TryAsync(note, now, default);
        Assert.Equal("CN=Test time authority", facts!["authority"]);
        Assert.Empty(desk.Observe(now));
        log.Append("{}"u8);
        var later = log.Sign(now.AddMinutes(1));
        Assert.Null(await desk.TryAsync(later, now.AddHours(23), default));
        Assert.NotNull(await desk.TryAsync(later, now.AddHours(24), default));

        // A restart knows the newest stamp by its file.
        var again = Desk(authority, authority.RootFile);
        Assert.Equal(desk.Last, again.Last);
        Assert.Null(await again.TryAsync(later, now.AddHours(60), default));
    }

    [Fact]
    public async Task Try_AuthorityAway_IsAProblemAfterThreeHours()
    {
        using var authority = TimestampAuthority.Start();
        authority.Instead = _ => (503, []);
        using var log = LedgerLog.Open(Path.Combine(_folder["volume"], "ledger"), _folder["key.pem"], "exam-monitor/zz/agent-1");
        log.Append("{}"u8);
        var now = TimeProvider.System.GetUtcNow();
        var desk = Desk(authority, authority.RootFile);
        Assert.Null(await desk.TryAsync(log.Sign(now), now, default));
        Assert.Empty(desk.Observe(now.AddHours(2)));
        Assert.Equal(["anchor-failing"], desk.Observe(now.AddHours(4)).Select(o => o.Code));
    }

    private TimeStampService Desk(TimestampAuthority authority, string root) =>
        new(
            new HeadAnchor(new(_http), authority.Address, VerificationFiles.ReadAuthorities(root), TimeProvider.System),
            TimeSpan.FromHours(24),
            Path.Combine(_folder["volume"], "ledger"),
            NullLogger<TimeStampService>.Instance
        );
}
