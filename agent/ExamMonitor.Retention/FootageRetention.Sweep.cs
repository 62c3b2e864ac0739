using System.Collections.Immutable;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention;

/// <content>Sweeps: find what is due, decide, let go.</content>
public sealed partial class FootageRetention
{
    /// <summary>
    /// Segments that go together: one flush of ledger, register and index for all of them, and the longest that a hold waits.
    /// </summary>
    internal const int SegmentsAtOnce = 256;

    private const int DaysAtOnce = 64;
    private readonly Lock _sweeping = new();

    /// <summary>
    /// Lets go what is due, and idle footage when space is short. May be stopped and called again at any time; each segment is decided anew
    /// right before it goes.
    /// </summary>
    /// <param name="by">Job or person, for the register; 1 to 100 characters.</param>
    /// <param name="full">Whether every day is looked at, not only those of which something may be due; for once a week.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="WrongVolumeException">The volume is missing or another one; nothing was touched.</exception>
    /// <exception cref="IOException">The volume, the ledger or the index could not be written; the next sweep goes on.</exception>
    public SweepReport Sweep(string by, bool full, CancellationToken cancellationToken)
    {
        HoldPlacement.RequireText(by, 100, "by");
        lock (_sweeping)
        {
            try
            {
                return SweepOnce(by, full, cancellationToken);
            }
            catch (Exception e) when (e is IOException && _context.Reserve.NoteFailure(e))
            {
                // A full disk has given room for its own clearing; what was begun is found and gone on with.
                return SweepOnce(by, full, cancellationToken);
            }
            finally
            {
                _ = _context.Reserve.TryResume();
            }
        }
    }

    private SweepReport SweepOnce(string by, bool full, CancellationToken cancellationToken)
    {
        var now = Now();
        if (now.Refused is not null)
            _context.Logger.ClockRefused(now.Wall, now.Trusted);
        VolumeIdentity.Require(_context.Volume, _context.VolumeId);
        LookAtFiles();
        EnterRules(now);
        if (NothingGoes(now) is { } why)
            return new(now, 0, 0, 0, 0, why, Space());
        _destroyer.FinishGarbage();
        if (full)
            _context.Index.Write(t => t.RecheckAll());
        var sweep = new SweepCount();
        SweepDue(now.AgesTo!.Value, by, sweep, cancellationToken);
        var space = Space();
        if (space.BytesToFree > 0)
        {
            var before = sweep.Bytes;
            SweepIdle(now.AgesTo.Value, space.BytesToFree, by, sweep, cancellationToken);
            _context.Logger.SpaceShort(space.BytesToFree, sweep.Bytes - before);
            space = Space();
        }

        LastSweep = now.Wall;
        return new(now, sweep.Looked, sweep.Destroyed, sweep.Bytes, sweep.Waiting, null, space);
    }

    private void EnterRules(RetentionNow now)
    {
        lock (_gate)
        {
            if (_rulesToEnter is not { } rules)
                return;
            _store.Use(rules, Latest(now), "configuration", _options.TwoPersons);
            _rulesToEnter = null;
        }
    }

    /// <summary>End of the last finished sweep of this process, UTC; null before the first.</summary>
    public DateTimeOffset? LastSweep { get; private set; }

    /// <summary>Why nothing at all may go; null when a sweep would work.</summary>
    public LocalText? NothingIsDestroyed() => NothingGoes(Now());

    /// <summary>Decisions about everything of which something may be due, the oldest first, one at a time. Changes nothing.</summary>
    /// <param name="full">Whether every day is looked at; takes a minute for tens of millions of segments.</param>
    public IEnumerable<RetentionDecision> PlanSweep(bool full)
    {
        var (now, planner) = (Now().AgesTo, Planner());
        var days = _context.Index.Read(q =>
            q.DueDays(
                full ? long.MaxValue
                : now is { } at ? UnixMs.Of(at)
                : long.MinValue
            )
        );
        return days.SelectMany(d => planner.Plan(now, Dated(_context.Index.Read(q => q.Candidates(d)))));
    }

    private LocalText? NothingGoes(RetentionNow now)
    {
        if (_older is not null)
            return _older;
        if (_files.Faults is [var fault, ..])
            return fault.Text;
        var facts = Facts;
        KeepCause? cause =
            facts.Holds is null ? KeepCause.HoldsUnreadable
            : facts.Sessions is null ? KeepCause.SessionsUnreadable
            : facts.Rules is null or [] ? KeepCause.RulesUnreadable
            : now.AgesTo is null || _clockJournal.History is null ? KeepCause.ClockUntrusted
            : null;
        return cause is { } c ? new KeptUndecided(c).Text : null;
    }

