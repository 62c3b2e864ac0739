using System.Buffers.Binary;
using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace ExamMonitor.Dashboard.Tests.Accounts;

public sealed class AccountRuleTests
{
    [Fact]
    public async Task Dashboard_AsItIsShipped_HashesWithAllRounds()
    {
        using var folder = new TempFolder();
        await using var app = await DashboardApplication.CreateAsync(
            ["--link", folder["none.json"], "--data", folder["data"]],
            null,
            CancellationToken.None
        );
        // The form of ASP.NET Core Identity: version, function, rounds, length of the salt.
        var hash = Convert.FromBase64String(app.Services.GetRequiredService<Passwords>().Hash(BareDashboard.Password));
        Assert.Equal(
            (1, 2, 210_000),
            (hash[0], BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)), BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5)))
        );
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(9, 480)]
    [InlineData(10, 900)]
    [InlineData(1_000_000, 900)]
    public void WaitAfter_Failures_DoublesUpToAQuarterOfAnHour(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), LoginService.WaitAfter(failures));

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
        Assert.Equal(seen, AuditScope.MaySee(scopes, new(DateTimeOffset.UnixEpoch, "kim", "view-live", subject, "::1")));
    }

    [Theory]
    [InlineData("/floor?x=1", "/floor?x=1")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("/a\nb", "/")]
    [InlineData(null, "/")]
    public void LocalOr_OnlyAddressesOfThisSite(string? address, string expected) =>
        Assert.Equal(expected, AccountRoutes.LocalOr(address, "/"));

    [Theory]
    [InlineData("--link a --link b --data d", null, 2)]
    [InlineData("--link=a", null, 1)]
    [InlineData("--nope x", "--nope is not an option", 0)]
    [InlineData("--link", "--link needs a value", 0)]
    public void CommandLine_Words_AreTakenOrExplained(string line, string? problem, int links)
    {
        var (values, why) = CommandLine.Parse(line.Split(' '));
        if (problem is null)
            Assert.Equal(links, values!.Keys.Count(k => k.Contains("Links", StringComparison.Ordinal)));
        else
            Assert.StartsWith(problem, why, StringComparison.Ordinal);
    }
}
