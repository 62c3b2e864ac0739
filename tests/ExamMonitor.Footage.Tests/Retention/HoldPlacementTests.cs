using ExamMonitor.Evidence.Rules;
using ExamMonitor.Retention;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class HoldPlacementTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private static FootageScope Scope(double? from, double? to) =>
        new(null, null, null, null, from is { } f ? Nine.AddSeconds(f) : null, to is { } t ? Nine.AddSeconds(t) : null);

    private static HoldPlacement Of(int scopes = 1, string reason = "dispute", string owner = "Li") =>
        new([.. Enumerable.Repeat(Scope(0, 60), scopes)], reason, owner, null);

    [Fact]
    public void Require_UpToItsLimits_IsTaken()
    {
        HoldPlacement.Require(Of());
        HoldPlacement.Require(Of(100, new('r', 1000), new('o', 100)));
        HoldPlacement.Require(Of(reason: "two\nlines"));
        HoldPlacement.Require(Of() with { Scopes = [Scope(0, 0.001), Scope(null, 0), Scope(0, null), Scope(null, null)] });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Require_NoScopeOrTooMany_IsRefused(int scopes) => Assert.Throws<ArgumentException>(() => HoldPlacement.Require(Of(scopes)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Require_ScopeThatDoesNotEndAfterItBegins_IsRefused(double to) =>
        Assert.Throws<ArgumentException>(() => HoldPlacement.Require(Of() with { Scopes = [Scope(0, 60), Scope(0, to)] }));

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("a\tb")]
    [InlineData("a\u0000b")]
    public void Require_TextWithoutWords_IsRefused(string text)
    {
        Assert.Equal("reason", Assert.Throws<ArgumentException>(() => HoldPlacement.Require(Of(reason: text))).ParamName);
        Assert.Equal("owner", Assert.Throws<ArgumentException>(() => HoldPlacement.Require(Of(owner: text))).ParamName);
    }

    [Fact]
    public void Require_TextThatIsTooLong_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => HoldPlacement.Require(Of(reason: new('r', 1001))));
        Assert.Throws<ArgumentException>(() => HoldPlacement.Require(Of(owner: new('o', 101))));
    }
}
