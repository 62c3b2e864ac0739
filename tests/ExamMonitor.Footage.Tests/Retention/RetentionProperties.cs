using ExamMonitor.Evidence.Rules;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>Whatever the schedule, the profiles, the holds, the clock: duty footage is never planned.</summary>
public sealed class RetentionProperties
{
    [Fact]
    public void Plan_AnyFacts_AgreesWithThePlainLaw()
    {
        var (kept, discarded) = (0, 0);
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var problem = RetentionCase.Of(seed).Check(out var k, out var d);
                    (kept, discarded) = (kept + k, discarded + d);
                    return (problem is null).Label(problem ?? "");
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1500).WithStartSize(1_000).WithEndSize(1_000_000));
        Assert.True(kept > 1000 && discarded > 1000, $"{kept} kept, {discarded} discarded: the cases are one-sided");
    }

    [Fact]
    public void Plan_SomethingUnreadable_KeepsEverything()
    {
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var made = RetentionCase.Of(seed);
                    RetentionFacts[] broken =
                    [
                        made.Facts with
                        {
                            Holds = null,
                        },
                        made.Facts with
                        {
                            Sessions = null,
                        },
                        made.Facts with
                        {
                            Rules = null,
                        },
                        made.Facts with
                        {
                            Rules = [],
                        },
                    ];
                    var late = DateTimeOffset.MaxValue.AddYears(-1);
                    return broken.All(f =>
                            RetentionPlanner.Plan(late, made.Footage, f, long.MaxValue).All(d => d.Verdict == RetentionVerdict.Keep)
                        )
                        && RetentionPlanner.Plan(null, made.Footage, made.Facts, long.MaxValue).All(d => d.Verdict == RetentionVerdict.Keep)
                        && RetentionPlanner
                            .Plan(late, made.Footage.Select(f => f with { InLedger = false }), made.Facts, long.MaxValue)
                            .All(d => d.Verdict == RetentionVerdict.Keep);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithStartSize(1_000).WithEndSize(1_000_000));
    }

    [Fact]
    public void Sweep_KilledAnywhereWithAnyClock_LosesNoDutyFootage()
    {
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var problem = KillCase.Check(seed);
                    return (problem is null).Label(problem ?? "");
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithStartSize(1_000).WithEndSize(1_000_000));
    }

    /// <summary>
    /// A clock that jumps, stands, goes back, between and within processes, by any amount, and footage of a duty: never let go by it.
    /// </summary>
    [Fact]
    public void TrustedTime_AnyJumpsOfTheClock_NeverRunsAheadByMoreThanThePausesItAccepts()
    {
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var problem = ClockCase.Check(seed);
                    return (problem is null).Label(problem ?? "");
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithStartSize(1_000).WithEndSize(1_000_000));
    }
}
