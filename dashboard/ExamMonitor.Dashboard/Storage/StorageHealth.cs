namespace ExamMonitor.Dashboard.Storage;

/// <summary>How it stands with what the dashboard remembers, for the pages.</summary>
/// <param name="AwaySince">Since when the database does not answer, UTC; null while it does.</param>
/// <param name="Waiting">Facts that wait on disk.</param>
/// <param name="Lost">Facts that could be kept nowhere since the start.</param>
internal sealed record StorageCondition(DateTimeOffset? AwaySince, long Waiting, long Lost);

/// <summary>Puts the condition of the storage together. Thread safe.</summary>
internal sealed class StorageHealth(Database database, HistoryOutbox outbox)
{
    private long _lost;

    /// <summary>As it stands now.</summary>
    public StorageCondition Now => new(database.AwaySince, outbox.Waiting, Interlocked.Read(ref _lost));

    /// <summary>Counts facts that could be kept nowhere.</summary>
    public void Lose(int facts) => Interlocked.Add(ref _lost, facts);
}
