using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Schedule.Reading;

namespace ExamMonitor.Exams.Schedule;

/// <summary>Who asks for a change of the schedule, and how.</summary>
/// <param name="Person">Who; stands in the ledger.</param>
/// <param name="Reason">Why; null when none was given.</param>
/// <param name="Preview">Whether nothing is to be changed.</param>
/// <param name="Replace">Whether future sessions that a file does not list are called off.</param>
internal sealed record ScheduleOrder(string Person, string? Reason, bool Preview, bool Replace);

/// <summary>Where the schedule is imported, changed and asked. Thread-safe; one change at a time.</summary>
/// <param name="store">Where it is kept.</param>
/// <param name="context">What files are read against.</param>
/// <param name="margins">Margins in force.</param>
/// <param name="time">Clock.</param>
internal sealed class SessionService(SessionStore store, ScheduleContext context, SessionMargins margins, TimeProvider time)
{
    private readonly Lock _gate = new();
    private volatile SessionCalendar? _calendar;

    /// <summary>Where it is kept.</summary>
    public SessionStore Store => store;

    /// <summary>What files are read against.</summary>
    public ScheduleContext Context => context;

    /// <summary>Margins in force.</summary>
    public SessionMargins Margins => margins;

    /// <summary>The schedule of now; made anew when it changes.</summary>
    public SessionCalendar Calendar
    {
        get
        {
            var (known, sessions) = (_calendar, store.Sessions);
            if (known is null || !ReferenceEquals(known.Sessions, sessions))
                _calendar = known = new(sessions, margins);
            return known;
        }
    }

    /// <summary>
    /// Called with the sessions that are about to be put in force: what keeps footage must know them first. An exception refuses the
    /// change.
    /// </summary>
    public Action<IReadOnlyList<ExamSession>, string>? BeforeApply { get; init; }

    /// <summary>Why nothing may be changed at present, though it can be read; null when changes are taken.</summary>
    public Func<LocalText?> Obstacle { get; init; } = static () => null;

    /// <summary>Imports a file, all of it or nothing.</summary>
    /// <exception cref="InvalidOperationException">The schedule in force cannot be read.</exception>
    /// <exception cref="IOException">The volume failed.</exception>
    public ScheduleImport Import(string name, ReadOnlySpan<byte> bytes, ScheduleOrder order)
    {
        var reading = ScheduleFile.Read(name, bytes, context);
        return Apply(reading.Sessions, reading.Lines, reading.Findings, order, Path.GetFileName(name));
    }

    /// <summary>Adds or changes one session.</summary>
    /// <inheritdoc cref="Import"/>
    public ScheduleImport Put(ExamSession session, ScheduleOrder order)
    {
        var findings = new ScheduleFindings(string.Empty);
        var builder = new SessionBuilder(context, findings);
        builder.Add(
            new(0)
            {
                Id = session.Id.Text,
                Batch = session.Batch.Text,
                Room = session.Room.Text,
                StartAt = session.Start.ToUniversalTime(),
                EndAt = session.End.ToUniversalTime(),
                Title = session.Title,
                Candidates = session.Candidates?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Cancelled = session.Cancelled ? "true" : "false",
            }
        );
        if (findings.HasErrors)
            return Apply([], builder.Lines, findings.InOrder, order, null);
        return Apply(builder.Sessions, new Dictionary<ExamSessionId, int>(), findings.InOrder, order, null);
    }

    private ScheduleImport Apply(
        IReadOnlyList<ExamSession> wanted,
        IReadOnlyDictionary<ExamSessionId, int> lines,
        IReadOnlyList<ScheduleFinding> read,
        ScheduleOrder order,
        string? file
    )
    {
        lock (_gate)
        {
            if ((store.Failure ?? Obstacle()) is { } failure)
                throw new InvalidOperationException(failure.En);
            var now = time.GetUtcNow();
            var current = store.Sessions.ToDictionary(s => s.Id);
            var findings = new ScheduleFindings(file ?? string.Empty);
            var changes = ScheduleMerge.Plan(
                current,
                wanted,
                lines,
                new(now, margins, context.Zone, order.Replace, order.Reason),
                findings
            );
            var result = new ScheduleImport(
                false,
                store.Digest,
                [.. read.Concat(findings.InOrder).OrderBy(f => f.Line).Take(ScheduleFindings.Most)],
                changes,
                ScheduleMerge.Count(changes)
            );
            if (order.Preview || !result.IsClean)
                return result;
            BeforeApply?.Invoke(
                [
                    .. changes
                        .Where(c => c.Kind is SessionChangeKind.Added or SessionChangeKind.Changed or SessionChangeKind.Cancelled)
                        .Select(c => c.After),
                ],
                order.Person
            );
            store.Apply(changes, now, order.Person, order.Reason, file);
            return result with { Applied = true, Digest = store.Digest };
        }
    }
}
