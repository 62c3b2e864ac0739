using System.Globalization;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Contracts.Evaluation;

/// <summary>One part of an item, as the evidence shows it.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="Holds">Whether it holds; null when it was not measured, which is no yes.</param>
/// <param name="Why">What the evidence says.</param>
/// <param name="Session">Session that decides it; null for none.</param>
/// <param name="At">Moment to look at, UTC; null for none.</param>
public sealed record ScorePart(LocalText Name, bool? Holds, LocalText Why, ExamSessionId? Session = null, DateTimeOffset? At = null);

/// <summary>A mark that the evidence suggests. It is never put in the place of a person's.</summary>
/// <param name="Points">Points; null when the evidence cannot say, and of a disqualifier.</param>
/// <param name="Why">How it comes about: always there.</param>
/// <param name="Parts">What speaks for and against.</param>
public sealed record ScoreProposal(double? Points, LocalText Why, IReadOnlyList<ScorePart> Parts);

/// <summary>Evidence for a score sheet.</summary>
/// <param name="Sessions">Sessions that are evaluated.</param>
/// <param name="Findings">Findings of the samples that were watched.</param>
/// <param name="IsLinked">Whether whoever asks was reached from a place away from the room: the dashboard as the site's command
/// centre.</param>
public sealed record ScoreFacts(IReadOnlyList<SessionDetail> Sessions, IReadOnlyList<SampleFinding> Findings, bool IsLinked);

/// <summary>Proposes marks from evidence. Pure: page, pack and report call the same.</summary>
public static class ScoreProposer
{
    private static readonly LocalText Person = new(
        "No evidence of the product speaks to this: it is for you to judge.",
        "本系统没有相关证据，请由评估人员评定。"
    );

    /// <summary>What the evidence suggests for an item.</summary>
    public static ScoreProposal Of(ScoreItem item, ScoreFacts facts) =>
        item.Evidence switch
        {
            ScoreEvidence.Coverage => Graded(item, [Stations(facts), Area(facts)]),
            ScoreEvidence.PracticeRoom => Graded(item, [Light(facts), Sound(facts), Stations(facts), Area(facts), Link(facts)]),
            ScoreEvidence.AreaAndLink => Graded(item, [Area(facts), Link(facts)]),
            ScoreEvidence.SoundAreaAndLink => Graded(item, [Sound(facts), Area(facts), Link(facts)]),
            ScoreEvidence.Plates => Graded(
                item,
                [Check(facts, "plates", new("A readable number at every station", "每个工位有可识别的编号"))]
            ),
            ScoreEvidence.Archive => Graded(item, [Complete(facts)]),
            ScoreEvidence.Samples => Samples(item, facts),
            ScoreEvidence.Integrity => new(
                null,
                new(
                    "A disqualifier is never proposed: look at what is incomplete, and verify the pack.",
                    "不合格项不作建议：请查看不完整之处并验证证据包。"
                ),
                [Complete(facts)]
            ),
            _ => new(null, Person, []),
        };

    /// <summary>Full points when every part holds; a step less for each that does not; what was not measured counts as not
    /// proved.</summary>
    private static ScoreProposal Graded(ScoreItem item, IReadOnlyList<ScorePart> parts)
    {
        if (parts.All(p => p.Holds is null))
            return new(null, new("Nothing of this was measured: it is for you to judge.", "均未测量，请由评估人员评定。"), parts);
        var missing = parts.Count(p => p.Holds != true);
        if (missing == 0)
            return new(item.Points, new("Every part is proved.", "各项均已证实。"), parts);
        if (item.Step > 0)
        {
            var points = Math.Max(0, Math.Round(item.Points - (item.Step * missing), 2));
            return new(
                points,
                Text(
                    $"{missing} parts are not proved: {item.Points} − {missing} × {item.Step}.",
                    $"有 {missing} 项未证实：{item.Points} − {missing} × {item.Step}。"
                ),
                parts
            );
        }

        // Where the form leaves the points open ("基本符合" 酌情给分), half is a place to begin from, and is said to be no more than that.
        return missing == parts.Count || item.Rule.Contains("否则0分", StringComparison.Ordinal)
            ? new(0, Text($"{missing} of {parts.Count} parts are not proved.", $"{parts.Count} 项中有 {missing} 项未证实。"), parts)
            : new(
                item.Points / 2,
                Text(
                    $"{missing} of {parts.Count} parts are not proved; the form leaves the points to you, half is a place to begin from.",
                    $"{parts.Count} 项中有 {missing} 项未证实；评分表规定酌情给分，此处以一半为参考。"
                ),
                parts
            );
    }

