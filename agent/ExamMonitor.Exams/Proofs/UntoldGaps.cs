using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Recording;

namespace ExamMonitor.Exams.Proofs;

/// <summary>
/// Times of a session that are neither held nor a gap of the timeline: before a camera's first recording, or while no agent ran. Pure.
/// </summary>
internal static class UntoldGaps
{
    // Less is the seam between two segments.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    private static readonly LocalText Why = new(
        "Nothing was recorded yet, or no agent ran: required time of the session that is missing all the same.",
        "录像尚未开始或采集服务未运行：仍计入该场次应录而缺失的时间。"
    );

    /// <summary>What is missing between the start of a session and the moment up to which its footage is decided.</summary>
    /// <param name="camera">Camera.</param>
    /// <param name="proven">What is held, in any order.</param>
    /// <param name="gaps">Gaps that the timeline tells.</param>
    /// <param name="from">Start of the session, UTC.</param>
    /// <param name="decided">What lies after it is neither held nor missing yet, UTC.</param>
    public static IEnumerable<SessionGap> Of(
        CameraId camera,
        IEnumerable<WallSpan> proven,
        IEnumerable<SessionGap> gaps,
        DateTimeOffset from,
        DateTimeOffset decided
    )
    {
        var at = from;
        foreach (var span in Completeness.Union([.. proven, .. gaps.Select(g => new WallSpan(g.Start, g.End ?? decided))]))
        {
            if (span.Start - at >= Least && at < decided)
                yield return Missing(camera, at, span.Start < decided ? span.Start : decided);
            if (span.End > at)
                at = span.End;
        }

        if (decided - at >= Least)
            yield return Missing(camera, at, decided);
    }

    private static SessionGap Missing(CameraId camera, DateTimeOffset from, DateTimeOffset to) =>
        new(camera, from, to, GapCause.Agent, Why);
}
