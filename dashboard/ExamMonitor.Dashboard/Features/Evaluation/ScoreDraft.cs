using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Evaluation;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>Marks while they are given. They lie in the browser, so that a lost page does not lose them.</summary>
/// <param name="Marks">Marks and reasons, of all items of the sheet.</param>
/// <param name="Opinion">Opinion of the group.</param>
internal sealed record ScoreDraft(IReadOnlyList<ItemMark> Marks, string Opinion)
{
    /// <summary>Nothing yet.</summary>
    public static ScoreDraft Empty { get; } = new([], "");

    /// <summary>As the browser keeps it.</summary>
    public string ToText() => JsonSerializer.Serialize(this, ContractJson.Options);

    /// <summary>Reads what a browser kept; what is no draft is an empty one, what is no mark of the sheet is left out.</summary>
    public static ScoreDraft Of(string? text, ScoreSheet sheet)
    {
        try
        {
            return text is { Length: > 0 and < 200_000 } && JsonSerializer.Deserialize<ScoreDraft>(text, ContractJson.Options) is { } draft
                ? new(
                    [.. (draft.Marks ?? []).Where(m => m is not null && sheet.Items.Any(i => i.Id == m.Item && Fits(m, i)))],
                    draft.Opinion ?? ""
                )
                : Empty;
        }
        catch (JsonException)
        {
            return Empty;
        }
    }

    private static bool Fits(ItemMark mark, ScoreItem item) =>
        mark.Reason is not null && (mark.Points is not { } points || (points >= 0 && points <= (item.IsDisqualifier ? 0 : item.Points)));
}
