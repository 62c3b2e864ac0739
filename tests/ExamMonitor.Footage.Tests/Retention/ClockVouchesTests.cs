using ExamMonitor.Retention;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class ClockVouchesTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ClockVouches _vouches = new();

    private string? Take(string by) => _vouches.Take(by, _time.GetUtcNow(), _time);

    [Fact]
    public void Take_TwoPersonsWithinTheHour_IsTheFirstPersonsNameOnce()
    {
        Assert.Null(Take("Wang"));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Wang", Take("Li"));
        // The pair is used up.
        Assert.Null(Take("Zhao"));
    }

    [Fact]
    public void Take_ThePersonAgain_IsNoSecondPerson()
    {
        Assert.Null(Take("Wang"));
        Assert.Null(Take("wang"));
        Assert.Equal("wang", Take("Li"));
    }

    [Fact]
    public void Take_TheSecondAfterMoreThanAnHour_IsTheFirstOfAnotherPair()
    {
        Assert.Null(Take("Wang"));
        _time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1));
        Assert.Null(Take("Li"));
        Assert.Equal("Li", Take("Wang"));
    }

    /// <summary>The clock may run 10 s apart from measured time between the two, in either direction.</summary>
    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    [InlineData(-10_000, true)]
    [InlineData(-10_001, false)]
    public void Take_ClockSetBetweenTheTwo_IsAnotherClock(int milliseconds, bool isPair)
    {
        Assert.Null(Take("Wang"));
        _time.Advance(TimeSpan.FromMinutes(20));
        _time.StepWallClock(TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal(isPair ? "Wang" : null, Take("Li"));
    }
}
