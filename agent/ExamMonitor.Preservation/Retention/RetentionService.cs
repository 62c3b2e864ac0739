using System.Globalization;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Scrubbing;
using ExamMonitor.Preservation.Tiers;
using ExamMonitor.Recording;
using ExamMonitor.Retention;

namespace ExamMonitor.Preservation.Retention;

/// <summary>What retention says, in the shapes of the API and of MQTT. Thread-safe.</summary>
/// <param name="footage">Retention of the volume.</param>
/// <param name="archive">Archive.</param>
/// <param name="schedule">Exam sessions.</param>
/// <param name="scrub">Reading again.</param>
/// <param name="calendar">Days of the site.</param>
/// <param name="section">Configuration.</param>
/// <param name="rules">Rules in force.</param>
/// <param name="identity">Who this is.</param>
/// <param name="tier">Copying to the archive tier; null for none.</param>
internal sealed class RetentionService(
    FootageRetention footage,
    FootageArchive archive,
    IExamSchedule schedule,
    ScrubService scrub,
    SiteCalendar calendar,
    RetentionSection section,
    RetentionRules rules,
    AgentIdentity identity,
    TierService? tier = null
)
{
    private volatile RetentionSums? _sums;
    private volatile SweepReport? _last;
    private volatile ForecastAnswer? _forecast;

    /// <summary>The last forecast; null before the first count.</summary>
    public ForecastAnswer? LastForecast => _forecast;

    /// <summary>
    /// Site date of the breach that is foreseen; null when the last count foresaw none. One that was foreseen is forecast anew at each
    /// call: a disk that was added ends it at once.
    /// </summary>
    public DateOnly? ForeseenBreach()
    {
        if (_forecast?.BreachOn is null)
            return null;
        var answer = footage.ForecastDuty();
        _forecast = answer;
        return answer.BreachOn;
    }

    /// <summary>The last sums; null before the first count.</summary>
    public RetentionSums? Sums => _sums;

    /// <summary>The last sweep of this process; null before the first.</summary>
    public SweepReport? LastSweep => _last;

    /// <summary>Counts the whole archive, and forecasts.</summary>
    public void Count(DateTimeOffset now, CancellationToken cancellationToken)
    {
        _sums = RetentionSums.Count(footage.PlanSweep(full: true), rules.WindowText(calendar.DayOf(now)), now, cancellationToken);
        _forecast = footage.ForecastDuty();
    }

    /// <summary>
    /// Lets go what may go. Retention is told of every session first; when it cannot be, or the schedule cannot be read, nothing is looked
    /// at.
    /// </summary>
    /// <exception cref="IOException">The volume failed; nothing that is not in the register went.</exception>
    public SweepReport Sweep(string by, bool full, CancellationToken cancellationToken)
    {
        if (schedule.Failure is { } failure)
            throw new IOException(failure.En);
        footage.RememberSessions([.. schedule.Sessions], "schedule");
        var report = footage.Sweep(by, full, cancellationToken);
        _last = report;
        return report;
    }

    /// <summary>What retention works by, and how it stands.</summary>
    public RetentionOverview Overview(DateTimeOffset now)
    {
        var longest = rules.LimitFor(calendar.DayOf(now)).By;
        return new(
            [
                .. rules.Exam.Select(r => new ProfileInForce(
                    r.Name,
                    new($"{r.Rule.Document} {r.Rule.Clause}", $"{r.Rule.Document} {r.Rule.Clause}"),
                    r.Rule.FootageClass,
                    r.Rule.Window?.ToString() ?? "for ever",
                    r == longest
                )),
            ],
            section.IdleDays,
            section.TwoPersonApproval,
            Status(now)
        );
    }

    /// <summary>State for MQTT.</summary>
    public AgentRetention Status(DateTimeOffset now)
    {
        var space = footage.Space();
        return new(
            AgentRetention.SchemaName,
            now,
            0,
            identity.Agent,
            _sums?.Classes ?? [],
            space.FreeBytes,
            space.ReserveBytes,
            _forecast?.BreachOn,
            HoldsInForce(now),
            _last?.Waiting ?? 0,
            footage.LastSweep,
            _last?.Destroyed,
            scrub.State.LastFinished,
            WhyNothing(),
            tier?.Tell()
        );
    }

    /// <summary>Why nothing can be destroyed at present.</summary>
    public LocalText? WhyNothing() => schedule.Failure ?? footage.NothingIsDestroyed();

    /// <summary>One page of what a sweep would do.</summary>
    public RetentionPlanPage Plan(bool? discard, RoomId? room, CameraId? camera, int offset, int limit, DateTimeOffset now)
    {
        var found = footage
            .PlanSweep(full: discard != true)
            .Where(d =>
                (discard is null || d.Verdict == RetentionVerdict.Discard == discard)
                && (room is null || d.Footage.Room == room)
                && (camera is null || d.Footage.Camera == camera)
            )
            .Skip(offset)
            .Take(limit + 1)
            .ToList();
        return new(
            now,
            footage.Propose().Digest,
            WhyNothing(),
            _sums?.Sums ?? [],
            [.. found.Take(limit).Select(Told)],
            found.Count > limit ? (offset + limit).ToString(CultureInfo.InvariantCulture) : null
        );
    }

    /// <summary>Where the approval of the plan of now stands; null when nothing waits.</summary>
    public PlanApproval? Approval() =>
        footage.Propose() is { Segments: > 0 } proposal ? Told(proposal)
        : footage.OpenProposals() is [var open, ..] ? Told(open)
        : null;

    /// <summary>Approves.</summary>
    /// <exception cref="RetentionException">The plan has changed, or the person approved it before.</exception>
    public PlanApproval Approve(string digest, ActingPerson person) => Told(footage.Approve(digest, person.Name, person.Reason!));

    /// <summary>A page of the register.</summary>
    public DestructionPage Register(long? before, int limit, RoomId? room, CameraId? camera)
    {
        var records = footage.ListDestructions(before, limit, room, camera);
        return new([.. records.Select(Told)], records.Count == limit ? records[^1].Ledger : null);
    }

    /// <summary>The whole register, the newest first, one at a time.</summary>
    /// <param name="from">First instant of a destruction; null for the beginning.</param>
    /// <param name="to">Exclusive; null for no end.</param>
    public IEnumerable<DestructionEntry> ExportRegister(DateTimeOffset? from, DateTimeOffset? to) =>
        footage.ExportDestructions(from, to).Select(Told);

    /// <summary>The forecast of now.</summary>
    public CapacityForecast Forecast(DateTimeOffset now)
    {
        var answer = footage.ForecastDuty();
        _forecast = answer;
        var text =
            !answer.IsKnown
                ? new LocalText(
                    "Too little is known for a forecast: cameras must have recorded for an hour, and sessions must be scheduled.",
                    "信息不足，无法预测：需要摄像机录制满一小时并已安排考试。"
                )
            : answer.BreachOn is { } day
                ? new(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"From {day:yyyy-MM-dd} on the volume cannot hold what the law asks to keep."
                    ),
                    string.Create(CultureInfo.InvariantCulture, $"自 {day:yyyy-MM-dd} 起，存储卷将无法容纳依法应保存的录像。")
                )
            : new(
                "The volume holds what the law asks to keep for as far as is looked ahead (12 years).",
                "在预测期（12 年）内，存储卷可以容纳依法应保存的录像。"
            );
        var weekAgo = now.AddDays(-7);
        var hours = schedule
            .Sessions.Where(s => !s.Cancelled && s.Start < now.AddDays(28) && s.End > weekAgo.AddDays(-21))
            .GroupBy(s => s.Room)
            .ToDictionary(g => g.Key, g => g.Sum(s => (s.End - s.Start + rules.MarginBefore + rules.MarginAfter).TotalHours) / 8);
        var classes = _sums?.Classes ?? [];
        var idle = classes.Where(c => c.Name == "idle").Sum(c => c.SizeBytes);
        return new(
            now,
            answer.BreachOn,
            answer.IsKnown,
            text,
            archive.FreeBytes(),
            answer.CapacityBytes,
            classes.Sum(c => c.SizeBytes) - idle,
            idle,
            [
                .. footage
                    .MeasureCameras()
                    .Select(c => new CameraForecast(c.Room, c.Camera, c.BytesPerHour, Math.Round(hours.GetValueOrDefault(c.Room), 1))),
            ],
            [.. answer.Points.Select(p => new ForecastDay(p.Day, (long)p.DutyBytes))]
        );
    }

    private int HoldsInForce(DateTimeOffset now)
    {
        try
        {
            return footage.ListHolds().Count(h => h.StandsAt(now));
        }
        catch (RetentionException)
        {
            // The problem retention-unreadable says so; a number would be a guess.
            return 0;
        }
    }

    private PlannedSegment Told(RetentionDecision d) =>
        new(
            d.Footage.Segment,
            d.Footage.Room,
            d.Footage.Camera,
            d.Footage.Start,
            d.Footage.End,
            d.Footage.SizeBytes,
            RetentionSums.ClassOf(d.Reason),
            d.Verdict == RetentionVerdict.Discard,
            d.Reason.Code,
            d.Reason.Text,
            d is { Verdict: RetentionVerdict.Keep, LawfulFrom: { } from } && from < DateTimeOffset.MaxValue
                ? calendar.DayOf(from.AddTicks(-1))
                : null
        );

    private PlanApproval Told(Proposal p) =>
        new(
            p.Digest,
            p.Segments,
            p.SizeBytes,
            p.ApprovedBy,
            section.TwoPersonApproval ? Math.Max(0, Proposal.Persons - p.ApprovedBy.Count) : 0
        );

    private static DestructionEntry Told(DestructionRecord r) =>
        new(
            r.Ledger,
            r.At,
            r.Room,
            r.Camera,
            r.Start,
            r.End,
            r.Bytes,
            r.Sha256,
            r.FootageClass,
            r.Rule,
            r.Reason,
            r.By,
            r.Code,
            r.Path,
            r.Segment,
            r.Number,
            r.Leaf
        );
}