    private void SweepDue(DateTimeOffset at, string by, SweepCount sweep, CancellationToken cancellationToken)
    {
        var approved = ApprovedPaths();
        foreach (var days in _context.Index.Read(q => q.DueDays(UnixMs.Of(at))).Chunk(DaysAtOnce))
        {
            var notes = new List<(RetentionDay Day, long RecheckMs, bool Idle, int Segments)>();
            foreach (var day in days)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var decisions = Planner().Plan(at, Dated(_context.Index.Read(q => q.Candidates(day)))).ToList();
                sweep.Looked += decisions.Count;
                var kept = DestroyAll(decisions, spaceIsShort: false, approved, by, sweep, cancellationToken);
                notes.Add((day, kept.Count == 0 ? 0 : kept.Min(RecheckMs), kept.Exists(d => d.Reason is KeptAsIdle), kept.Count));
            }

            _context.Index.Write(t =>
            {
                foreach (var (day, recheckMs, idle, segments) in notes)
                {
                    if (segments == 0)
                        t.DropDay(day);
                    else
                        t.NoteDay(day, recheckMs, idle, segments);
                }
            });
        }
    }

    /// <summary>Idle footage gives way, the oldest first over all cameras, until enough is free.</summary>
    private void SweepIdle(DateTimeOffset at, long bytesToFree, string by, SweepCount sweep, CancellationToken cancellationToken)
    {
        var enough = sweep.Bytes + bytesToFree;
        foreach (var days in _context.Index.Read(q => q.IdleDays()).GroupBy(d => d.Day))
        {
            if (sweep.Bytes >= enough)
                return;
            cancellationToken.ThrowIfCancellationRequested();
            var candidates = days.SelectMany(d => Dated(_context.Index.Read(q => q.Candidates(d))))
                .OrderBy(c => c.Start)
                .ThenBy(c => c.Segment)
                .ToList();
            var (planner, need) = (Planner(), enough - sweep.Bytes);
            var going = new List<RetentionDecision>();
            var left = candidates.ToHashSet();
            foreach (var candidate in candidates)
            {
                // Due exam footage is for the other sweep, which knows what two persons approved.
                var decision = planner.Decide(at, candidate, spaceIsShort: true);
                if (decision.Reason is not (IdleForSpace or IdleAged))
                    left.Remove(candidate);
                else if (need > 0)
                {
                    going.Add(decision);
                    left.Remove(candidate);
                    need -= candidate.SizeBytes;
                }
            }

            sweep.Looked += candidates.Count;
            var kept = DestroyAll(going, spaceIsShort: true, ImmutableHashSet<string>.Empty, by, sweep, cancellationToken);
            if (left.Count == 0 && kept.Count == 0)
                _context.Index.Write(t => t.NoteNoIdle(days, candidates));
        }
    }

    /// <summary>Lets go what is to go; returns what is kept after all.</summary>
    private List<RetentionDecision> DestroyAll(
        List<RetentionDecision> decisions,
        bool spaceIsShort,
        IReadOnlySet<string> approved,
        string by,
        SweepCount sweep,
        CancellationToken cancellationToken
    )
    {
        var kept = decisions.FindAll(d => d.Verdict == RetentionVerdict.Keep);
        foreach (var some in decisions.Where(d => d.Verdict == RetentionVerdict.Discard).Chunk(SegmentsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                // Decided anew with what is known now: a hold or session may have come in the meantime, the clock may have gone back.
                var (planner, at) = (Planner(), Now().AgesTo);
                var going = new List<(StoredSegment, RetentionDecision)>();
                foreach (var decision in some)
                {
                    if (_archive.FindSegment(decision.Footage.Segment) is not { } segment)
                        continue;
                    var again = planner.Decide(at, Dated([CandidateOf(segment)]).First(), spaceIsShort);
                    if (again.Verdict == RetentionVerdict.Keep)
                    {
                        kept.Add(again);
                    }
                    else if (_options.TwoPersons && again.Reason is WindowEnded && !approved.Contains(segment.Path))
                    {
                        kept.Add(again);
                        sweep.Waiting++;
                    }
                    else if (!EntryCheck.Agrees(segment, segment.Leaf is { } leaf ? _ledger.ReadProved(leaf) : null))
                    {
                        kept.Add(TellRowDiffers(segment, again));
                    }
                    else
                    {
                        going.Add((segment, again));
                    }
                }

                _destroyer.Destroy(going, by);
                sweep.Destroyed += going.Count;
                sweep.Bytes += going.Sum(g => g.Item1.SizeBytes);
            }
        }

        return kept;
    }

    private RetentionDecision TellRowDiffers(StoredSegment segment, RetentionDecision decided)
    {
        _context.Ledger.Report(new(LedgerDamage.RowDiffers, segment.Path, segment.Leaf ?? -1));
        // Asked again with every sweep: a person has the index made again.
        return decided with
        {
            Verdict = RetentionVerdict.Keep,
            Reason = new KeptUndecided(KeepCause.RowDiffers),
            LawfulFrom = DateTimeOffset.UnixEpoch,
        };
    }

    /// <summary>
    /// When a kept segment is to be looked at again: what waits for persons with every sweep, what no time changes when something else
    /// changes.
    /// </summary>
    private static long RecheckMs(RetentionDecision kept) =>
        kept.Verdict == RetentionVerdict.Discard ? 0
        : kept.LawfulFrom is { } from ? UnixMs.Ceiling(from)
        : long.MaxValue;

    private sealed class SweepCount
    {
        public long Looked { get; set; }

        public long Destroyed { get; set; }

        public long Bytes { get; set; }

        public long Waiting { get; set; }
    }
}
