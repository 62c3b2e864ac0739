using ExamMonitor.Contracts.Messages;
using ExamMonitor.Hosting;
using ExamMonitor.Mqtt.Publishing;

namespace ExamMonitor.Problems;

/// <summary>Keeps the open problems, saves them, and raises its steps as events. Thread-safe.</summary>
/// <remarks>
/// Order: pictures of the onset kept → state saved with the step pending → event in the outbox → state saved without it. A crash between
/// the last two sends the step twice, with the same problem id and change, which a reader takes for one; it never loses one.
/// </remarks>
internal sealed partial class ProblemService : IDisposable
{
    private readonly ProblemStore _store;
    private readonly Publisher _publisher;
    private readonly string _topic;
    private readonly AgentId _agent;
    private readonly IProblemPictures _pictures;
    private readonly ILogger<ProblemService> _log;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ProblemState _state;

    /// <summary>Takes over the state that the last run left.</summary>
    public ProblemService(
        ProblemStore store,
        Publisher publisher,
        AgentIdentity identity,
        IProblemPictures pictures,
        ILogger<ProblemService> log
    )
    {
        (_store, _publisher, _topic, _agent, _pictures, _log) = (store, publisher, identity.Topics.Events, identity.Agent, pictures, log);
        _state = store.Load(out var fault);
        if (fault is not null)
            LogFault(log, fault);
    }

    /// <summary>Open problems, worst first.</summary>
    public IReadOnlyList<Problem> Open => [.. _state.Open.Values.OrderByDescending(p => p.Observed.Severity).ThenBy(p => p.Since)];

    /// <summary>Open problems of a room.</summary>
    public IReadOnlyList<Problem> OpenOf(RoomId room) => [.. _state.Open.Values.Where(p => p.Observed.Subject.Room == room)];

    /// <summary>Takes note of all that is wrong within the scope, and tells what changed.</summary>
    /// <returns>The steps that were made.</returns>
    public async Task<IReadOnlyList<ProblemStep>> ObserveAsync(
        DateTimeOffset now,
        IEnumerable<Observation> observed,
        Func<ProblemKey, bool> scope,
        Func<ProblemKey, bool> canTell,
        CancellationToken cancellationToken
    )
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = _state;
            var after = before.Observe(now, observed, scope, canTell);
            if (after.LastNumber != before.LastNumber)
                after = after.WithPictures(_pictures.Keep);
            if (after.Pending.IsEmpty)
                return [];
            if (!ReferenceEquals(before, after))
            {
                _store.Save(after);
                _state = after;
            }

            var steps = after.Pending;
            foreach (var step in steps)
            {
                LogStep(_log, step.Change, step.Problem.Observed.Severity, step.Problem.Observed.Code, step.Problem.Observed.Text.En);
                if (!await _publisher.PublishEventAsync(_topic, EventOf(step)).ConfigureAwait(false))
                    LogMemoryOnly(_log, step.Problem.Id);
            }

            _state = after.Delivered(steps[^1].Number);
            _store.Save(_state);
            return steps;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private ProblemEvent EventOf(ProblemStep step) =>
        new(
            ProblemEvent.SchemaName,
            step.At,
            0,
            _agent,
            step.Problem.Id,
            step.Change,
            step.Problem.Observed.Code,
            step.Problem.Observed.Severity,
            step.Problem.Observed.Subject,
            step.Problem.Since,
            step.Problem.Observed.Text,
            step.Problem.Evidence
        );

    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "Problem {Change} ({Severity}) {Code}: {Text}")]
    private static partial void LogStep(ILogger log, ProblemChange change, Severity severity, string code, string text);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, Message = "{Fault}")]
    private static partial void LogFault(ILogger log, string fault);

    [LoggerMessage(
        EventId = 202,
        Level = LogLevel.Warning,
        Message = "The event of problem {Id} could not be written to the outbox's disk; it waits in memory"
    )]
    private static partial void LogMemoryOnly(ILogger log, string id);
}
