using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// A site made of a number: schedule with changes and cancellations, profiles, lengthenings, holds, footage, and moments to decide at.
/// </summary>
internal sealed record RetentionCase(RetentionFacts Facts, IReadOnlyList<FootageCandidate> Footage, IReadOnlyList<DateTimeOffset> Moments)
{
    private static readonly string[] Zones =
    [
        "Asia/Shanghai",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Cairo",
        "America/Havana",
        "UTC",
    ];
    private static readonly string[] Windows = ["P6M", "P180D", "P184D", "P1M", "P5Y", "P2Y", "P1Y6M", "P30D", "P26W"];
    private static readonly RoomId[] Rooms = [RoomId.Of("R1"), RoomId.Of("R2")];
    private static readonly CameraId[] Cameras = [CameraId.Of("C1"), CameraId.Of("C2")];
    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static RetentionCase Of(int seed)
    {
        var random = new Random(seed);
        var sessions = Sessions(random);
        var rules = Rules(random);
        var facts = new RetentionFacts
        {
            Rules = rules,
            Sessions = sessions,
            Holds = Holds(random, sessions),
        };
        var footage = MakeFootage(random, sessions);
        return new(facts, footage, MakeMoments(random, footage, facts));
    }

    /// <summary>
    /// Decides at every moment, and says what is wrong; null when nothing is. Also counts, so that a test can tell that it saw both kinds.
    /// </summary>
    public string? Check(out int kept, out int discarded)
    {
        (kept, discarded) = (0, 0);
        var planner = new RetentionPlanner(Facts);
        foreach (var now in Moments)
        {
            // Whatever the need for space is.
            foreach (var need in new[] { 0L, long.MaxValue })
            {
                foreach (var decision in planner.Plan(now, Footage, need))
                {
                    var must = NaiveLaw.MustKeep(decision.Footage, Facts, now);
                    var discard = decision.Verdict == RetentionVerdict.Discard;
                    if (must && discard)
                        return $"{decision.Footage} would go at {now:O}: {decision.Reason.Text.En}";
                    var exam = NaiveLaw.IsExam(decision.Footage, Facts);
                    if (discard && exam != decision.Reason is WindowEnded)
                        return $"{decision.Footage} goes for a wrong reason at {now:O}: {decision.Reason.Text.En}";
                    if (!must && !discard && exam)
                        return $"{decision.Footage} is kept at {now:O} without a duty: {decision.Reason.Text.En}";
                    if (!must && !discard && need > 0)
                        return $"{decision.Footage} is idle and does not give way at {now:O}: {decision.Reason.Text.En}";
                    if (decision.Reason.Text is not { En.Length: > 0, Zh.Length: > 0 })
                        return "A reason has no text.";
                    if (discard)
                        discarded++;
                    else
                        kept++;
                }
            }
        }

        return null;
    }

    private static List<SessionVersion> Sessions(Random random)
    {
        var versions = new List<SessionVersion>();
        for (var i = random.Next(0, 7); i > 0; i--)
        {
            var id = ExamSessionId.Of($"S{i}");
            var start = Epoch.AddMinutes(random.Next(0, 1100 * 24 * 60));
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var last = n == 1;
                var session = new ExamSession(
                    id,
                    BatchId.Of($"B{random.Next(3)}"),
                    Rooms[random.Next(2)],
                    start,
                    start.AddMinutes(random.Next(1, 600)),
                    "",
                    null,
                    random.Next(4) == 0
                );
                // Replaced somewhere around its time: before, within, after.
                versions.Add(new(session, last ? null : start.AddMinutes(random.Next(-3000, 3000))));
                start = start.AddMinutes(random.Next(-3000, 3000));
            }
        }

