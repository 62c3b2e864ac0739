using ExamMonitor.Preservation.Scrubbing;
using ExamMonitor.Preservation.Volume;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>At the end of a command, says what is wrong with the ledger that it opened: nobody else sees what it saw.</summary>
/// <param name="ledger">Ledger; still open.</param>
/// <param name="error">Where it is said.</param>
internal sealed class LedgerFindingWriter(VolumeLedger ledger, TextWriter error) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var finding in ledger.FindingsIfOpen)
        foreach (var problem in LedgerRules.Of([finding]))
            error.WriteLine($"{problem.Code}: {problem.Text.En}");
    }
}
