using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Rules;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class HeldFootageTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly RoomId R1 = RetentionWorld.Room;
    private static readonly RoomId R2 = RoomId.Of("R2");
    private static readonly CameraId C1 = CameraId.Of("C1");
    private static readonly CameraId C2 = CameraId.Of("C2");
    private static readonly FootageScope Hour = new(null, null, null, null, Nine, Nine.AddHours(1));
    private static readonly RulesVersion Rules = new(RetentionRulesReader.Combine(new() { TimeZone = "UTC" }).Rules, null);

    private static Hold Of(string id, FootageScope scope, DateTimeOffset? until = null) =>
        new(HoldId.Of(id), [scope], "why", "who", Nine, until, null);

    private static HeldFootage Held(params Hold[] holds) => new(holds, [new(RetentionWorld.Session("S1", Nine), null)], [Rules]);

    private static long Ms(double seconds) => Nine.AddSeconds(seconds).ToUnixTimeMilliseconds();

    private static string[] Ask(HeldFootage held, RoomId room, CameraId camera, double from, double to, DateTimeOffset? now = null)
    {
        var found = held.Find(room, camera, Ms(from), Ms(to), now ?? Nine);
        string[] all = [.. held.All(room, camera, Ms(from), Ms(to), now ?? Nine).Select(h => h.Text)];
        // Both look for the same; one of them names one.
        Assert.Equal(all.Length > 0, found is not null);
        Assert.True(found is null || all.Contains(found.Id.Text));
        return all;
    }

    [Theory]
    [InlineData(-60, 0, false)]
    [InlineData(-60, 0.001, true)]
    [InlineData(3599.999, 3700, true)]
    [InlineData(3600, 3700, false)]
    [InlineData(-60, 3700, true)]
    public void Range_TouchedByAMillisecond_IsHeldAndNoMore(double from, double to, bool held) =>
        Assert.Equal(held ? ["H1"] : [], Ask(Held(Of("H1", Hour)), R1, C1, from, to));

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("R1", null, true)]
    [InlineData("R2", null, false)]
    [InlineData(null, "C1", true)]
    [InlineData(null, "C2", false)]
    [InlineData("R1", "C1", true)]
    [InlineData("R1", "C2", false)]
    [InlineData("R2", "C1", false)]
    public void Scope_OfARoomOrACamera_HoldsTheirsAlone(string? room, string? camera, bool held)
    {
        var scope = Hour with
        {
            Room =
                room == "R2" ? R2
                : room is null ? null
                : R1,
            Camera =
                camera == "C2" ? C2
                : camera is null ? null
                : C1,
        };
        Assert.Equal(held ? ["H1"] : [], Ask(Held(Of("H1", scope)), R1, C1, 0, 60));
        Assert.Equal([], Ask(Held(Of("H1", scope)), R1, C1, 4000, 5000));
    }

    [Fact]
    public void Hold_AtItsEnd_StandsNoMore()
    {
        var held = Held(Of("H1", Hour, Nine.AddDays(1)));
        Assert.Equal(["H1"], Ask(held, R1, C1, 0, 60, Nine.AddDays(1).AddTicks(-1)));
        Assert.Equal([], Ask(held, R1, C1, 0, 60, Nine.AddDays(1)));
    }

    /// <summary>
    /// The hold that stands longest, in whatever order they were placed; of two that end together, the one that came first.
    /// </summary>
    [Theory]
    [InlineData(new[] { 1, 2, 3 }, "H3")]
    [InlineData(new[] { 3, 2, 1 }, "H1")]
    [InlineData(new[] { 1, 3, 2 }, "H2")]
    [InlineData(new[] { 2, 2, 1 }, "H1")]
    [InlineData(new[] { 1, 0, 3 }, "H2")]
    [InlineData(new[] { 0, 3, 0 }, "H1")]
    [InlineData(new[] { 3, 1, 0 }, "H3")]
    public void Find_SeveralHolds_NamesTheOneThatStandsLongest(int[] days, string longest)
    {
        // 0 stands until it is lifted.
        var held = Held([.. days.Select((d, i) => Of($"H{i + 1}", Hour, d == 0 ? null : Nine.AddDays(d)))]);
        Assert.Equal(longest, held.Find(R1, C1, Ms(0), Ms(60), Nine)!.Id.Text);
        Assert.Equal(["H1", "H2", "H3"], Ask(held, R1, C1, 0, 60));
    }

    [Fact]
    public void Ranges_OfAHoldOnTimeAndOfOneOnASession_AreTheirs()
    {
        Assert.Equal([(Ms(0), Ms(3600))], Held(Of("H1", Hour)).Ranges);
        var session = new FootageScope(null, null, null, ExamSessionId.Of("S1"), null, null);
        Assert.Equal([(Ms(-1800), Ms(7200 + 1800))], Held(Of("H1", session)).Ranges);
        Assert.Equal([(Ms(600), Ms(1200))], Held(Of("H1", session with { From = Nine.AddMinutes(10), To = Nine.AddMinutes(20) })).Ranges);
        Assert.Empty(Held(Of("H1", session with { Session = ExamSessionId.Of("S2") })).Ranges);
        Assert.Empty(Held(Of("H1", session with { Room = R2 })).Ranges);
        Assert.Empty(Held(Of("H1", session with { Batch = BatchId.Of("B2") })).Ranges);
    }
}
