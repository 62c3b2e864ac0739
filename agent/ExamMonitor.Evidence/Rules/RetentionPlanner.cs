using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Rules;

/// <summary>
/// Decides what is kept and what may go. Pure: the same facts always give the same decisions. Immutable, safe from any thread.
/// </summary>
/// <remarks>
/// Invariants: nothing under a hold and nothing within a window is ever a <see cref="RetentionVerdict.Discard"/>, whatever the space;
/// whatever is not known
/// keeps. Only idle footage gives way to a lack of space, the oldest first.
/// </remarks>
public sealed class RetentionPlanner
{
    private readonly KeepCause? _undecided;
    private readonly RetentionRules? _current;
    private readonly SiteCalendar? _calendar;
    private readonly Dictionary<RoomId, DutyTimeline> _duties = [];
    private readonly HeldFootage _held = HeldFootage.None;

    /// <summary>Prepares the facts: some milliseconds for years of sessions.</summary>
    public RetentionPlanner(RetentionFacts facts)
    {
        _undecided =
            facts.Holds is null ? KeepCause.HoldsUnreadable
            : facts.Sessions is null ? KeepCause.SessionsUnreadable
            : facts.Rules is null || facts.Rules.All(r => r.ReplacedAt is not null) ? KeepCause.RulesUnreadable
            : null;
        if (_undecided is not null)
            return;
        _current = facts.Rules!.Last(r => r.ReplacedAt is null).Rules;
        _calendar = new(SiteZone.Of(_current.TimeZone));
        _duties = DutyTimeline.Of(facts.Rules!, facts.Sessions!);
        _held = new(facts.Holds!, facts.Sessions!, facts.Rules!);
    }

    /// <summary>Decides about each segment, in the order given, one at a time.</summary>
    /// <param name="now">Ages count to here: trusted time, or null when none is known, which keeps everything.</param>
    /// <param name="footage">Segments. When bytes are to be freed, in order of their starts: the first ones go.</param>
    /// <param name="facts">Rules, sessions, holds.</param>
    /// <param name="bytesToFree">Bytes by which space is short, ≥ 0; idle footage gives way until they are found.</param>
    public static IEnumerable<RetentionDecision> Plan(
        DateTimeOffset? now,
        IEnumerable<FootageCandidate> footage,
        RetentionFacts facts,
        long bytesToFree = 0
    ) => new RetentionPlanner(facts).Plan(now, footage, bytesToFree);

    /// <inheritdoc cref="Plan(DateTimeOffset?, IEnumerable{FootageCandidate}, RetentionFacts, long)"/>
    public IEnumerable<RetentionDecision> Plan(DateTimeOffset? now, IEnumerable<FootageCandidate> footage, long bytesToFree = 0)
    {
        foreach (var candidate in footage)
        {
            var decision = Decide(now, candidate, bytesToFree > 0);
            if (decision.Verdict == RetentionVerdict.Discard)
                bytesToFree -= candidate.SizeBytes;
            yield return decision;
        }
    }

    /// <summary>Decides about one segment.</summary>
    /// <param name="now">As in <see cref="Plan(DateTimeOffset?, IEnumerable{FootageCandidate}, long)"/>.</param>
    /// <param name="footage">Segment.</param>
    /// <param name="spaceIsShort">Whether idle footage gives way.</param>
    public RetentionDecision Decide(DateTimeOffset? now, FootageCandidate footage, bool spaceIsShort = false)
    {
        if (_undecided is { } cause)
            return Keep(footage, new KeptUndecided(cause), null);
        if (now is not { } at)
            return Keep(footage, new KeptUndecided(KeepCause.ClockUntrusted), null);
        if (!footage.InLedger)
            return Keep(footage, new KeptUndecided(KeepCause.NotInLedger), at);
        // Whichever of the times at which it can have been made keeps it longest, counts.
        var spans = footage.Made?.Spans ?? [MadeWhen.OwnOf(footage.Start, footage.End)];
        if (Held(footage, spans, at) is { } hold)
            return Keep(footage, new KeptByHold(hold.Id, hold.Reason, hold.Owner), hold.Until);
        var duty = _duties.TryGetValue(footage.Room, out var timeline)
            ? spans.Select(s => timeline.LongestKept(s.FromMs, s.ToMs)).MaxBy(d => d?.LawfulFromMs)
            : null;
        var decision = duty is null ? Idle(footage, spans.Max(s => s.ToMs), at, spaceIsShort) : Duty(footage, duty, UnixMs.Of(at));
        // Asked again with every sweep: what bounds it may have come.
        return footage.Made is { IsBounded: false } && decision.Reason is not KeptByDuty
            ? Keep(footage, new KeptUndecided(KeepCause.MadeUnknown), at)
            : decision;
    }

    private Hold? Held(FootageCandidate footage, IReadOnlyList<MadeSpan> spans, DateTimeOffset at)
    {
        var holds = spans.Select(s => _held.Find(footage.Room, footage.Camera, s.FromMs, s.ToMs, at)).OfType<Hold>().ToList();
        return holds.Find(h => h.Until is null) ?? holds.MaxBy(h => h.Until);
    }

    private static RetentionDecision Duty(FootageCandidate footage, DutySpan duty, long atMs)
    {
        var (session, limit) = (duty.Session, duty.Limit);
        return limit.LastKept is { } last && atMs >= duty.LawfulFromMs
            ? new(
                footage,
                RetentionVerdict.Discard,
                new WindowEnded(limit.By, session.Id, session.Batch, last),
                UnixMs.ToUtc(duty.LawfulFromMs)
            )
            : Keep(
                footage,
                new KeptByDuty(limit.By, session.Id, session.Batch, limit.LastKept) { IsDateDoubtful = footage.Made is not null },
                duty.LawfulFromMs == long.MaxValue ? null : UnixMs.ToUtc(duty.LawfulFromMs)
            );
    }

    /// <summary>Latest time of the calendar that is worked with: a date moved beyond it is kept as long as this.</summary>
    private static readonly long LatestMs = UnixMs.Of(new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private RetentionDecision Idle(FootageCandidate footage, long madeToMs, DateTimeOffset at, bool spaceIsShort)
    {
        var made =
            madeToMs == Math.Max(UnixMs.Ceiling(footage.End), UnixMs.Of(footage.Start) + 1)
                ? footage.End
                : UnixMs.ToUtc(Math.Clamp(madeToMs, 0, LatestMs));
        DateOnly? last = _current!.IdleDays is { } days ? _calendar!.DayOf(made).AddDays(days) : null;
        var lawful = last is { } day ? _calendar!.LawfulFrom(day) : (DateTimeOffset?)null;
        if (lawful is not null && at >= lawful)
            return new(footage, RetentionVerdict.Discard, new IdleAged(_current.IdleDays!.Value, last!.Value), lawful);
        return spaceIsShort
            ? new(footage, RetentionVerdict.Discard, new IdleForSpace(), made)
            : Keep(footage, new KeptAsIdle(last), lawful);
    }

    private static RetentionDecision Keep(FootageCandidate footage, RetentionReason reason, DateTimeOffset? lawfulFrom) =>
        new(footage, RetentionVerdict.Keep, reason, lawfulFrom);
}