    private static ScorePart Stations(ScoreFacts facts) => Share(facts, s => s.CoveredShare, new("Every station in view", "覆盖每个工位"));

    private static ScorePart Light(ScoreFacts facts) => Share(facts, s => s.LitShare, new("Light enough to record", "光照满足录像要求"));

    private static ScorePart Area(ScoreFacts facts) => Check(facts, "whole-area", new("The whole area in view", "覆盖整个场地区域"));

    private static ScorePart Sound(ScoreFacts facts) => Check(facts, "audio", new("Sound recorded with the picture", "同步录音录像"));

    private static ScorePart Link(ScoreFacts facts) =>
        facts.IsLinked
            ? new(
                new("Linked to the command centre", "与指挥中心完成对接"),
                true,
                new("This dashboard shows the room's pictures.", "本平台可调取该考场画面。")
            )
            : new(new("Linked to the command centre", "与指挥中心完成对接"), null, new("Not asked.", "未查询。"));

    private static ScorePart Share(ScoreFacts facts, Func<StationCompleteness, double?> share, LocalText name)
    {
        var all = facts
            .Sessions.SelectMany(s => s.Stations.Select(t => (Session: s.Summary.Session, t.Station, Share: share(t))))
            .Where(t => t.Share is not null)
            .ToList();
        if (all.Count == 0)
            return new(name, null, new("Not measured.", "未测量。"));
        var worst = all.MinBy(t => t.Share);
        if (worst.Share >= 1)
            return new(
                name,
                true,
                Text(
                    $"All {all.Select(t => t.Station).Distinct().Count()} stations, over all of {facts.Sessions.Count} sessions.",
                    $"{facts.Sessions.Count} 个场次中全部工位全程符合。"
                )
            );
        return new(
            name,
            false,
            Text(
                $"Least: station {worst.Station} in session {worst.Session.Id}, {Percent(worst.Share!.Value)} of the time.",
                $"最低：{worst.Session.Id} 场次 {worst.Station} 号工位，{Percent(worst.Share.Value)}。"
            ),
            worst.Session.Id,
            worst.Session.Start
        );
    }

    private static ScorePart Check(ScoreFacts facts, string id, LocalText name)
    {
        var checks = facts
            .Sessions.Select(s => (s.Summary.Session, Check: s.Readiness?.Checks.FirstOrDefault(c => c.Id == id)))
            .Where(c => c.Check is not null)
            .ToList();
        if (checks.Count == 0)
            return new(name, null, new("No check before a session of these asked for it.", "这些场次考前未进行该项检查。"));
        var (session, check) = checks
            .OrderBy(c =>
                c.Check!.Ok switch
                {
                    false => 0,
                    null => 1,
                    _ => 2,
                }
            )
            .First();
        return new(name, check!.Ok, check.Text, session.Id, session.Start);
    }

