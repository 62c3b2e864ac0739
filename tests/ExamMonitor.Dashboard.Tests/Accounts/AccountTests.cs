using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ExamMonitor.Dashboard.Tests.Accounts;

public sealed class AccountTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero));
    private readonly Passwords _passwords = new(QuickPasswords.Rounds);
    private Database _database = null!;
    private LoginService _service = null!;
    private FirstPassword _first = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await Database.OpenSqliteAsync(_folder["dashboard.db"], CancellationToken.None);
        var accounts = new SqlAccountStore(_database);
        var options = Options.Create(new DashboardOptions { DataFolder = _folder.Path, Links = ["x"] });
        _first = new(options, accounts, _passwords, _time, NullLogger<FirstPassword>.Instance);
        _service = new(accounts, new SqlAuditStore(_database), _passwords, _first, _time);
        await _first.EnsureAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task LogIn_FiveWrongPasswords_LocksAndOpensAgain()
    {
        var right = Password();
        for (var i = 0; i < LoginService.FreeFailures; i++)
            Assert.Equal(LoginOutcome.Wrong, await OutcomeAsync("admin", "wrong"));
        Assert.Equal(LoginOutcome.Locked, await OutcomeAsync("admin", right));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(LoginOutcome.Wrong, await OutcomeAsync("admin", "wrong"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(LoginOutcome.Locked, await OutcomeAsync("admin", right));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LoginOutcome.Done, await OutcomeAsync("ADMIN ", right));
        for (var i = 0; i < LoginService.FreeFailures - 1; i++)
            Assert.Equal(LoginOutcome.Wrong, await OutcomeAsync("admin", "wrong"));
        Assert.Equal(LoginOutcome.Done, await OutcomeAsync("admin", right));
    }

    [Theory]
    [InlineData("nobody", "x")]
    [InlineData("", "")]
    [InlineData("admin'; drop table users; --", "x")]
    public async Task LogIn_UnknownName_IsWrong(string name, string password) =>
        Assert.Equal(LoginOutcome.Wrong, await OutcomeAsync(name, password));

    [Fact]
    public async Task ChangePassword_EachRule_IsToldApart()
    {
        var right = Password();
        Assert.Equal(
            LoginOutcome.Wrong,
            (await _service.ChangePasswordAsync(1, "wrong", "long enough!", "long enough!", "", CancellationToken.None)).Outcome
        );
        Assert.Equal(
            LoginOutcome.TooWeak,
            (await _service.ChangePasswordAsync(1, right, "short", "short", "", CancellationToken.None)).Outcome
        );
        Assert.Equal(
            LoginOutcome.Different,
            (await _service.ChangePasswordAsync(1, right, "long enough!", "long enough?", "", CancellationToken.None)).Outcome
        );
        Assert.Equal(LoginOutcome.Same, (await _service.ChangePasswordAsync(1, right, right, right, "", CancellationToken.None)).Outcome);
        Assert.True(File.Exists(_folder[FirstPassword.FileName]));
        var (outcome, user) = await _service.ChangePasswordAsync(1, right, "long enough!", "long enough!", "", CancellationToken.None);
        Assert.Equal((LoginOutcome.Done, false), (outcome, user!.MustChange));
        Assert.False(File.Exists(_folder[FirstPassword.FileName]));
    }

    [Fact]
    public async Task EnsureAsync_SecondStart_KeepsTheAccount()
    {
        var before = Password();
        await _first.EnsureAsync(CancellationToken.None);
        Assert.Equal(before, Password());
    }

    private string Password() => File.ReadAllLines(_folder[FirstPassword.FileName])[1]["password: ".Length..];

    private async Task<LoginOutcome> OutcomeAsync(string name, string password) =>
        (await _service.LogInAsync(name, password, "127.0.0.1", CancellationToken.None)).Outcome;
}
