using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Retention.Scrubbing;

/// <summary>Where the reading of the ledger stands. Kept across restarts.</summary>
/// <param name="Blocks">Files of entries that this pass has done.</param>
/// <param name="HeadsBefore">Newest file of heads that this pass has done; null before the first.</param>
/// <param name="Finished">Whether this pass has read everything.</param>
public sealed record LedgerScrubState(long Blocks = 0, string? HeadsBefore = null, bool Finished = false);

/// <summary>Reads the ledger again, some files at a time: entries against their hashes, then heads against both.</summary>
/// <remarks>What was appended after a pass came to the end of the entries is read by the next. Not thread-safe.</remarks>
/// <param name="log">Ledger.</param>
/// <param name="report">Told of every finding.</param>
public sealed class LedgerScrubber(LedgerLog log, Action<LedgerFinding> report)
{
    /// <summary>Goes on for so many files.</summary>
    /// <param name="state">Where the last slice ended.</param>
    /// <param name="files">At most so many files; one has some 1.5 MB.</param>
    /// <param name="mayGoOn">Asked before each file.</param>
    /// <returns>Where this one ended.</returns>
    public LedgerScrubState Run(LedgerScrubState state, int files, Func<bool> mayGoOn)
    {
        for (; files > 0 && !state.Finished && mayGoOn(); files--)
            state = Next(state);
        return state;
    }

    private LedgerScrubState Next(LedgerScrubState state)
    {
        if (state.Blocks < log.Blocks && state.HeadsBefore is null)
        {
            Tell(log.CheckBlock(state.Blocks));
            return state with { Blocks = state.Blocks + 1 };
        }

        var heads = log.HeadFiles().FirstOrDefault(f => state.HeadsBefore is null || string.CompareOrdinal(f, state.HeadsBefore) < 0);
        if (heads is null)
            return state with { Finished = true };
        Tell(log.CheckHeads(heads));
        return state with { HeadsBefore = heads };
    }

    private void Tell(IReadOnlyList<LedgerFinding> findings)
    {
        foreach (var finding in findings)
            report(finding);
    }
}