    /// <summary>Footage that was destroyed when its time had come speaks neither for nor against.</summary>
    private static ScorePart Complete(ScoreFacts facts)
    {
        var name = new LocalText("Footage of the whole session, every gap with its cause", "全程录像，中断均有原因");
        var known = facts
            .Sessions.Where(s => s.Summary.Completeness is not null)
            .Select(s => (Session: s, Footage: StretchFootage.Of(s)))
            .ToList();
        if (known.Count == 0)
            return new(name, null, new("Not measured.", "未测量。"));
        LocalText And(LocalText said) =>
            new[]
            {
                Count(
                    s => s.DestroyedSeconds > 0,
                    n =>
                        Text(
                            $" Of {n} sessions footage was destroyed as the retention rules allow; the destruction register lists it.",
                            $"{n} 个场次的录像已按保存规则依法销毁，见销毁登记。"
                        )
                ),
                Count(
                    s => s.ArchiveSeconds > 0,
                    n =>
                        Text(
                            $" Of {n} sessions footage lies on the archive tier alone; it is proven all the same.",
                            $"{n} 个场次有录像仅存于归档存储，其证明不受影响。"
                        )
                ),
            }
                .OfType<LocalText>()
                .Aggregate(said, (a, b) => new(a.En + b.En, a.Zh + b.Zh));
        LocalText? Count(Func<StretchFootage, bool> what, Func<int, LocalText> say) =>
            known.Count(s => what(s.Footage)) is > 0 and var n ? say(n) : null;
        var judged = known
            .Select(s => (s.Session, Share: s.Footage.DestroyedSeconds > 0 ? s.Footage.RecordedShare : s.Session.Summary.Completeness))
            .Where(s => s.Share is not null)
            .ToList();
        if (judged.Count == 0)
            return new(name, null, And(new("None of it is held any more.", "均已不再保存。")));
        var worst = judged.MinBy(s => s.Share);
        if (worst.Share >= 1)
            return new(name, true, And(Text($"{judged.Count} sessions without a gap.", $"{judged.Count} 个场次无中断。")));
        var (session, gaps) = (worst.Session.Summary.Session, judged.Sum(s => s.Session.Gaps.Count(g => !g.Destroyed)));
        return new(
            name,
            false,
            And(
                Text(
                    $"Least: session {session.Id}, {Percent(worst.Share!.Value)}; {gaps} gaps in {judged.Count} sessions.",
                    $"最低：{session.Id} 场次 {Percent(worst.Share.Value)}；{judged.Count} 个场次共 {gaps} 处中断。"
                )
            ),
            session.Id,
            worst.Session.Gaps.FirstOrDefault(g => !g.Destroyed)?.Start ?? session.Start
        );
    }

    /// <summary>The newest finding of a sample counts; what could not be judged speaks neither for nor against.</summary>
    private static ScoreProposal Samples(ScoreItem item, ScoreFacts facts)
    {
        var newest = facts
            .Findings.GroupBy(f => f.Finding.Unit ?? f.Finding.Session.Text, StringComparer.Ordinal)
            .Select(g => g.MaxBy(f => f.At)!)
            .ToList();
        var parts = newest
            .Where(f => f.Finding.Verdict != SampleVerdict.InOrder)
            .Select(f => new ScorePart(
                new(f.Finding.Unit ?? f.Finding.Session.Text, f.Finding.Unit ?? f.Finding.Session.Text),
                f.Finding.Verdict == SampleVerdict.Issue ? false : null,
                new(f.Finding.Note, f.Finding.Note),
                f.Finding.Session,
                f.Finding.Moments.Count > 0 ? f.Finding.Moments[0].At : f.Finding.From
            ))
            .ToList();
        var (good, bad) = (
            newest.Count(f => f.Finding.Verdict == SampleVerdict.InOrder),
            newest.Count(f => f.Finding.Verdict == SampleVerdict.Issue)
        );
        if (good + bad == 0)
            return new(null, new("No sample was judged yet.", "尚无抽查结论。"), parts);
        if (bad == 0)
            return new(item.Points, Text($"{good} samples are in order.", $"抽查 {good} 个，均符合要求。"), parts);
        var points = Math.Round(item.Points * good / (good + bad) * 2, MidpointRounding.ToZero) / 2;
        return new(
            points,
            Text(
                $"{good} of {good + bad} samples are in order: that share of the points, rounded down to half a point.",
                $"抽查 {good + bad} 个，{good} 个符合要求：按比例计分，向下取至 0.5 分。"
            ),
            parts
        );
    }

    private static LocalText Text(FormattableString en, FormattableString zh) =>
        new(en.ToString(CultureInfo.InvariantCulture), zh.ToString(CultureInfo.InvariantCulture));

    private static string Percent(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 10_000) / 100:0.##} %");
}
