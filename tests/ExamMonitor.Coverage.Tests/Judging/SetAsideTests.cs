using System.Globalization;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

/// <summary>Watching leaves every other picture unmeasured while nothing changes; what it says, and from when on, is the same.</summary>
public sealed class SetAsideTests
{
    private const int Quiet = 40;
    private const int Faulty = 30;
    private const int After = 25;

    public static TheoryData<string, int> Faults
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (
                var fault in (string[])
                    [
                        "covered",
                        "moved",
                        "turned away",
                        "defocused",
                        "dark",
                        "overexposed",
                        "frozen",
                        "noisy",
                        "cast",
                        "cabinet",
                        "lamp",
                        "glare",
                    ]
            )
            {
                // Begins with a picture that is judged, and with one that is set aside.
                data.Add(fault, Quiet);
                data.Add(fault, Quiet + 1);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Fault_BeginningAtAnyPicture_IsToldAsIfEachHadBeenJudged(string fault, int from)
    {
        var room = new SyntheticRoom();
        var frozen = room.Frame(500);
        byte[] Frame(int s) =>
            s < from || s >= from + (fault == "cabinet" ? 60 : Faulty)
                ? room.Frame(s)
                : fault switch
                {
                    "covered" => room.Frame(s, change: SyntheticRoom.Patch(0, 0, 640, 360, 110)),
                    "moved" => room.Frame(s, shift: (14, 5)),
                    "turned away" => room.Frame(s, shift: (-150, 0)),
                    "defocused" => room.Frame(s, change: SyntheticRoom.Blur(2)),
                    "dark" => room.Frame(s, light: (_, _, l) => SyntheticRoom.Dimmed(l, 0.02)),
                    "overexposed" => room.Frame(s, light: (_, _, l) => l * 2.6),
                    "frozen" => frozen,
                    "noisy" => room.Frame(s, noise: 8),
                    "cast" => room.Frame(s, cast: (-14, 10)),
                    "cabinet" => room.Frame(s, change: SyntheticRoom.Patch(40, 70, 160, 100, 60)),
                    "sheet" => room.Frame(s, change: SyntheticRoom.Patch(0, 0, 320, 180, 90)),
                    "lamp" => room.Frame(s, light: (x, _, l) => x < 320 ? SyntheticRoom.Dimmed(l, 0.25) : l),
                    _ => room.Frame(s, change: SyntheticRoom.Patch(80, 95, 90, 45, 235)),
                };
        var seconds = from + Faulty + After + (fault == "cabinet" ? 40 : 0);
        using var each = new WatchedCamera(room.Setup(), new());
        using var sparing = new WatchedCamera(room.Setup(), new());
        var (all, some) = (new List<CameraVerdict>(), new List<CameraVerdict>());
        for (var s = 0; s < seconds; s++)
        {
            var (frame, at) = (Frame(s), SyntheticWatch.At(s));
            all.Add(each.Judge(frame, SyntheticRoom.Size, at));
            sparing.Watch(frame, SyntheticRoom.Size, at, PictureKind.Key, some.Add);
        }

        Assert.Equal(Changes(all), Changes(some));
        Assert.True(Changes(all).Count > 1, "The fault was not seen at all.");
        Assert.Equal(some.OrderBy(v => v.At), some);
        Assert.InRange(some.Count(v => v.At >= SyntheticWatch.At(20) && v.At < SyntheticWatch.At(Quiet)), 10, 11);
    }

    /// <summary>What is shown again was seen partly set aside, partly judged; the search must know all of it.</summary>
    [Fact]
    public void Replay_OfAMinuteThatWasPartlySetAside_IsToldAsIfEachPictureHadBeenJudged()
    {
        var room = new SyntheticRoom();
        using var each = new WatchedCamera(room.Setup(), new());
        using var sparing = new WatchedCamera(room.Setup(), new());
        var (all, some) = (new List<CameraVerdict>(), new List<CameraVerdict>());
        for (var s = 0; s < 170; s++)
        {
            // Somebody stands before a station for a moment of the minute; from second 110 on that minute comes again.
            var shown = s < 110 ? s : s - 75;
            var frame = shown is >= 45 and < 52 ? room.Frame(shown, change: SyntheticRoom.Patch(50, 80, 150, 90, 60)) : room.Frame(shown);
            all.Add(each.Judge(frame, SyntheticRoom.Size, SyntheticWatch.At(s)));
            sparing.Watch(frame, SyntheticRoom.Size, SyntheticWatch.At(s), PictureKind.Key, some.Add);
        }

        Assert.Contains(all, v => v.Health.Contains(CameraHealth.Frozen));
        Assert.Equal(Changes(all), Changes(some));
        Assert.True(some.Count < 150, "Nothing was set aside.");
    }

    [Fact]
    public void NoPicture_IsSetAside_WhileSomethingIsBeingDecided()
    {
        var room = new SyntheticRoom();
        using var camera = new WatchedCamera(room.Setup(), new());
        var judged = new List<CameraVerdict>();
        // Somebody stands before a station: neither obstructed nor clear.
        for (var s = 0; s < 60; s++)
            camera.Watch(
                s < 30 ? room.Frame(s) : room.Frame(s, change: SyntheticRoom.Patch(50 + (s % 3 * 8), 80, 150, 90, 60)),
                SyntheticRoom.Size,
                SyntheticWatch.At(s),
                PictureKind.Key,
                judged.Add
            );
        Assert.Equal(Enumerable.Range(32, 28), judged.Select(v => (int)(v.At - SyntheticWatch.At(0)).TotalSeconds).Where(s => s >= 32));
    }

    [Theory]
    [InlineData(2, PictureKind.Key)]
    [InlineData(1, PictureKind.Between)]
    public void Picture_ThatIsRareOrBetweenKeyFrames_IsNeverSetAside(int every, PictureKind kind)
    {
        var room = new SyntheticRoom();
        using var camera = new WatchedCamera(room.Setup(), new());
        var judged = 0;
        for (var s = 0; s < 60; s += every)
            camera.Watch(room.Frame(s), SyntheticRoom.Size, SyntheticWatch.At(s), kind, _ => judged++);
        Assert.Equal(60 / every, judged);
    }

    /// <summary>Each change of what is said of camera and stations, with its onset, and the second in which it was first said.</summary>
    private static List<string> Changes(List<CameraVerdict> verdicts)
    {
        var (changes, before) = (new List<string>(), string.Empty);
        foreach (var v in verdicts)
        {
            var said = string.Join(
                ' ',
                [
                    string.Join('+', v.Health),
                    Since(v.Since),
                    .. v.Stations.Select(s => $"{s.Station}: {s.Covered} {Since(s.CoveredSince)} {s.Lit} {Since(s.LitSince)}"),
                ]
            );
            if (said != before)
                changes.Add($"{Since(v.At)}: {said}");
            before = said;
        }

        return changes;

        static string Since(DateTimeOffset at) => (at - SyntheticWatch.At(0)).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
    }
}
