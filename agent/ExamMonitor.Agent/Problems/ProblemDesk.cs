using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt.Publishing;

namespace ExamMonitor.Agent.Problems;

/// <summary>Keeps the problem book, saves it, and raises its steps as events. Thread-safe.</summary>
/// <remarks>
/// Order: pictures of the onset kept → book saved with the step pending → event in the outbox → book saved without it. A crash between the last two sends the step twice, with the same
/// problem id and change, which a reader takes for one; it never loses one.
/// </remarks>
internal sealed partial class ProblemDesk : IDisposable
{
    private readonly ProblemStore _store;
    private readonly Publisher _publisher;
    private readonly string _topic;
    private readonly AgentId _agent;
    private readonly EvidenceStore _evidence;
    private readonly ILogger<ProblemDesk> _log;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ProblemBook _book;

    /// <summary>Takes over the book that the last run left.</summary>
    public ProblemDesk(ProblemStore store, Publisher publisher, Hosting.AgentIdentity identity, EvidenceStore evidence, ILogger<ProblemDesk> log)
    {
        (_store, _publisher, _topic, _agent, _evidence, _log) = (store, publisher, identity.Topics.Events, identity.Agent, evidence, log);
        _book = store.Load(out var fault);
        if (fault is not null) LogFault(log, fault);
    }

    /// <summary>Open problems, worst first.</summary>
    public IReadOnlyList<Problem> Open => [.. _book.Open.Values.OrderByDescending(p => p.Observed.Severity).ThenBy(p => p.Since)];

    /// <summary>Open problems of a room.</summary>
    public IReadOnlyList<Problem> OpenOf(RoomId room) => [.. _book.Open.Values.Where(p => p.Observed.Subject.Room == room)];

    /// <summary>Takes note of all that is wrong within the scope, and tells what changed.</summary>
    /// <returns>The steps that were made.</returns>
    public async Task<IReadOnlyList<ProblemStep>> ObserveAsync(DateTimeOffset now, IEnumerable<Observation> observed, Func<ProblemKey, bool> scope, Func<ProblemKey, bool> canTell, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = _book;
            var after = before.Observe(now, observed, scope, canTell);
            if (after.LastNumber != before.LastNumber) after = after.WithPictures(_evidence.Keep);
            if (after.Pending.IsEmpty) return [];
            if (!ReferenceEquals(before, after))
            {
                _store.Save(after);
                _book = after;
            }

            var steps = after.Pending;
            foreach (var step in steps)
            {
                LogStep(_log, step.Change, step.Problem.Observed.Severity, step.Problem.Observed.Code, step.Problem.Observed.Text.En);
                if (!await _publisher.PublishEventAsync(_topic, EventOf(step)).ConfigureAwait(false)) LogMemoryOnly(_log, step.Problem.Id);
            }

            _book = after.Delivered(steps[^1].Number);
            _store.Save(_book);
            return steps;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private ProblemEvent EventOf(ProblemStep step) => new(
        ProblemEvent.SchemaName, step.At, 0, _agent, step.Problem.Id, step.Change, step.Problem.Observed.Code, step.Problem.Observed.Severity,
        step.Problem.Observed.Subject, step.Problem.Since, step.Problem.Observed.Text, step.Problem.Evidence);

    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "Problem {Change} ({Severity}) {Code}: {Text}")]
    private static partial void LogStep(ILogger log, ProblemChange change, Severity severity, string code, string text);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, Message = "{Fault}")]
    private static partial void LogFault(ILogger log, string fault);

    [LoggerMessage(EventId = 202, Level = LogLevel.Warning, Message = "The event of problem {Id} could not be written to the outbox's disk; it waits in memory")]
    private static partial void LogMemoryOnly(ILogger log, string id);
}
