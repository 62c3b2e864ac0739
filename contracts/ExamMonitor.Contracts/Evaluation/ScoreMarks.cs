namespace ExamMonitor.Contracts.Evaluation;

/// <summary>Whose marks they are.</summary>
public enum ScoreRole
{
    /// <summary>The body's own (自评分).</summary>
    Self,

    /// <summary>An expert's (专家评分).</summary>
    Expert,

    /// <summary>The group's (评估组意见).</summary>
    Group,
}

/// <summary>A mark of one item.</summary>
/// <param name="Item">Id of the item.</param>
/// <param name="Points">Points; null while nothing was given. Of a disqualifier: 0 when it applies (是), null when it does not (否).</param>
/// <param name="Reason">Why (扣分原因); at most 1000 characters.</param>
/// <param name="Proposed">What was proposed when the mark was given; null for nothing.</param>
/// <param name="ProposedWhy">Why it was proposed; null for nothing.</param>
public sealed record ItemMark(string Item, double? Points, string Reason, double? Proposed = null, LocalText? ProposedWhy = null);

/// <summary>Marks before they are recorded.</summary>
/// <param name="Sheet">Id of the sheet.</param>
/// <param name="Evaluation">What is evaluated: a draw, a session or a batch.</param>
/// <param name="Role">Whose marks.</param>
/// <param name="Marks">At most one per item.</param>
/// <param name="Opinion">Opinion and advice (意见建议); at most 4000 characters.</param>
public sealed record ScoreMarksRequest(string Sheet, string Evaluation, ScoreRole Role, IReadOnlyList<ItemMark> Marks, string Opinion)
{
    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Fault()
    {
        if (!IdText.IsValid(Evaluation))
            return "'evaluation' is an id: of a draw, a session or a batch.";
        if (ScoreSheets.Find(Sheet) is not { } sheet)
            return $"There is no such sheet. There are: {string.Join(", ", ScoreSheets.All.Select(s => s.Id))}.";
        if (Opinion.Length > 4000 || Marks.Any(m => m.Reason.Length > 1000))
            return "An opinion has at most 4000 characters, a reason at most 1000.";
        if (Marks.Select(m => m.Item).Distinct(StringComparer.Ordinal).Count() != Marks.Count)
            return "An item stands there twice.";
        foreach (var mark in Marks)
        {
            if (sheet.Items.FirstOrDefault(i => i.Id == mark.Item) is not { } item)
                return $"The sheet has no item {mark.Item}.";
            if (mark.Points is { } points && !(points >= 0 && points <= item.Points && Math.Round(points, 2) == points))
                return $"Item {item.Id} has 0 to {item.Points} points.";
            if (item.IsDisqualifier && mark.Points is not null && mark.Reason.Trim().Length == 0)
                return $"Item {item.Id} disqualifies: say why.";
            if (mark.Points < item.Points && mark.Reason.Trim().Length == 0)
                return $"Item {item.Id}: points were taken off; say why.";
        }

        return null;
    }
}

/// <summary>Marks as they were recorded; the ledger pins them. The newest of a person in a role counts.</summary>
/// <param name="Id">Id.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Person">Who.</param>
/// <param name="Entry">Number of its entry; null in what the entry pins.</param>
/// <param name="Marks">What.</param>
public sealed record ScoreMarks(string Id, DateTimeOffset At, string Person, long? Entry, ScoreMarksRequest Marks)
{
    /// <summary>Ledger kind: facts <c>id</c>, <c>sheet</c>, <c>evaluation</c>, <c>role</c>, <c>person</c>, <c>sha256</c> of the JSON
    /// without the entry's number.</summary>
    public const string LedgerKind = "evaluation-scores";
}
