using ExamMonitor.Floor.Watching;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Watching;

/// <summary>A measuring process on a busy machine, by a clock of the test's own.</summary>
public sealed class AnswerGuardTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task ProcessThatGetsNoProcessor_IsNotRestarted()
    {
        // Of each two seconds it runs a tenth: a machine with a load of forty. Its first answer takes three minutes.
        Assert.Null(await HungAfterAsync(_ => 1, TimeSpan.FromSeconds(1.9), TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public async Task ProcessThatAnswersSlowly_IsNotRestarted() =>
        Assert.Null(await HungAfterAsync(look => 1 + (look / 8), TimeSpan.Zero, TimeSpan.FromMinutes(10)));

    [Fact]
    public async Task ProcessThatStands_IsFoundWithinHalfAMinute() =>
        Assert.InRange(
            (await HungAfterAsync(_ => 1, TimeSpan.Zero, TimeSpan.FromMinutes(20)))!.Value,
            TimeSpan.FromSeconds(20),
            TimeSpan.FromSeconds(30)
        );

    [Fact]
    public async Task ProcessThatTurnsInACircleOnABusyMachine_IsFoundInTheEnd() =>
        Assert.InRange(
            (await HungAfterAsync(_ => 1, TimeSpan.FromSeconds(1.99), TimeSpan.FromMinutes(20)))!.Value,
            TimeSpan.FromMinutes(9),
            TimeSpan.FromMinutes(11)
        );

    [Fact]
    public async Task ProcessThatIsAskedNothing_IsLeftAlone() =>
        Assert.Null(await HungAfterAsync(_ => null, TimeSpan.Zero, TimeSpan.FromMinutes(20)));

    private async Task<TimeSpan?> HungAfterAsync(Func<int, long?> waitingSince, TimeSpan starved, TimeSpan until)
    {
        using var stop = new CancellationTokenSource();
        var looks = 0;
        var guard = new AnswerGuard(() => waitingSince(looks), () => starved, _time).RunAsync(
            () => Interlocked.Increment(ref looks),
            stop.Token
        );
        for (var passed = TimeSpan.Zero; passed < until; passed += AnswerGuard.Every)
        {
            var before = Volatile.Read(ref looks);
            await Eventually.TrueAsync(() => _time.ArmedTimers > 0);
            _time.Advance(AnswerGuard.Every);
            await Eventually.TrueAsync(() => Volatile.Read(ref looks) > before || guard.IsCompleted);
            if (!guard.IsFaulted)
                continue;
            await Assert.ThrowsAsync<TimeoutException>(() => guard);
            return passed + AnswerGuard.Every;
        }

        await stop.CancelAsync();
        await guard.ContinueWith(_ => { }, TaskScheduler.Default);
        return null;
    }
}
