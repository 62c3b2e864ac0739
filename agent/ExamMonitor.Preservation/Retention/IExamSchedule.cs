using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Preservation.Retention;

/// <summary>The exam sessions, for whoever keeps their footage. Thread-safe.</summary>
internal interface IExamSchedule
{
    /// <summary>Why the schedule cannot be used; null when it can. Then nothing may be destroyed.</summary>
    LocalText? Failure { get; }

    /// <summary>Every session, also called-off ones; the same object until something changes.</summary>
    IReadOnlyCollection<ExamSession> Sessions { get; }
}
