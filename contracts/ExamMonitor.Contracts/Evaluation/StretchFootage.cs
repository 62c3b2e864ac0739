using System.Globalization;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Contracts.Evaluation;

/// <summary>What became of the footage of a stretch of a session.</summary>
public enum FootageState
{
    /// <summary>The agent cannot say: it knows no camera of the room, or nothing of the stretch is past.</summary>
    Unknown,

    /// <summary>The stretch has no length.</summary>
    Empty,

    /// <summary>Some or all of it is held.</summary>
    Held,

    /// <summary>Nothing was recorded.</summary>
    NeverRecorded,

    /// <summary>Nothing is held any more: it was destroyed as the retention rules allow.</summary>
    Destroyed,
}

/// <summary>What is held of a stretch of a session, summed over the cameras of its room. Pure: draw, watch page, score sheet and pack say
/// the same of it.</summary>
/// <param name="State">What became of it.</param>
/// <param name="RequiredSeconds">Seconds of footage that the stretch should have, ≥ 0: its past part, once for each camera.</param>
/// <param name="HeldSeconds">Seconds that are held, [0, <paramref name="RequiredSeconds"/>].</param>
/// <param name="ArchiveSeconds">Seconds of those that lie on the archive tier alone.</param>
/// <param name="DestroyedSeconds">Seconds that were destroyed as the retention rules allow.</param>
public sealed record StretchFootage(
    FootageState State,
    double RequiredSeconds,
    double HeldSeconds,
    double ArchiveSeconds,
    double DestroyedSeconds
)
{
    /// <summary>Less is the seam between two segments.</summary>
    private const double Least = 0.1;

    /// <summary>
    /// Share that was recorded of what was to be recorded, without what was destroyed later; [0, 1]; null where nothing but that is left.
    /// </summary>
    public double? RecordedShare =>
        RequiredSeconds - DestroyedSeconds is var due && due < Least ? null : Math.Clamp(HeldSeconds / due, 0, 1);

    /// <summary>What is held of a whole session.</summary>
    public static StretchFootage Of(SessionDetail detail) => Of(detail, detail.Summary.Session.Start, detail.Summary.Session.End);

    /// <summary>What is held of a stretch.</summary>
    /// <param name="detail">The session.</param>
    /// <param name="from">Start of the stretch, UTC.</param>
    /// <param name="to">Its end, UTC, exclusive.</param>
    public static StretchFootage Of(SessionDetail detail, DateTimeOffset from, DateTimeOffset to)
    {
        var session = detail.Summary.Session;
        (from, to) = (from < session.Start ? session.Start : from, to > session.End ? session.End : to);
        if (to <= from)
            return new(FootageState.Empty, 0, 0, 0, 0);
        double required = 0,
            held = 0,
            archive = 0,
            destroyed = 0;
        foreach (var camera in detail.Cameras)
        {
            // Behind this moment nothing is held or missing yet.
            var decided = session.Start.AddSeconds(camera.RequiredSeconds) is var until && until < to ? until : to;
            double Inside(DateTimeOffset start, DateTimeOffset? end) =>
                Math.Max(0, (((end ?? decided) < decided ? end!.Value : decided) - (start > from ? start : from)).TotalSeconds);
            var gaps = detail.Gaps.Where(g => g.Camera == camera.Camera).ToList();
            var (due, gone) = (Math.Max(0, (decided - from).TotalSeconds), gaps.Where(g => g.Destroyed).Sum(g => Inside(g.Start, g.End)));
            // Gaps are told up to a number; of a whole session the sum is known.
            var kept = from == session.Start && to == session.End ? camera.ProvenSeconds : due - gaps.Sum(g => Inside(g.Start, g.End));
            (required, held) = (required + due, held + Math.Clamp(kept, 0, due));
            (archive, destroyed) = (
                archive + (camera.OnArchiveTier ?? []).Sum(s => Inside(s.Start, s.End)),
                destroyed + Math.Min(gone, due)
            );
        }

        var state =
            required < Least ? FootageState.Unknown
            : held >= Least ? FootageState.Held
            : destroyed >= Least ? FootageState.Destroyed
            : FootageState.NeverRecorded;
        return new(state, required, held, Math.Min(archive, held), destroyed);
    }

    /// <summary>What a person must know before they look; null when all of it lies ready.</summary>
    public LocalText? Sentence() =>
        State switch
        {
            FootageState.Unknown => new(
                "The agent does not know what is held of it: the room has no camera now, or nothing of it is past.",
                "监测主机无法说明其录像情况：该考场当前没有摄像机，或该时段尚未开始。"
            ),
            FootageState.Empty => new(
                "This stretch has no length, so there is nothing to watch. Choose an end after its start, within the session.",
                "该时段长度为零，没有可查看的内容。请在场次时间内选择晚于开始的结束时间。"
            ),
            FootageState.NeverRecorded => new(
                "No camera recorded anything of it. The gaps say why.",
                "各摄像机均未录到该时段，原因见中断记录。"
            ),
            FootageState.Destroyed => new(
                "No footage of it is held any more: it was destroyed as the retention rules allow. The destruction register says when and under which rule.",
                "该时段录像已按保存规则依法销毁，不再保存。销毁时间与依据见销毁登记。"
            ),
            _ => Held(),
        };

    private double Share => Math.Max(1, Math.Floor(ArchiveSeconds / HeldSeconds * 100));

    private LocalText? Held()
    {
        var (en, zh) = (new List<string>(), new List<string>());
        if (ArchiveSeconds >= HeldSeconds - Least)
            Say(
                $"Its footage lies on the archive tier alone. Playing or packing it brings it back first, which takes a while.",
                $"其录像仅存于归档存储，播放或打包前先取回，需要一些时间。"
            );
        else if (ArchiveSeconds >= Least)
            Say(
                $"{Share} % of its footage lies on the archive tier alone. Playing or packing it brings it back first.",
                $"其中 {Share} % 的录像仅存于归档存储，播放或打包前先取回。"
            );
        if (DestroyedSeconds >= Least)
            Say(
                $"A part of its footage was destroyed as the retention rules allow. The destruction register says when and under which rule.",
                $"部分录像已按保存规则依法销毁。销毁时间与依据见销毁登记。"
            );
        return en.Count == 0 ? null : new(string.Join(' ', en), string.Concat(zh));

        void Say(FormattableString english, FormattableString chinese)
        {
            en.Add(english.ToString(CultureInfo.InvariantCulture));
            zh.Add(chinese.ToString(CultureInfo.InvariantCulture));
        }
    }
}
