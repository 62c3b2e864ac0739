using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

/// <summary>
/// A camera that smooths its noise away and codes coarsely repeats blocks while it lives; a source that stands still is told from it by
/// what the camera was seen to do by itself.
/// </summary>
public sealed class RepeatingCameraTests
{
    private readonly StandstillSearch _search = new(new(), 640, 360);
    private readonly ushort[] _before = new ushort[80 * 45];
    private readonly List<string> _said = [];
    private int _second;

    [Theory]
    [InlineData(0.002)]
    [InlineData(0.08)]
    [InlineData(0.3)]
    [InlineData(0.38)]
    public void StillRoom_OfACameraThatRepeatsItself_IsNotFrozenFromTheFirstPictureOn(double habit)
    {
        for (var i = 0; i < 400; i++)
            Live(habit);
        Assert.Empty(_said);
    }

    [Theory]
    [InlineData(0.002, 0.16)]
    [InlineData(0.08, 0.4)]
    [InlineData(0.3, 1)]
    public void Standstill_ThatRepeatsThreeTimesAsMuch_IsFrozen(double habit, double repeated)
    {
        for (var i = 0; i < 60; i++)
            Live(habit);
        Frozen(repeated, 30);
        Assert.True(
            _said.Count >= 25
                && _said[0].CompareTo("0065", StringComparison.Ordinal) < 0
                && _said.TrueForAll(s => s.EndsWith("Frozen", StringComparison.Ordinal)),
            string.Join(' ', _said)
        );
    }

    [Fact]
    public void Pictures_ThatAreSentTwice_NeitherRaiseFrozenNorBecomeAHabit()
    {
        for (var i = 0; i < 200; i++)
            if (i % 10 == 9)
                Take(k => _before[k]);
            else
                Live(0.002);
        Assert.Empty(_said);
        Frozen(0.16, 10);
        Assert.True(_said.Count >= 5, string.Join(' ', _said));
    }

    [Fact]
    public void Habit_ThatWouldBeLearnedWhileAStandstillBegins_IsForgottenWhenItIsDoubted()
    {
        var habit = new RepeatHabit();
        for (var i = 0; i < 60; i++)
            habit.Take(0.01, doubted: false, alive: false);
        for (var i = 0; i < 6; i++)
            habit.Take(0.3, doubted: false, alive: false);
        Assert.InRange(habit.Limit(0.04, 0.4, 3), 0.04, 0.05);
        for (var i = 0; i < 20; i++)
            habit.Take(0.3, doubted: i == 0, alive: false);
        // Never doubted again, it is what the camera does.
        Assert.InRange(habit.Limit(0.04, 0.4, 3), 0.6, 0.7);
    }

    [Fact]
    public void Lamps_ThatTakeTheNoiseAway_AreNoStandstill()
    {
        for (var i = 0; i < 100; i++)
            Live(0.002);
        for (var i = 0; i < 100; i++)
            Live(0.12, level: 150);
        Assert.Empty(_said);
    }

    [Fact]
    public void Camera_ThatRepeatsNearlyAllWhilePeopleMove_SaysNothingWhenTheRoomIsEmpty()
    {
        for (var i = 0; i < 20; i++)
            Live(0.8, moving: true);
        for (var i = 0; i < 30; i++)
            Live(i < 15 ? 0.8 : 1);
        Assert.Empty(_said);
    }

    [Fact]
    public void View_ThatIsMostLikeItsLastPictures_IsNoReplay()
    {
        for (var i = 0; i < 60; i++)
            Take(k => Chance(k, 7) < 0.25 && Chance(k, 100 + _second) < 0.49 ? _before[k] : Fresh(k));
        Assert.Empty(_said);
    }

    [Fact]
    public void Lamps_WhosePhaseMatchesOneOldPicture_AreNoReplay()
    {
        for (var i = 0; i < 400; i++)
        {
            // Flicker: the picture's phase decides which of the earlier ones it repeats; those of the last seconds seldom.
            var phase = Phase(_second);
            Take(k => Chance(k, 7) < 0.1 && Chance(k, 100 + _second) < 0.8 ? (ushort)(1 + (Hash(k, 5000 + phase) % 65535)) : Fresh(k));
        }

        Assert.Empty(_said);
    }

    [Fact]
    public void Replay_ThatEnds_IsOverSoon()
    {
        var shown = new List<ushort[]>();
        for (var i = 0; i < 60; i++)
        {
            Live(0.002);
            shown.Add([.. _before]);
        }

        for (var i = 0; i < 40; i++)
            Take(k => Chance(k, 100 + _second) < 0.7 ? shown[20 + (i % 12)][k] : Fresh(k));
        Assert.True(_said.Count >= 35 && _said.TrueForAll(s => s.EndsWith("Replayed", StringComparison.Ordinal)), string.Join(' ', _said));
        _said.Clear();
        for (var i = 0; i < 40; i++)
            Live(0.002);
        Assert.True(_said.Count <= 14, string.Join(' ', _said));
    }

    private void Live(double habit, byte level = 100, bool moving = false) =>
        Take(k => Chance(k, 100 + _second) < Math.Sqrt(habit) ? (ushort)(1 + (Hash(k, 1) % 65535)) : Fresh(k), level, moving);

    private void Frozen(double repeated, int pictures)
    {
        var held = _before.ToArray();
        for (var i = 0; i < pictures; i++)
            Take(k => Chance(k, 100 + _second) < Math.Sqrt(repeated) ? held[k] : Fresh(k));
    }

    private void Take(Func<int, ushort> block, byte level = 100, bool moving = false)
    {
        var measures = new FrameMeasures(640, 360, 0);
        for (var k = 0; k < measures.Hashes.Length; k++)
        {
            measures.Hashes[k] = _before[k] = block(k);
            measures.Means[k] = moving && k % 50 == _second % 50 ? (byte)200 : level;
        }

        var said = _search.Take(measures.Hashes, measures.Means, DateTimeOffset.UnixEpoch.AddSeconds(2 * _second));
        if (said != Standstill.None)
            _said.Add(FormattableString.Invariant($"{_second:0000} {said}"));
        _second++;
    }

    private ushort Fresh(int block) => (ushort)(1 + (Hash(block, 100_000 + _second) % 65535));

    private static int Phase(int second) => (int)(Hash(second, 3) % 40);

    private static double Chance(int block, int what) => Hash(block, what * 31) / (double)(1 << 24);

    private static uint Hash(int block, int what)
    {
        var h = ((uint)block * 0x9E3779B1u) ^ ((uint)what * 0x85EBCA77u);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        return (h ^ (h >> 12)) * 0x297A2D39u >> 8;
    }
}