        return versions;
    }

    private static List<RulesVersion> Rules(Random random)
    {
        var versions = new List<RulesVersion>();
        var at = Epoch;
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            at = at.AddDays(random.Next(1, 500));
            versions.Add(new(OneRules(random), n == 1 ? null : at));
        }

        return versions;
    }

    private static RetentionRules OneRules(Random random)
    {
        var profiles = new List<LawProfileReading>();
        for (var i = random.Next(0, 4); i > 0; i--)
        {
            var window = random.Next(20) == 0 ? (CalendarPeriod?)null : CalendarPeriod.Parse(Windows[random.Next(Windows.Length)]);
            profiles.Add(
                new(
                    $"p{i}",
                    new(
                        LawProfile.SchemaName,
                        $"p{i}",
                        1,
                        new("p", "p"),
                        [new("r", ["RET-1"], "d", "c", "t", FootageClass.Exam, window, WindowStart.BatchDayEnd)]
                    ),
                    []
                )
            );
        }

        var site = new SiteRetention
        {
            IdleDays = random.Next(2) == 0 ? random.Next(1, 400) : null,
            MarginBefore = TimeSpan.FromMinutes(random.Next(0, 120)),
            MarginAfter = TimeSpan.FromMinutes(random.Next(0, 120)),
            TimeZone = Zones[random.Next(Zones.Length)],
        };
        var rules = RetentionRulesReader.Combine(site, profiles).Rules;
        if (random.Next(3) > 0)
            return rules;
        // A lengthening, or what claims to be one.
        var own = rules.Exam[0].Rule with
        {
            Id = "longer",
            Window = CalendarPeriod.Parse(Windows[random.Next(Windows.Length)]),
        };
        return rules with { Exam = [.. rules.Exam, new("site", 1, own)] };
    }

    private static List<Hold> Holds(Random random, List<SessionVersion> sessions)
    {
        var holds = new List<Hold>();
        for (var i = random.Next(0, 4); i > 0; i--)
        {
            var from = Epoch.AddMinutes(random.Next(0, 1100 * 24 * 60));
            var session = sessions.Count > 0 ? sessions[random.Next(sessions.Count)].Session : null;
            var scope = new FootageScope(
                random.Next(2) == 0 ? Rooms[random.Next(2)] : null,
                random.Next(3) == 0 ? Cameras[random.Next(2)] : null,
                random.Next(3) == 0 ? session?.Batch : null,
                random.Next(3) == 0 ? session?.Id : null,
                random.Next(2) == 0 ? from : null,
                random.Next(2) == 0 ? from.AddMinutes(random.Next(1, 100_000)) : null
            );
            holds.Add(
                new(
                    HoldId.Of($"H{i}"),
                    [scope],
                    "why",
                    "who",
                    from,
                    random.Next(3) == 0 ? from.AddDays(random.Next(1, 2000)) : null,
                    random.Next(4) == 0 ? new("x", from, "y") : null
                )
            );
        }

        return holds;
    }

    private static List<FootageCandidate> MakeFootage(Random random, List<SessionVersion> sessions)
    {
        var footage = new List<FootageCandidate>();
        for (var i = 1; i <= 12; i++)
        {
            // Near the edges of a session, where mistakes live, or anywhere.
            var session = sessions.Count > 0 && random.Next(4) > 0 ? sessions[random.Next(sessions.Count)].Session : null;
            var start = session is null
                ? Epoch.AddSeconds(random.Next(0, 1100 * 86400))
                : (random.Next(2) == 0 ? session.Start : session.End).AddSeconds(random.Next(-9000, 9000));
            footage.Add(
                new(
                    i,
                    session?.Room ?? Rooms[random.Next(2)],
                    Cameras[random.Next(2)],
                    start,
                    start.AddMilliseconds(random.Next(1, 90_000)),
                    1000
                )
            );
        }

        return [.. footage.OrderBy(f => f.Start)];
    }

    private static List<DateTimeOffset> MakeMoments(Random random, List<FootageCandidate> footage, RetentionFacts facts)
    {
        var moments = new List<DateTimeOffset> { Epoch.AddDays(random.Next(0, 4000)), Epoch.AddYears(66) };
        foreach (var session in facts.Sessions!)
        {
            // Around the midnight at which a window ends.
            var rules = facts.Rules![random.Next(facts.Rules.Count)].Rules;
            if (rules.Exam[random.Next(rules.Exam.Count)].Rule.Window is not { } window)
                continue;
            var zone = SiteZone.Of(rules.TimeZone);
            var midnight = NaiveLaw.LastKept(TimeZoneInfo.ConvertTime(session.Session.End, zone).Date, window).AddDays(1);
            var utc = new DateTimeOffset(midnight, TimeSpan.Zero) - zone.GetUtcOffset(midnight);
            moments.Add(utc.AddSeconds(random.Next(-2, 3)));
            moments.Add(utc.AddHours(random.Next(-3, 4)));
        }

        if (footage.Count > 0)
            moments.Add(footage[0].End.AddDays(random.Next(0, 500)));
        return moments;
    }
}
