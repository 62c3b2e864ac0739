using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Ledger;

/// <content>
/// A disk that goes away and comes back is another file system at the same place: the files that are open are not those any more, and
/// nothing is appended or signed before the ledger that lies there was opened and judged as at a start.
/// </content>
public sealed partial class LedgerLog
{
    /// <summary>How often the ledger was opened anew. What was read of an earlier one may not be there any more.</summary>
    public int Generation { get; private set; }

    /// <summary>
    /// Opens the ledger at its place anew when the files that are open are not those at their paths any more. To be called when the volume
    /// at the place was found to be the right one: what lies there is cut and mended as at a start.
    /// </summary>
    /// <returns>What the opening found; null when there was nothing to do.</returns>
    /// <exception cref="IOException">No ledger lies there, or it cannot be opened: the next call tries again, and nothing is appended or
    /// signed meanwhile.</exception>
    public LedgerReopening? ReopenIfElsewhere()
    {
        lock (_lock)
        {
            if (IsAtItsPlace)
                return null;
            if (!LedgerEntries.IsIn(Path.Combine(_folder, "entries")))
                throw Elsewhere("open the ledger anew");
            var before = _entries.Count;
            // Closed whatever follows: until the opening has ended, every call is refused.
            _entries.Dispose();
            _hashes.Dispose();
            Generation++;
            var earlier = Findings.Where(f => !f.Stays).ToList();
            OpenHere(null);
            var found = Findings.Where(f => !earlier.Contains(f)).ToList();
            Findings = [.. Findings.Concat(earlier).DistinctBy(f => (f.Kind, f.Subject)).OrderBy(f => f.Kind)];
            return new(before, _entries.Count, found);
        }
    }

    private bool IsAtItsPlace => _entries.IsAtItsPlace && !_hashes.IsClosed && OpenFiles.IsAt(_hashes, Path.Combine(_folder, HashesName));

    private void RequireItsPlace(string operation)
    {
        if (!IsAtItsPlace)
            throw Elsewhere(operation);
    }

    private LedgerException Elsewhere(string operation) =>
        new(
            operation,
            _folder,
            "The ledger that is open does not lie here any more. Mount the footage disk; the ledger is opened anew by itself."
        );
}

/// <summary>A ledger was opened anew.</summary>
/// <param name="Before">Entries before.</param>
/// <param name="Now">Entries that lie at its place.</param>
/// <param name="Found">What is wrong with it.</param>
public sealed record LedgerReopening(long Before, long Now, IReadOnlyList<LedgerFinding> Found);
