using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ExamMonitor.Dashboard.Tests.Accounts;

public sealed class AccountTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero));
    private readonly Passwords _passwords = new();
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
        for (var i = 0; i < LoginService.FreeFailures; i++) Assert.Equal(LoginOutcome.Wrong, await OutcomeAsync("admin", "wrong"));
        Assert.Equal(LoginOutcome.Locked, await OutcomeAsync("admin", right));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(LoginOutcome.Wrong, await OutcomeAsync("admin", "wrong"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(LoginOutcome.Locked, await OutcomeAsync("admin", right));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LoginOutcome.Done, await OutcomeAsync("ADMIN ", right));
        for (var i = 0; i < LoginService.FreeFailures - 1; i++) Assert.Equal(LoginOutcome.Wrong, await OutcomeAsync("admin", "wrong"));
        Assert.Equal(LoginOutcome.Done, await OutcomeAsync("admin", right));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(9, 480)]
    [InlineData(10, 900)]
    [InlineData(1_000_000, 900)]
    public void WaitAfter_Failures_DoublesUpToAQuarterOfAnHour(int failures, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), LoginService.WaitAfter(failures));

    [Theory]
    [InlineData("nobody", "x")]
    [InlineData("", "")]
    [InlineData("admin'; drop table users; --", "x")]
    public async Task LogIn_UnknownName_IsWrong(string name, string password) => Assert.Equal(LoginOutcome.Wrong, await OutcomeAsync(name, password));

    [Fact]
    public async Task ChangePassword_EachRule_IsToldApart()
    {
        var right = Password();
        Assert.Equal(LoginOutcome.Wrong, (await _service.ChangePasswordAsync(1, "wrong", "long enough!", "long enough!", "", CancellationToken.None)).Outcome);
        Assert.Equal(LoginOutcome.TooWeak, (await _service.ChangePasswordAsync(1, right, "short", "short", "", CancellationToken.None)).Outcome);
        Assert.Equal(LoginOutcome.Different, (await _service.ChangePasswordAsync(1, right, "long enough!", "long enough?", "", CancellationToken.None)).Outcome);
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

    [Theory]
    [InlineData("*", true, true)]
    [InlineData("demo/*", true, false)]
    [InlineData("demo/R7", true, false)]
    [InlineData("demo/R8 other/R7", false, true)]
    [InlineData("", false, false)]
    public void Scopes_Text_AllowWhatTheyName(string text, bool demo, bool other)
    {
        Assert.True(Scopes.TryParse(text, out var scopes));
        Assert.Equal(demo, scopes.Allows(SiteId.Of("demo"), RoomId.Of("R7")));
        Assert.Equal(other, scopes.Allows(SiteId.Of("other"), RoomId.Of("R7")));
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("demo/R7/x")]
    [InlineData("*/R7")]
    [InlineData("demo/ö")]
    public void Scopes_AnythingElse_IsRefused(string text) => Assert.False(Scopes.TryParse(text, out _));

    [Theory]
    [InlineData("*", "* demo/* other/R7", true)]
    [InlineData("demo/*", "demo/R7 demo/*", true)]
    [InlineData("demo/*", "*", false)]
    [InlineData("demo/*", "demo/R7 other/R7", false)]
    [InlineData("demo/R7", "demo/R7", true)]
    [InlineData("demo/R7", "demo/*", false)]
    [InlineData("", "", true)]
    [InlineData("", "demo/R7", false)]
    public void Scopes_Cover_WhatLiesWithinThem(string own, string asked, bool covered)
    {
        Assert.True(Scopes.TryParse(own, out var mine));
        Assert.True(Scopes.TryParse(asked, out var other));
        Assert.Equal(covered, mine.Covers(other));
    }

    [Theory]
    [InlineData("demo/*", "demo/R7/C1 2026", true)]
    [InlineData("demo/*", "demo/agent-1 hold h1: why", true)]
    [InlineData("demo/*", "other/R7/C1", false)]
    [InlineData("demo/*", "", false)]
    [InlineData("demo/*", "kim Supervisor demo/*", false)]
    [InlineData("demo/R7", "demo/R7/C1", true)]
    [InlineData("demo/R7", "demo/R8/C1", false)]
    [InlineData("*", "kim Supervisor demo/*", true)]
    public void MaySee_EntryOfTheRecord_OnlyWithinTheScope(string own, string subject, bool seen)
    {
        Assert.True(Scopes.TryParse(own, out var scopes));
        Assert.Equal(seen, RecordScope.MaySee(scopes, new(DateTimeOffset.UnixEpoch, "kim", "view-live", subject, "::1")));
    }

    [Theory]
    [InlineData("/floor?x=1", "/floor?x=1")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("/a\nb", "/")]
    [InlineData(null, "/")]
    public void LocalOr_OnlyAddressesOfThisSite(string? address, string expected) => Assert.Equal(expected, AccountRoutes.LocalOr(address, "/"));

    [Theory]
    [InlineData("--link a --link b --data d", null, 2)]
    [InlineData("--link=a", null, 1)]
    [InlineData("--nope x", "--nope is not an option", 0)]
    [InlineData("--link", "--link needs a value", 0)]
    public void CommandLine_Words_AreTakenOrExplained(string line, string? problem, int links)
    {
        var (values, why) = CommandLine.Parse(line.Split(' '));
        if (problem is null) Assert.Equal(links, values!.Keys.Count(k => k.Contains("Links", StringComparison.Ordinal)));
        else Assert.StartsWith(problem, why, StringComparison.Ordinal);
    }

    private string Password() => File.ReadAllLines(_folder[FirstPassword.FileName])[1]["password: ".Length..];

    private async Task<LoginOutcome> OutcomeAsync(string name, string password) => (await _service.LogInAsync(name, password, "127.0.0.1", CancellationToken.None)).Outcome;
}
