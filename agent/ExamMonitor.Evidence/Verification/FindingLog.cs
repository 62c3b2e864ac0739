using System.Globalization;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Findings as they come. Of each kind the first are kept and the rest counted: a hostile volume can give millions.</summary>
internal sealed class FindingLog
{
    /// <summary>Findings of one kind that are listed.</summary>
    public const int MostOfAKind = 100;

    private readonly List<VerificationFinding> _kept = [];
    private readonly SortedDictionary<FindingKind, long> _counts = [];

    /// <summary>What is listed, and a line for each kind of which there are more.</summary>
    public IReadOnlyList<VerificationFinding> All =>
        [
            .. _kept,
            .. _counts
                .Where(c => c.Value > MostOfAKind)
                .Select(c => new VerificationFinding(
                    c.Key,
                    "…",
                    string.Create(CultureInfo.InvariantCulture, $"{c.Value - MostOfAKind} more of this kind are not listed.")
                )),
        ];

    /// <summary>Takes one.</summary>
    public void Add(VerificationFinding finding)
    {
        var count = _counts[finding.Kind] = _counts.GetValueOrDefault(finding.Kind) + 1;
        if (count <= MostOfAKind)
            _kept.Add(finding);
    }

    /// <summary>Takes several.</summary>
    public void AddRange(IEnumerable<VerificationFinding> findings)
    {
        foreach (var finding in findings)
            Add(finding);
    }
}
